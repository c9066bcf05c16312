"""What a workbook says, row by row, and what of it cannot be taken.

Rules of this place: a problem names sheet, row and column, so that whoever owns the file can mend it; a row with a
problem that blocks is never taken in part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Field", "Preview", "Problem", "Row"]

RowT = TypeVar("RowT")


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """Something that a row says, and the names that people give its column."""

    name: str  # as in `--map NAME=COLUMN`
    known_as: tuple[str, ...]  # other headings, in lower case
    is_needed: bool = False  # a workbook without the column is refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something to mend in the workbook, or to know."""

    sheet: str
    row: int  # as the workbook counts; the heading's where a whole column is meant
    column: str  # letters; "" where the row is meant
    what: str
    hint: str = ""
    blocks: bool = True  # the row is not taken; else it is taken, and this is said


@dataclass(frozen=True, kw_only=True, slots=True)
class Row(Generic[RowT]):
    """A row that can be taken, and where it stands."""

    row: int
    said: RowT


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview(Generic[RowT]):
    """What would be taken from a workbook, and what not."""

    sheet: str
    columns: Mapping[str, str]  # field → column as letters and heading
    read: int  # rows that are not empty
    rows: Sequence[Row[RowT]]  # that can be taken and say something new
    problems: Sequence[Problem]  # by row and column
    unchanged: int = 0  # rows that say what is recorded
    blank: int = 0  # rows of a workbook of ours about which nobody said anything yet

    @property
    def is_whole(self) -> bool:
        """Whether every row can be taken, if only because it says what is recorded."""
        return bool(self.rows or self.unchanged or self.blank) and not any(problem.blocks for problem in self.problems)
