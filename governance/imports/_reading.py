"""The values of one row: what is wrong is noted by cell, and reading goes on, so that all is told at once.

Rules of this place: a formula is refused, because only Excel knows what it says; a guess is never made where a value
can mean two things, and a wrong value is quoted short, and never where it may be a person's name.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from governance.imports._columns import Columns
from governance.imports._types import Problem
from governance.imports._workbook import Cell, column_letters, short

__all__ = ["ME", "RowReader", "did_you_mean"]

ME: Final = "me"  # whoever reads the workbook in
_GERMAN: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_SEVERAL: Final = re.compile(r"[,;\n|]+")


class RowReader:
    """One row, with what was found wrong in it."""

    def __init__(self, columns: Columns, row: Sequence[Cell]) -> None:
        """Begin a row."""
        self._columns = columns
        self._row = row
        self.number = row[0].row
        self.problems: list[Problem] = []

    @property
    def is_blocked(self) -> bool:
        """Whether the row cannot be taken."""
        return any(problem.blocks for problem in self.problems)

    def has(self, field: str) -> bool:
        """Whether a column says a field."""
        return field in self._columns.places

    def says(self, fields: Iterable[str]) -> bool:
        """Whether anything stands in a column of these fields."""
        cells = (self._columns.cell(self._row, field) for field in fields)
        return any(cell is not None and cell.value is not None for cell in cells)

    def cell(self, field: str) -> Cell | None:
        """Return a cell that can be read, None for none; note formulas, errors and merged cells."""
        cell = self._columns.cell(self._row, field)
        if cell is None or cell.value is None:
            return None
        if cell.is_formula:
            self.note(field, f"{field} is a formula", "copy the column and paste it as values")
            return None
        if cell.is_error:
            self.note(field, f"{field} holds an error of Excel's", "mend the cell")
            return None
        if cell.merged:
            self.note(field, f"{field} is merged with {cell.merged}: its value is taken for this row", blocks=False)
        return cell

    def text(self, field: str, *, most: int = 4000, needed: bool = False) -> str:
        """Return a text, "" where there is none."""
        cell = self.cell(field)
        if cell is None:
            if needed and not self._told(field):
                self.note(field, f"{field} is missing")
            return ""
        text = _as_text(cell)
        if len(text) > most:
            self.note(field, f"{field} has {len(text):,} characters; expected at most {most:,}")
        return text

    def several(self, field: str) -> tuple[str, ...]:
        """Return the parts of a text that lists several things."""
        return tuple(part.strip() for part in _SEVERAL.split(self.text(field)) if part.strip())

    def day(self, field: str, *, needed: bool = False) -> date | None:
        """Return a day: a date of Excel's, 2027-03-31 or 31.03.2027; None where it is none."""
        cell = self.cell(field)
        if cell is None:
            if needed and not self._told(field):
                self.note(field, f"{field} is missing")
            return None
        if isinstance(cell.value, date):
            return cell.value
        found = _day_of(_as_text(cell))
        if found is None:
            hint = "make it a date in Excel, or write 2027-03-31"
            self.note(field, f"{field} is {short(_as_text(cell))!r}, which is no day that has one meaning", hint)
        return found

    def choice(self, field: str, words: Mapping[str, str], *, needed: bool = False) -> str | None:
        """Return what a word means; None where it means nothing."""
        said = self.text(field, needed=needed)
        if not said:
            return None
        found = words.get(said.casefold())
        if found is None:
            self.note(
                field, f"{field} is {short(said)!r}", did_you_mean(said.casefold(), words) or f"one of {_all(words)}"
            )
        return found

    def note(self, field: str, what: str, hint: str = "", *, blocks: bool = True) -> None:
        """Note something about a field, once however often the cell is looked at."""
        place = self._columns.places.get(field)
        column = "" if place is None else column_letters(place + 1)
        found = Problem(
            sheet=self._columns.sheet.name, row=self.number, column=column, what=what, hint=hint, blocks=blocks
        )
        if found not in self.problems:
            self.problems.append(found)

    def _told(self, field: str) -> bool:
        place = self._columns.places.get(field)
        return place is not None and any(one.column == column_letters(place + 1) for one in self.problems)


def did_you_mean(said: str, known: Collection[str]) -> str:
    """Return a question with the nearest that is known, "" where nothing is near."""
    near = difflib.get_close_matches(said, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else ""


def _all(words: Mapping[str, str]) -> str:
    return ", ".join(dict.fromkeys(words.values()))


def _as_text(cell: Cell) -> str:
    if isinstance(cell.value, float) and cell.value.is_integer():
        return str(int(cell.value))
    return str(cell.value)


def _day_of(text: str) -> date | None:
    german = _GERMAN.fullmatch(text.strip())
    try:
        if german:
            return date(int(german[3]), int(german[2]), int(german[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
