"""Sheets, written row by row: a heading that stays, filters, widths, wrapped text, dates as dates.

Rules of this place: a text is always written as text, whatever it begins with, so that no cell of ours is ever a
formula; it is cut only where Excel would, and where that happened is told; rows leave memory as they are written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from governance.imports import Column, fit, to_cell

__all__ = ["FONT", "READ_AGAIN", "Book", "CellValue", "Layout", "SheetWriter", "WrittenBook", "set_up_print"]

CellValue: TypeAlias = str | int | date | None

READ_AGAIN: Final = "✎"  # behind the heading of a column that is read again
_A3: Final = 8  # ECMA-376 part 1, 18.3.1.63
_LINE: Final = 15  # points; a row is as high as its longest text, for not every program finds that out by itself
_MOST_LINES: Final = 8
FONT: Final = "Calibri"  # a font without a name is another one in some programs
_MOST_TOLD: Final = 50  # cells that were cut
_FILLS: Final = {"heading": "1F3864", "read": "2E6B4F"}
_THIN: Final = Side(style="thin", color="D0D0D0")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a column looks, and what may be typed into it."""

    width: int = 16  # characters
    words: tuple[str, ...] = ()  # a list to choose from
    whole: tuple[int, int] | None = None  # numbers from, to
    day: bool = False
    fills: Mapping[str, str] = field(default_factory=dict)  # word → colour, beside the word


@dataclass(frozen=True, kw_only=True)
class WrittenBook:
    """A workbook that was written."""

    rows: int  # of its first sheet, without the heading
    cut: tuple[str, ...]  # cells whose text goes on in the record


class Book:
    """A workbook that is being written."""

    def __init__(self, title: str) -> None:
        """Begin."""
        self.book: Any = Workbook(write_only=True)
        self.book.properties.title = title
        self.book.properties.creator = "assay"
        self.cut: list[str] = []

    def sheet(
        self, name: str, columns: Sequence[Column], layouts: Mapping[str, Layout], *, frozen: int
    ) -> "SheetWriter":
        """Begin a sheet; `frozen` columns stay where they are."""
        return SheetWriter(self, name, columns, [layouts.get(one.heading, Layout()) for one in columns], frozen)


class SheetWriter:
    """A sheet that is being written."""

    def __init__(
        self, book: Book, name: str, columns: Sequence[Column], layouts: Sequence[Layout], frozen: int
    ) -> None:
        """Write the heading."""
        self._book, self._name, self._columns, self._layouts = book, name, columns, layouts
        self._sheet = book.book.create_sheet(name)
        self.rows = 0
        self._sheet.freeze_panes = f"{get_column_letter(frozen + 1)}2"
        for place, layout in enumerate(layouts, start=1):
            self._sheet.column_dimensions[get_column_letter(place)].width = layout.width
        set_up_print(self._sheet, wide=sum(layout.width for layout in layouts))
        self._sheet.print_title_rows = "1:1"
        self._sheet.print_title_cols = f"A:{get_column_letter(frozen)}"
        self._append([self._heading(column) for column in columns], lines=2)
        self._cells = [self._cell(layout) for layout in layouts]
        self._filled: dict[tuple[int, str], Any] = {}

    def append(self, values: Sequence[CellValue]) -> None:
        """Write a row."""
        self.rows += 1
        row = [self._put(place, value) for place, value in enumerate(values)]
        if len(row) != len(self._columns):
            raise ValueError(f"{len(row)} values for {len(self._columns)} columns of {self._name}")
        lines = max(_lines(value, self._layouts[place].width) for place, value in enumerate(values))
        self._append(row, lines=min(lines, _MOST_LINES))

    def _append(self, cells: Sequence[Any], *, lines: int) -> None:
        heights = self._sheet.row_dimensions
        heights[self.rows + 1].height = lines * _LINE
        self._sheet.append(cells)
        del heights[self.rows + 1]  # it is written

    def close(self) -> None:
        """Set filters and what may be typed, now that the last row is known."""
        last = max(self.rows + 1, 2)
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._columns))}{last}"
        for place, (column, layout) in enumerate(zip(self._columns, self._layouts, strict=True), start=1):
            found = _validation(column, layout)
            if found is not None:
                letters = get_column_letter(place)
                found.add(f"{letters}2:{letters}{last}")
                self._sheet.data_validations.append(found)

    def _put(self, place: int, value: CellValue) -> Any:  # noqa: ANN401  # openpyxl has no types
        """Return the column's cell with a value: one object serves all rows, for each is written at once."""
        cell = self._cells[place]
        if isinstance(value, str) and value:
            fill = self._layouts[place].fills.get(value)
            if fill is not None:
                cell = self._filled.get((place, fill)) or self._filled.setdefault((place, fill), self._cell(None, fill))
            text, is_cut = fit(value)
            if is_cut:
                self._tell_cut(place)
            cell.value = to_cell(text)
            cell.data_type = "s"  # never "f" or "e", whatever it looks like
        else:
            cell.value = value if value != "" else None
        return cell

    def _tell_cut(self, place: int) -> None:
        if len(self._book.cut) < _MOST_TOLD:
            self._book.cut.append(f"{self._name}!{get_column_letter(place + 1)}{self.rows + 1}")

    def _heading(self, column: Column) -> Any:  # noqa: ANN401  # as above
        cell = WriteOnlyCell(self._sheet, f"{column.heading} {READ_AGAIN}" if column.field else column.heading)
        cell.font = Font(name=FONT, sz=11, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_FILLS["read" if column.field else "heading"])
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        cell.border = Border(bottom=_THIN, right=_THIN)
        return cell

    def _cell(self, layout: Layout | None, fill: str = "") -> Any:  # noqa: ANN401  # as above
        cell = WriteOnlyCell(self._sheet)
        is_short = layout is not None and (layout.day or layout.whole is not None)
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="center" if is_short else None)
        cell.border = Border(bottom=_THIN)
        if layout is not None and (layout.day or layout.whole):
            cell.number_format = "yyyy-mm-dd" if layout.day else "0"
        else:
            cell.number_format = "@"  # what is typed over a text stays text: 9.10 no number, =A1 no formula
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
            cell.font = Font(name=FONT, sz=11, bold=True)
        return cell


def _validation(column: Column, layout: Layout) -> Any:  # noqa: ANN401  # openpyxl has no types
    """Return what may be typed into a column; `None`: anything, or nothing is read."""
    if not column.field:
        return None
    title = column.heading
    if layout.words:
        rule = DataValidation(type="list", formula1=f'"{",".join(layout.words)}"', allow_blank=True)
        rule.error = f"One of {', '.join(layout.words)}"
    elif layout.whole:
        least, most = map(str, layout.whole)
        rule = DataValidation(type="whole", operator="between", formula1=least, formula2=most, allow_blank=True)
        rule.error = f"A whole number from {least} to {most}"
    elif layout.day:
        rule = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True)  # 2000-01-01
        rule.error = "A date"
    else:
        return None
    rule.errorTitle, rule.showErrorMessage, rule.errorStyle = title, True, "stop"
    return rule


def _lines(value: CellValue, width: int) -> int:
    """Return how many lines a text takes in a column."""
    if not isinstance(value, str):
        return 1
    return sum(1 + len(line) // width for line in value[: _MOST_LINES * width].split("\n"))


def set_up_print(sheet: Any, *, wide: int) -> None:  # noqa: ANN401  # openpyxl has no types
    """Lay a sheet of so many characters across out for paper."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A3
    sheet.page_setup.fitToWidth = 2 if wide > 300 else 1  # noqa: PLR2004  as much as anybody can read on one sheet
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
