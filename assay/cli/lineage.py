"""`assay lineage`: what a thing rests on, what rests on it, what is stale, and where personal data went."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.lineage import find_taints, impact_of, lineage_of, list_stale
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table

if TYPE_CHECKING:
    from governance.lineage import Artefact, Tie

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Follow evidence from a document to a report and back.")

_Id = Annotated[
    str,
    typer.Argument(metavar="ID", help="KIND:NAME, as document:handbook.md, run:ID or report:ID; latest: newest run."),
]
_System = Annotated[str | None, typer.Option(help="Of one system [default: the workspace's].")]
_AsOf = Annotated[int | None, typer.Option(min=1, help="As it was when the ledger had so many entries.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_MOST_SHOWN = 40


@app.command("show")
def show_one(
    identity: _Id,
    up: Annotated[bool, typer.Option("--up", help="Only what it rests on.")] = False,
    down: Annotated[bool, typer.Option("--down", help="Only what rests on it.")] = False,
    depth: Annotated[int | None, typer.Option(min=1, help="So many steps away at most.")] = None,
    system: _System = None,
    as_of: _AsOf = None,
    as_json: _Json = False,
) -> None:
    """Show what a thing rests on, and what rests on it, the nearest first.

    Example: assay lineage show latest --up
    """
    both = up == down
    found = lineage_of(
        Workspace.find(), identity, up=up or both, down=down or both, depth=depth, system=system, as_of=as_of
    )
    if as_json:
        emit_json(
            {
                **_document(found.artefact),
                "versions": [_document(one) for one in found.versions],
                "stale": found.stale or None,
                "upstream": None if found.upstream is None else list(_ties(found.upstream)),
                "downstream": None if found.downstream is None else list(_ties(found.downstream)),
            }
        )
        return
    show(f"{found.artefact.label}  {found.artefact.digest or ''}  (system {found.artefact.system})")
    if found.stale:
        show(f"stale: {found.stale}")
    for title, ties, is_up in (("rests on", found.upstream, True), ("is what rests on it", found.downstream, False)):
        if ties is not None:
            show(f"\n{title}: {'' if ties else 'nothing that is recorded'}")
            _show_ties(ties, is_up=is_up)


@app.command("impact")
def impact(identity: _Id, system: _System = None, as_of: _AsOf = None, as_json: _Json = False) -> None:
    """Say which runs, decisions, releases and reports rest on a thing, in any of its versions.

    Example: assay lineage impact document:handbook.md
    """
    most = None if as_json else _MOST_SHOWN
    found = impact_of(Workspace.find(), identity, system=system, most=most, as_of=as_of)
    if as_json:
        emit_json(
            {
                "of": [_document(one) for one in found.of],
                "counts": dict(found.counts),
                "impact": [_document(one) for one in found.artefacts],
            }
        )
        return
    show_table(["", "rest on it>"], [(kind.value, count) for kind, count in found.counts.items()])
    rows = ((one.kind.value, one.name, one.system, one.digest or "") for one in found.artefacts)
    show_table(["", "name", "system", "digest"], rows)
    if len(found.artefacts) == _MOST_SHOWN:
        say(f"the newest {_MOST_SHOWN}: --json names them all")


@app.command("stale")
def stale(system: _System = None, as_of: _AsOf = None, as_json: _Json = False) -> None:
    """List what rests on something that changed or was removed since.

    Example: assay lineage stale --json
    """
    found = list_stale(Workspace.find(), system=system, as_of=as_of)
    if as_json:
        items = (
            {
                "artefact": key,
                "changed": _document(reason.changed),
                "by": None if reason.by is None else _document(reason.by),
                "reason": str(reason),
            }
            for key, reason in found.items()
        )
        emit_json({"stale": list(items)})
        return
    show_table(["stale", "because"], [(key.partition("@")[0], str(reason)) for key, reason in found.items()])
    if not found:
        say("nothing that is recorded rests on something that changed since")


@app.command("findings")
def findings(system: _System = None, as_of: _AsOf = None, as_json: _Json = False) -> None:
    """List data in which a scan found personal data, and that reached a corpus or a training.

    Example: assay lineage findings
    """
    found = find_taints(Workspace.find(), system=system, as_of=as_of)
    if as_json:
        items = (
            {
                "data": _document(one.data),
                "scan": one.scan,
                "flagged": one.flagged,
                "rows": one.rows,
                "reached": _document(one.reached),
            }
            for one in found
        )
        emit_json({"findings": list(items)})
        return
    rows = ((one.data.label, f"{one.flagged} of {one.rows}", one.scan, one.reached.label) for one in found)
    show_table(["data", "rows flagged>", "scan", "reached"], rows)
    if not found:
        say("no scan that is recorded flagged data that reached a corpus or a training; what no scan read is not known")


def _document(one: "Artefact") -> dict[str, object]:
    return {"kind": one.kind.value, "name": one.name, "digest": one.digest, "system": one.system, "key": one.key}


def _ties(ties: "Iterable[Tie]") -> Iterator[dict[str, object]]:
    for one in ties:
        link = one.link
        yield {
            "level": one.level,
            "relation": link.relation.value,
            "upstream": _document(link.upstream),
            "downstream": _document(link.downstream),
        }


def _show_ties(ties: "tuple[Tie, ...]", *, is_up: bool) -> None:
    rows = (
        (
            one.level,
            one.link.upstream.label if is_up else one.link.downstream.label,
            one.link.relation.value,
            one.link.downstream.label if is_up else one.link.upstream.label,
        )
        for one in ties[:_MOST_SHOWN]
    )
    if ties:
        show_table(["step>", "", "as", "of" if is_up else "on"], rows)
    _say_more(len(ties))


def _say_more(count: int) -> None:
    if count > _MOST_SHOWN:
        say(f"and {count - _MOST_SHOWN} more: --json names them all")
