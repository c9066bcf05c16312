"""Which column says what.

Rules of this place: a heading is matched by its words, whatever their case, order of marks or language among those that
are known; what a person maps by hand outranks that; two columns for one field are asked about, and a column that is
not read is named, with what it may have been meant to be, unless we wrote it ourselves for people to look at.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assay.kernel import InputError
from governance.imports._types import Field, Problem
from governance.imports._workbook import MOST_ROWS, Cell, Sheet, column_letters, short
from governance.imports._written import Head, Written, head_of

__all__ = ["Columns", "find_columns"]

HEADING_WITHIN: Final = 20  # rows: registers begin with a title and a legend
_MARKS: Final = re.compile(r"[^\w]+", re.UNICODE)
_LETTERS: Final = re.compile(r"[A-Za-z]{1,3}")
_ENOUGH: Final = 2  # columns that make a row a heading


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """The heading of a sheet, read."""

    sheet: Sheet
    heading: int  # index of its row
    places: Mapping[str, int]  # field → index of its column
    problems: Sequence[Problem]
    head: Head | None  # of the record that the workbook was written from; None: it is not one of ours

    @property
    def described(self) -> dict[str, str]:
        """Each field with the letters and the heading of its column."""
        row = self.sheet.rows[self.heading]
        return {name: f"{column_letters(place + 1)} ({_said(row[place])})" for name, place in self.places.items()}

    def cell(self, row: Sequence[Cell], field: str) -> Cell | None:
        """Return the cell of a field, None where no column says it."""
        place = self.places.get(field)
        return None if place is None else row[place]

    def body(self) -> Iterator[Sequence[Cell]]:
        """Iterate over the rows below the heading that hold anything in a column that is read."""
        for row in self.sheet.rows[self.heading + 1 :]:
            if any(row[place].value is not None for place in self.places.values()):
                yield row


def find_columns(
    sheets: Sequence[Sheet],
    fields: Sequence[Field],
    *,
    file: str,
    sheet: str | None,
    mapped: Mapping[str, str],
    kind: Written,
) -> Columns:
    """Return the first sheet with a heading, or the one that is named; raise `InputError` where there is none."""
    _refuse_strangers(fields, mapped)
    head = head_of(sheets, kind)
    shown = kind.shown if head else frozenset[str]()
    if sheet is not None:
        sheets = [_named(sheets, sheet, file)]
    for one in sheets:
        heading = _heading(one, fields, mapped)
        if heading is not None:
            return replace(_read(one, heading, fields, mapped, file, shown), head=head)
    raise InputError(
        f"{file} has no heading in its first {HEADING_WITHIN} rows that names {_needed(fields)}",
        hint="name columns by hand: --map NAME=COLUMN, by heading or letters; or --sheet NAME",
    )


def _refuse_strangers(fields: Sequence[Field], mapped: Mapping[str, str]) -> None:
    names = [field.name for field in fields]
    for name in mapped:
        if name not in names:
            raise InputError(f"--map names {short(name)!r}, which is read nowhere", hint=f"one of {', '.join(names)}")


def _named(sheets: Sequence[Sheet], name: str, file: str) -> Sheet:
    for one in sheets:
        if one.name == name:
            return one
    raise InputError(f"{file} has no visible sheet {short(name)!r}", hint=", ".join(one.name for one in sheets[:20]))


def _heading(sheet: Sheet, fields: Sequence[Field], mapped: Mapping[str, str]) -> int | None:
    """Return the row that names most fields, the first of them where several do."""
    best, most = None, _ENOUGH - 1
    for index, row in enumerate(sheet.rows[:HEADING_WITHIN]):
        found = {_field_of(cell, fields) for cell in row} - {None}
        by_hand = sum(1 for column in mapped.values() if _place_of(column, row) is not None)
        if len(found) + by_hand > most and any(isinstance(cell.value, str) for cell in row):
            best, most = index, len(found) + by_hand
    return best


def _read(
    sheet: Sheet,
    heading: int,
    fields: Sequence[Field],
    mapped: Mapping[str, str],
    file: str,
    shown: frozenset[str],
) -> Columns:
    row = sheet.rows[heading]
    places = {name: _mapped_place(column, row, name, file) for name, column in mapped.items()}
    taken, found = set(places.values()), dict[str, list[int]]()
    for place, cell in enumerate(row):
        field = _field_of(cell, fields)
        if field is not None and place not in taken and field not in places and not cell.merged:
            found.setdefault(field, []).append(place)
    for field, several in found.items():
        if len(several) > 1:
            letters = " and ".join(column_letters(place + 1) for place in several)
            raise InputError(
                f"{file}, sheet {sheet.name!r}, row {row[0].row}: columns {letters} both read as {field}",
                hint=f"choose one: --map {field}={column_letters(several[0] + 1)}",
            )
        places[field] = several[0]
    missing = [field.name for field in fields if field.is_needed and field.name not in places]
    if missing:
        held = ", ".join(_said(cell) for cell in row[:30] if cell.value)
        raise InputError(
            f"{file}, sheet {sheet.name!r}, row {row[0].row}: no column says {', '.join(missing)}",
            hint=f"--map {missing[0]}=COLUMN; the row holds {held}",
        )
    problems = tuple(_unread(sheet, heading, fields, places, shown))
    return Columns(sheet=sheet, heading=heading, places=places, problems=problems, head=None)


def _unread(
    sheet: Sheet, heading: int, fields: Sequence[Field], places: Mapping[str, int], shown: frozenset[str]
) -> Iterator[Problem]:
    """Say which columns are not read, and where a sheet goes on behind what is read."""
    open_fields = [field for field in fields if field.name not in places]
    for place, cell in enumerate(sheet.rows[heading]):
        if cell.value is None or place in places.values() or cell.merged or cell.value in shown:
            continue
        near = _nearest(_said(cell), open_fields)
        hint = f"did you mean {near}? --map {near}={column_letters(place + 1)}" if near else ""
        yield _of_sheet(sheet, heading, column_letters(place + 1), f"the column {_said(cell)!r} is not read", hint)
    if sheet.rows_left:
        what = f"{sheet.rows_left:,} rows behind row {MOST_ROWS:,} are not read"
        yield _of_sheet(sheet, heading, "", what, "split the sheet, or delete empty rows at its end", blocks=True)
    if sheet.columns_left:
        what = f"{sheet.columns_left:,} columns behind {column_letters(len(sheet.rows[heading]))} are not read"
        yield _of_sheet(sheet, heading, "", what, "")


def _of_sheet(sheet: Sheet, heading: int, column: str, what: str, hint: str, *, blocks: bool = False) -> Problem:
    return Problem(sheet=sheet.name, row=sheet.rows[heading][0].row, column=column, what=what, hint=hint, blocks=blocks)


def _field_of(cell: Cell, fields: Sequence[Field]) -> str | None:
    if not isinstance(cell.value, str) or cell.is_formula:
        return None
    said = _folded(cell.value)
    return next((field.name for field in fields if said in {_folded(field.name), *field.known_as}), None)


def _nearest(said: str, fields: Sequence[Field]) -> str | None:
    names = {known: field.name for field in fields for known in (_folded(field.name), *field.known_as)}
    near = difflib.get_close_matches(_folded(said), names, n=1, cutoff=0.75)
    return names[near[0]] if near else None


def _mapped_place(column: str, row: Sequence[Cell], name: str, file: str) -> int:
    place = _place_of(column, row)
    if place is None:
        said = ", ".join(_said(cell) for cell in row[:30] if cell.value)
        raise InputError(f"{file} has no column {short(column)!r} for {name}", hint=f"by letters, or one of: {said}")
    return place


def _place_of(column: str, row: Sequence[Cell]) -> int | None:
    """Return the place of a column that is named by its heading, or else by its letters."""
    for place, cell in enumerate(row):
        if isinstance(cell.value, str) and _folded(cell.value) == _folded(column):
            return place
    if not _LETTERS.fullmatch(column):
        return None
    letters = [column_letters(place + 1) for place in range(len(row))]
    return letters.index(column.upper()) if column.upper() in letters else None


def _needed(fields: Sequence[Field]) -> str:
    return ", ".join(field.name for field in fields if field.is_needed)


def _said(cell: Cell) -> str:
    return short(str(cell.value))


def _folded(text: str) -> str:
    return " ".join(_MARKS.sub(" ", text.replace("_", " ").casefold()).split())
