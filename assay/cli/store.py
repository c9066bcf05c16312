"""`assay store`: the schema of the store, backups, and putting one back."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app import store
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show

if TYPE_CHECKING:
    from governance.approvals import ApprovalRequest
    from governance.backup import CheckedBackup
    from governance.restore import Restored

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Migrate, back up and restore the store.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Passphrase = Annotated[str, typer.Option(help="Where the passphrase of the keys is: env:NAME or file:PATH.")]


@app.command("migrate")
def migrate(
    to: Annotated[str | None, typer.Option(help="Move the whole store to this empty database instead.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring the store to the schema of this version, or move it between SQLite and PostgreSQL.

    Example: assay store migrate --to postgresql://assay@db.example/assay
    """
    if to is not None:
        moved = store.move(Workspace.find(), to)
        if as_json:
            emit_json(asdict(moved))
            return
        show(f"{moved.entries} entries of {moved.origin} are in the new database, verified, and the key is with them")
        say("set its address as `store:` in assay.yaml or as ASSAY_STORE; the old store can no longer be written to")
        return
    change = store.migrate(Workspace.find())
    if as_json:
        emit_json({"from": change.found, "to": change.now})
    else:
        show(f"schema {change.found or 'none'} → {change.now}")


@app.command("backup")
def backup(
    out: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    without_keys: Annotated[bool, typer.Option("--without-keys", help="Leave the signing key out.")] = False,
    keep_days: Annotated[int, typer.Option(min=1, help="Delete the file after so many days: recorded.")] = 90,
    passphrase: Passphrase = store.DEFAULT_PASSPHRASE,
    as_json: AsJson = False,
) -> None:
    """Write the store, run logs, corpus, questions and the sealed key into one file, while work goes on.

    Example: ASSAY_BACKUP_PASSPHRASE=… assay store backup /backups/monday.zip
    """
    made, manifest = store.back_up(
        Workspace.find(), out, keep_days=keep_days, with_keys=not without_keys, passphrase=passphrase
    )
    if as_json:
        emit_json({**asdict(made), "file": str(out), "files": len(manifest.files), "with_keys": manifest.has_keys})
        return
    show(f"{out}: {made.size} entries, {len(manifest.files)} files, {made.digest}")
    say(f"delete it by {made.expires_at}; until then erased texts may be in it")
    if not manifest.has_keys:
        say("the signing key is not in it: without the key folder, nothing can be recorded after a restore")


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `assay store backup` made.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the file and change nothing.")] = False,
    request: Annotated[bool, typer.Option("--ask", help="Ask two people to approve it (a team's store).")] = False,
    accept_loss: Annotated[bool, typer.Option("--accept-loss", help="Declare that newer entries are lost.")] = False,
    reason: Annotated[str, typer.Option(help="Why; kept as an erasable text.")] = "",
    approval: Annotated[str | None, typer.Option(help="The request that two people approved (a team's store).")] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="A newer checkpoint that was kept elsewhere.")] = None,
    passphrase: Passphrase = store.DEFAULT_PASSPHRASE,
    as_json: AsJson = False,
) -> None:
    """Put a backup back; what was there is kept aside, and the log says what was lost.

    Example: assay store restore /backups/monday.zip --accept-loss --reason "disk failure"
    """
    if dry_run:
        _tell_check(store.check(file, passphrase), as_json=as_json)
    elif request:
        _tell_request(store.ask(Workspace.find(), file, reason), as_json=as_json)
    else:
        options = store.RestoreOptions(
            accept_loss=accept_loss, reason=reason, approval=approval, checkpoint=checkpoint, passphrase=passphrase
        )
        _tell_restore(store.restore(Workspace.find(), file, options), as_json=as_json)


def _tell_request(asked: "ApprovalRequest", *, as_json: bool) -> None:
    if as_json:
        emit_json(asdict(asked))
    else:
        show(f"{asked.id} asks {', '.join(asked.roles)} for {asked.needed} about {asked.subject_digest}")


def _tell_restore(done: "Restored", *, as_json: bool) -> None:
    if as_json:
        emit_json(asdict(done))
        return
    lost = done.lost_until - done.restored_size
    show(f"restored to {done.restored_size} entries of {done.origin}, declared in entry {done.seq}")
    show(f"lost: {f'entries {done.restored_size}..{done.lost_until - 1}' if lost else 'nothing that is known'}")
    show(f"approved by {', '.join(done.approvers)}" if done.four_eyes else "single user: not four eyes")
    if done.aside:
        say(f"the store that was there is kept: {done.aside}")
    for name in done.kept:
        say(f"kept as it is, and differs from the backup: {name}")
    for erasure in done.erasures:
        say(f"this erasure came after the backup and must be repeated: {erasure}")


def _tell_check(found: "CheckedBackup", *, as_json: bool) -> None:
    manifest = found.manifest
    keys = "none" if not manifest.has_keys else "opened" if found.keys_opened else "sealed, not tried"
    if as_json:
        emit_json(
            {
                "digest": found.digest,
                "origin": manifest.origin,
                "entries": manifest.size,
                "made_at": manifest.made_at,
                "expires_at": manifest.expires_at,
                "assay": manifest.assay,
                "files": len(manifest.files),
                "keys": keys,
                "ledger": found.verification.verdict.value,
            }
        )
        return
    show(f"{manifest.size} entries of {manifest.origin}, {len(manifest.files)} files, made {manifest.made_at}")
    show(f"every file is what its manifest says; the ledger: {found.verification.verdict.value}; keys: {keys}")
