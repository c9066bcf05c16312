"""`assay ledger`: read the ledger, prove an entry, and verify it against checkpoints that left the store.

Rules of this place: `verify` never opens the record, so that it works on what the record would refuse, and its exit
code is a verdict: 0 sound · 1 tampered · 3 cannot decide.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.cli._erase import erase
from assay.cli._output import emit_json, say, show, show_table
from assay.kernel import CannotDecideError, InputError, MissingError, UnavailableError

if TYPE_CHECKING:
    from governance.ledger import KeyFolder
    from governance.verifier import Verification

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Read, prove and verify the ledger.")

_EXIT: Final = {"ok": 0, "tampered": 1, "cannot_decide": 3}
_WORDS: Final = {
    "ok": "the ledger is what was signed, and continues what was witnessed",
    "tampered": "the ledger is NOT what was signed or witnessed",
    "cannot_decide": "nothing wrong was found, and that is not enough to decide",
}
_SQLITE: Final = "sqlite:///"

app.command("erase")(erase)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("log")
def show_log(
    limit: Annotated[int, typer.Option(min=1, help="How many entries, the newest ones.")] = 20, as_json: AsJson = False
) -> None:
    """List the newest entries, oldest first. Example: assay ledger log --limit 5."""
    with closing(open_record(Workspace.find())) as record:
        size = record.checkpoint().size
        entries = record.entries(first=max(0, size - limit), limit=limit)
    if as_json:
        emit_json({"entries": [{**asdict(one), "body": one.body.decode("utf-8")} for one in entries], "size": size})
        return
    cells = ((one.seq, one.at, one.action, one.subject.type, one.subject.id, one.actor.id) for one in entries)
    show_table(["seq>", "at", "action", "subject", "id", "actor"], cells)
    say(f"{size} entries in all")


@app.command("checkpoint")
def show_checkpoint(as_json: AsJson = False) -> None:
    """Print the newest signed checkpoint: keep a copy where the store's owner cannot change it.

    Example: assay ledger checkpoint > checkpoint.txt
    """
    with closing(open_record(Workspace.find())) as record:
        found, vkey = record.checkpoint(), record.vkey
    if as_json:
        emit_json(
            {
                "origin": found.origin,
                "size": found.size,
                "root": found.root_text,
                "checkpoint": found.note,
                "vkey": vkey,
            }
        )
    else:
        show(found.note.removesuffix("\n"))


@app.command("prove")
def prove(seq: Annotated[int, typer.Argument(help="Sequence number of the entry.")], as_json: AsJson = False) -> None:
    """Prove that an entry is in the ledger, for checking without the store. Example: assay ledger prove 2 --json."""
    with closing(open_record(Workspace.find())) as record:
        proof = record.prove(seq)
    document = {**asdict(proof), "path": list(proof.path), "body": proof.body.decode("utf-8")}
    if as_json:
        emit_json(document)
        return
    for name, value in document.items():
        show(f"{name}:\n{value}" if name == "checkpoint" else f"{name}: {value}")


@app.command("verify")
def verify(
    trusted: Annotated[
        Path | None, typer.Option(help="A checkpoint that you kept, or a witness file. Default: our witness file.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="The public key. Default: the workspace's own.")] = None,
    store: Annotated[Path | None, typer.Option(help="A SQLite store. Default: the workspace's own.")] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the ledger and hold it against checkpoints that left it: 0 sound, 1 tampered, 3 cannot decide.

    Example: assay ledger verify --trusted checkpoint.txt
    """
    home = None if store is not None and key is not None and trusted is not None else Workspace.find()
    keys = None if home is None else _keys_of(home)
    former = () if keys is None else keys.former_logs()
    witness = None if keys is None else _if_there(keys.witness_file)
    doubts = [str(one) for one in former]
    if keys is not None and (trusted is None or _is_same(trusted, keys.witness_file)):
        doubts += filter(None, [keys.witness_doubt()])
    result = _verified(
        store=store or _store_of(home),
        key=key or (None if keys is None else _if_there(keys.public_file)),
        trusted=_checked(trusted) or witness,
        doubts=doubts,
    )
    if as_json:
        logs = [{"folder": str(one.folder), "entries": one.entries} for one in former]
        emit_json({**asdict(result), "verdict": result.verdict.value, "former_logs": logs})
    else:
        _explain(result)
    raise typer.Exit(_EXIT[result.verdict.value])


def _keys_of(home: Workspace) -> "KeyFolder | None":
    # Lazy: signatures and SQLAlchemy cost start-up time.
    from governance.ledger import KeyFolder  # noqa: PLC0415

    try:
        return KeyFolder(home.key_dir)
    except MissingError as error:
        if home.store_file.exists():  # without a store nothing was ever signed
            say(f"note: {error.message}: {error.hint}")
        return None


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _verified(*, store: Path, key: Path | None, trusted: Path | None, doubts: Sequence[str]) -> "Verification":
    # Lazy: signatures cost start-up time.
    from governance.verifier import is_key, trusted_notes, verify_store  # noqa: PLC0415

    try:
        vkey = None if key is None else key.read_text(encoding="utf-8")
        if vkey is not None and not is_key(vkey):
            raise InputError(f"{key} holds no public key, got {vkey[:80]!r}", hint="name the public key, log.vkey")
        notes = () if trusted is None else trusted_notes(trusted)
        return verify_store(store, vkey=vkey, trusted=notes, doubts=doubts)
    except FileNotFoundError as error:
        raise MissingError(f"there is no file {error}", hint="assay run, or name one with --store, --key") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{key or trusted} is no text: {error}", hint="name the public key, log.vkey") from error
    except OSError as error:
        raise UnavailableError(f"cannot read: {error}", hint="check the permissions") from error


def _checked(trusted: Path | None) -> Path | None:
    """Refuse a file without a checkpoint: what was named by mistake is no evidence of tampering."""
    # Lazy: as in _verified
    from governance.verifier import is_note, trusted_notes  # noqa: PLC0415

    if trusted is None:
        return None
    try:
        if any(map(is_note, trusted_notes(trusted))):
            return trusted
    except OSError as error:
        raise InputError(
            f"cannot read {trusted}: {error.strerror}", hint="assay ledger checkpoint > FILE writes one"
        ) from error
    raise InputError(f"{trusted} holds no checkpoint", hint="assay ledger checkpoint > FILE writes one")


def _store_of(home: Workspace | None) -> Path:
    url = "" if home is None else home.store_url
    if not url.startswith(_SQLITE):
        raise CannotDecideError(
            "the verifier reads SQLite files, and this workspace keeps its record elsewhere",
            hint="name a SQLite copy with --store",
        )
    return Path(url.removeprefix(_SQLITE))


def _if_there(path: Path) -> Path | None:
    return path if path.is_file() else None


def _explain(result: "Verification") -> None:
    show(f"{_WORDS[result.verdict.value]}: {result.size} entries, {result.checkpoints} checkpoints of {result.origin}")
    for finding in result.findings:
        show(f"  {finding.position}: {finding.message}")
    if result.findings_total > len(result.findings):
        show(f"  … and {result.findings_total - len(result.findings)} more")
    for note in result.notes:
        say(f"note: {note}")
