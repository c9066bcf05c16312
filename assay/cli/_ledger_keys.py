"""`assay ledger rotate-key`, `keys` and `witness`: the key that signs, and who else holds checkpoints."""

from contextlib import closing
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.witnessing import Witnessing, ask_witnesses
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table

if TYPE_CHECKING:
    from governance.record import Record

__all__ = ["ask_quietly", "register"]

_FAILED: Final = 2

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


class Reason(StrEnum):
    """Why a key is rotated."""

    PLANNED = "planned"
    COMPROMISED = "compromised"


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command("rotate-key")(rotate_key)
    app.command("keys")(list_keys)
    app.command("witness")(witness)


def rotate_key(
    reason: Annotated[Reason, typer.Option(help="Why the key changes.")] = Reason.PLANNED,
    valid_until: Annotated[str | None, typer.Option(help="When the new key is to be rotated, RFC 3339.")] = None,
    post_quantum: Annotated[bool, typer.Option("--post-quantum", help="Sign with ML-DSA-44 as well.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a new key sign the ledger; the old one signs this change and is destroyed.

    Example: assay ledger rotate-key --valid-until 2027-12-31T00:00:00Z
    """
    workspace = Workspace.find()
    with closing(open_record(workspace)) as record:
        made = record.keys.rotate(
            current_actor(record), reason=reason.value, valid_until=valid_until, post_quantum=post_quantum
        )
    if as_json:
        emit_json(asdict(made))
        return
    show(made.vkey)
    say(f"it signs from entry {made.seq} on; hand it to whoever verifies: {workspace.key_dir / 'log.vkey'}")
    if reason is Reason.COMPROMISED:
        say("note: whoever holds the old key can still sign another history up to this entry; only a checkpoint or the")
        say("  new key, kept elsewhere, tells them apart: assay ledger checkpoint")


def list_keys(as_json: AsJson = False) -> None:
    """List the keys that signed the ledger, the first one first. Example: assay ledger keys --json."""
    workspace = Workspace.find()
    with closing(open_record(workspace)) as record:
        keys = record.keys.history()
    if as_json:
        emit_json({"keys": [asdict(one) for one in keys]})
        return
    cells = ((one.seq, one.vkey, "yes" if one.post_quantum else "no", one.valid_until or "") for one in keys)
    show_table(["from entry>", "key", "ML-DSA-44", "until"], cells)
    say(f"the key that signs now, as a file to hand to whoever verifies: {workspace.key_dir / 'log.vkey'}")


def witness(as_json: AsJson = False) -> None:
    """Hand the newest checkpoint to the witnesses under `ledger:` in assay.yaml. Exit 0 when each holds it, else 2.

    Example: assay ledger witness
    """
    workspace = Workspace.find()
    with closing(open_record(workspace)) as record:
        asked = ask_witnesses(workspace, record)
    if not asked.held and not asked.failed:
        say("no witness is configured: name files or an authority under `ledger:` in assay.yaml")
    _tell_failures(asked)
    if as_json:
        failures = [{"witness": name, "error": error.message} for name, error in asked.failed]
        emit_json({"held": [asdict(one) for one in asked.held], "failed": failures})
    else:
        for one in asked.held:
            show(f"{one.witness}: {one.size} entries{f', {one.time}' if one.time else ''}")
    if asked.failed:
        raise typer.Exit(_FAILED)


def ask_quietly(workspace: Workspace, record: "Record") -> None:
    """Ask the witnesses where there are some, and say what failed: a checkpoint is printed all the same."""
    _tell_failures(ask_witnesses(workspace, record))


def _tell_failures(asked: Witnessing) -> None:
    for name, error in asked.failed:
        say(f"not witnessed by {name}: {error.message}" + (f"\n  hint: {error.hint}" if error.hint else ""))
