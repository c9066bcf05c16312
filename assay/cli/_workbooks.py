"""What a workbook would become, for people and for machines."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli._output import emit_json, say, show, show_table

if TYPE_CHECKING:
    from governance.imports import Preview

__all__ = ["Map", "SheetOption", "Write", "tell_import"]

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
                "written": written,
            }
        )
    else:
        show(f"sheet {found.sheet}: " + ", ".join(f"{name} from {column}" for name, column in found.columns.items()))
        show_table(columns, rows)
        for one in found.problems:
            place = f"{found.sheet}!{one.column}{one.row}"
            show(f"{'problem' if one.blocks else 'note'}: {place}: {one.what}{f'; {one.hint}' if one.hint else ''}")
        blocked = len({one.row for one in found.problems if one.blocks})
        show(f"{found.read} rows read, {len(found.rows)} can be taken, {blocked} with problems")
    if not found.is_whole:
        say("nothing is written while a row has a problem: mend the workbook, and look again")
        raise typer.Exit(2)
    say(f"{written} rows are recorded" if write is not None else "nothing was written; next: the same with --write")
