"""Every row of a sheet looked at once: what is new, what is recorded already, what says nothing, and what is wrong."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from governance.imports._columns import Columns
from governance.imports._reading import RowReader
from governance.imports._types import Preview, Row

__all__ = ["preview"]

RowT = TypeVar("RowT")


def preview(
    columns: Columns,
    read_row: Callable[[RowReader], RowT | None],
    *,
    words: Sequence[str],
    pass_over: Callable[[RowReader], None] = lambda _: None,
) -> Preview[RowT]:
    """Return what a sheet would become.

    `read_row` returns what a row says that is new, `None` where it says what is recorded or a problem was noted; of a
    workbook of ours, `pass_over` is asked instead about rows in which none of the fields `words` says anything.
    """
    rows: list[Row[RowT]] = []
    problems = list(columns.problems)
    read = unchanged = blank = 0
    for cells in columns.body():
        read += 1
        reader = RowReader(columns, cells)
        if columns.head is not None and not reader.says(words):
            blank += 1
            pass_over(reader)
        else:
            said = read_row(reader)
            if said is not None and not reader.is_blocked:
                rows.append(Row(row=reader.number, said=said))
            unchanged += said is None and not reader.is_blocked
        problems += reader.problems
    return Preview(
        sheet=columns.sheet.name,
        columns=columns.described,
        read=read,
        rows=tuple(rows),
        problems=tuple(sorted(problems, key=lambda one: (one.row, len(one.column), one.column))),
        unchanged=unchanged,
        blank=blank,
    )
