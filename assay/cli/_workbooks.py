"""What a workbook would become, and what one was written with, for people and for machines."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli._output import emit_json, say, show, show_table

if TYPE_CHECKING:
    from assay.app.workbook_exports import ExportedBook
    from governance.imports import Preview

__all__ = ["Book", "Force", "Map", "SheetOption", "Write", "tell_export", "tell_import"]

Book = Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Workbook to write.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")]

Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="NAME=COLUMN", help="Which column says what, by heading or letters. Repeatable."),
]
SheetOption = Annotated[
    str | None, typer.Option("--sheet", help="Name of the sheet [default: the first with a heading].")
]
Write = Annotated[bool, typer.Option("--write/--dry-run", help="Record the rows [default: only show what would be].")]


def tell_import(
    found: "Preview[Any]",
    columns: list[str],
    rows: list[tuple[object, ...]],
    *,
    write: Callable[[], int] | None,
    as_json: bool,
) -> None:
    """Write where that is asked for and every row can be taken; print the preview; end with 2 where one cannot."""
    written = write() if write is not None and found.is_whole else 0
    if as_json:
        emit_json(
            {
                "rows": [{"row": one.row, **asdict(one.said)} for one in found.rows],
                "problems": [asdict(one) for one in found.problems],
                "sheet": found.sheet,
                "columns": dict(found.columns),
                "read": found.read,
                "unchanged": found.unchanged,
                "blank": found.blank,
                "written": written,
            }
        )
    else:
        show(f"sheet {found.sheet}: " + ", ".join(f"{name} from {column}" for name, column in found.columns.items()))
        if rows:
            show_table(columns, rows)
        for one in found.problems:
            place = f"{found.sheet}!{one.column}{one.row}"
            show(f"{'problem' if one.blocks else 'note'}: {place}: {one.what}{f'; {one.hint}' if one.hint else ''}")
        blocked = len({one.row for one in found.problems if one.blocks})
        show(f"{found.read} rows read, {len(found.rows)} can be taken, {blocked} with problems{_left_alone(found)}")
    if not found.is_whole:
        say("nothing is written while a row has a problem: mend the workbook, and look again")
        raise typer.Exit(2)
    if not found.rows:
        say("nothing to write: the workbook says what is recorded")
        return
    say(f"{written} rows are recorded" if write is not None else "nothing was written; next: the same with --write")


def _left_alone(found: "Preview[Any]") -> str:
    unchanged = f", {found.unchanged} say what is recorded" if found.unchanged else ""
    return unchanged + (f", {found.blank} say nothing yet" if found.blank else "")


def tell_export(made: "ExportedBook", what: str, *, as_json: bool) -> None:
    """Say what a workbook that was written holds, and how the record names it."""
    if as_json:
        emit_json({**asdict(made), "path": str(made.path)})
    else:
        show(f"{made.rows} {what} in {made.path}; the export is entry {made.seq} of the ledger")
    if made.cut:
        say(f"longer than a cell can be, so cut: {', '.join(made.cut)}")
