"""`assay retention`: how long what is kept, holds, and what was erased."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table
from assay.kernel import InputError, MissingError

if TYPE_CHECKING:
    from governance.record import Record

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="How long what is kept, holds, and what was erased.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("classes")
def list_classes(as_json: AsJson = False) -> None:
    """List the kinds of data, how long each has to be kept, and how long it is kept here.

    Example: assay retention classes
    """
    # Lazy: only this group needs it.
    from governance.retention import kept_classes  # noqa: PLC0415

    found = kept_classes(_configured())
    if as_json:
        emit_json(
            {"classes": [{**asdict(one), "articles": list(one.articles), "kept_days": one.kept_days} for one in found]}
        )
        return
    rows = ((one.id, one.least_days, one.kept_days, one.what, "; ".join(one.articles)) for one in found)
    show_table(["class", "least days>", "kept here>", "what", "articles"], rows)
    for one in found:
        if one.kept_days < one.least_days:
            say(f"note: {one.id} are to be kept {one.least_days} days, assay.yaml says {one.kept_days}")


@app.command("hold")
def place_hold(
    scope: Annotated[str, typer.Argument(help="all, system:ID, run:ID or person:ID.")],
    reason: Annotated[str, typer.Option(help="Why; kept where it can be erased.")],
    as_json: AsJson = False,
) -> None:
    """Keep what the scope covers from being erased. Example: assay retention hold run:RUN --reason "file 12/26"."""
    # Lazy: as above
    from governance.retention import HoldScope  # noqa: PLC0415

    kind, _, name = scope.partition(":")
    if kind not in set(HoldScope):
        raise InputError(f"not a scope: {scope!r}", hint="all, system:ID, run:ID or person:ID")
    workspace = Workspace.find()
    with closing(open_record(workspace)) as record:
        name = _known(workspace, record, kind, name)
        hold = record.retention.place_hold(current_actor(record), HoldScope(kind), name, reason=reason)
    if as_json:
        emit_json(asdict(hold))
    else:
        show(f"{hold.id} holds {kind}{':' if name else ''}{name}")


@app.command("lift")
def lift_hold(
    hold: Annotated[str, typer.Argument(help="Id of the hold.")],
    reason: Annotated[str, typer.Option(help="Why it may end.")],
    as_json: AsJson = False,
) -> None:
    """End a hold. Example: assay retention lift hold-1a2b3c --reason "file closed"."""
    with closing(open_record(Workspace.find())) as record:
        record.retention.lift_hold(current_actor(record), hold, reason=reason)
    if as_json:
        emit_json({"hold": hold, "lifted": True})
    else:
        show(f"{hold} is lifted")


@app.command("holds")
def list_holds(as_json: AsJson = False) -> None:
    """List the holds, lifted ones included. Example: assay retention holds."""
    with closing(open_record(Workspace.find())) as record:
        found = record.retention.holds()
    if as_json:
        emit_json({"holds": [asdict(one) for one in found]})
        return
    rows = ((one.id, one.scope_type, one.scope, one.placed_at, one.lifted_at or "in force") for one in found)
    show_table(["hold", "covers", "which", "placed", "lifted"], rows)


@app.command("erasures")
def list_erasures(as_json: AsJson = False) -> None:
    """List what was erased, where and on which ground. Example: assay retention erasures."""
    with closing(open_record(Workspace.find())) as record:
        found = record.retention.erasures()
    if as_json:
        emit_json({"erasures": [asdict(one) for one in found]})
        return
    rows = (
        (
            one.seq,
            one.recorded_at,
            one.subject_type,
            one.subject,
            one.ground,
            _counted(one.places),
            _counted(one.withheld),
        )
        for one in found
    )
    show_table(["entry>", "at", "kind", "subject", "ground", "erased", "withheld"], rows)


def _configured() -> Mapping[str, int]:
    """Return how long the workspace keeps what; nothing where there is none."""
    try:
        return Workspace.find().settings.retention
    except MissingError:
        return {}


def _known(workspace: Workspace, record: "Record", kind: str, name: str) -> str:
    """Return the id that is meant; raise `MissingError` for a run or a person that is not there: it would hold nothing.

    A run is on this disk or in the record, which a server may hold. A system may be held before its first run.
    """
    if kind == "run" and name and name not in {one.run for one in record.runs()}:
        return workspace.run_dir(name).name
    if kind == "person" and name:
        record.retention.payloads_of_person(name)
    return name


def _counted(places: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {place}" for place, count in places.items())
