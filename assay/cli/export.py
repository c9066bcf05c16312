"""`assay export`: what the record holds, in the formats of other tools."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from assay.app.exports import export_openlineage
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Hand the record to other tools; each export is an entry of the ledger.")


@app.callback()
def _group() -> None:
    pass


@app.command("openlineage")
def openlineage(
    out: Annotated[Path | None, typer.Option(help="File to write [default: stdout].")] = None,
    since: Annotated[int, typer.Option(min=0, help="Only what was recorded since this entry.")] = 0,
    system: Annotated[str | None, typer.Option(help="Of one system [default: the workspace's].")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document about the file.")] = False,
) -> None:
    """Write lineage as OpenLineage events, one JSON document a line.

    Example: assay export openlineage --out lineage.jsonl
    """
    if as_json and out is None:
        raise typer.BadParameter("the events are JSON already: --json tells of a file, name it with --out")
    made = export_openlineage(Workspace.find(), out, sys.stdout.buffer, since=since, system=system)
    if as_json:
        emit_json({"events": made.count, "file": str(out), "digest": made.digest, "next": made.next_seq})
    else:
        say(f"{made.count} events; next time: --since {made.next_seq}")
