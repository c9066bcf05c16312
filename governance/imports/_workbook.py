"""A workbook of Excel, opened with care and read as cells.

Rules of this place: a workbook is a ZIP of XML from strangers, so that it is measured before it is unpacked and refused
with a document type; formulas are told, never computed, and the values that Excel kept beside them are not believed;
macros, links and pictures are not read.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, Final, TypeAlias

from assay.kernel import InputError, plain
from governance.imports._texts import unescaped

__all__ = ["MOST_ROWS", "Cell", "CellValue", "Sheet", "column_letters", "open_sheets", "short"]

CellValue: TypeAlias = str | int | float | bool | date | None

LARGEST: Final = 16 * 1024 * 1024  # bytes of the file
LARGEST_UNPACKED: Final = 256 * 1024 * 1024
MOST_PARTS: Final = 1_000
MOST_TAGS: Final = 10_000_000  # of XML, each of which may become an object
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 100
MOST_MERGED: Final = 200_000
_MERGES: Final = re.compile(rb"<(?:[A-Za-z0-9_.-]+:)?mergeCell\s")
_MERGED: Final = re.compile(rb'mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_DECLARED: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_SAVE: Final = "save it in Excel or LibreOffice as .xlsx, without a password"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell."""

    row: int
    column: int
    value: CellValue
    is_formula: bool = False
    is_error: bool = False  # #REF!, #N/A, …
    merged: str = ""  # the range of which it is not the first cell; its value is the first cell's


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: its rows that hold cells, as far as they are read."""

    name: str
    source: Any = field(repr=False)  # openpyxl's, which has no types
    rows_left: int  # behind those that are read
    columns_left: int

    @cached_property
    def rows(self) -> Sequence[Sequence[Cell]]:
        """The rows, made when somebody looks at them."""
        covered = _covered(self.source)
        cells = self.source._cells  # noqa: SLF001  # `iter_rows` would make a cell for each gap
        width = min(self.source.max_column, MOST_COLUMNS)
        return [
            [_cell(cells.get((row, column)), row, column, cells, covered) for column in range(1, width + 1)]
            for row in sorted({row for row, _ in cells if row <= MOST_ROWS})
        ]


def open_sheets(data: bytes, file: str) -> tuple[Sheet, ...]:
    """Return the visible sheets; raise `InputError` for what is no workbook, or one that could harm."""
    _check(data, file)
    # Lazy: it costs start-up time, and only an import needs it.
    from openpyxl import load_workbook  # noqa: PLC0415

    try:
        book = load_workbook(io.BytesIO(data), read_only=False, keep_links=False, keep_vba=False, data_only=False)
        return tuple(_sheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible")
    except Exception as error:  # openpyxl raises whatever its parts do on a damaged file
        raise InputError(f"{file} cannot be read as a workbook: {type(error).__name__}", hint=_SAVE) from error


def column_letters(number: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def short(text: str) -> str:
    """Return a text of a cell on one line, fit to be shown."""
    line = " ".join(plain(text[:400]).split())
    return line if len(line) <= 60 else line[:59] + "…"  # noqa: PLR2004  # as much as a message bears


def _check(data: bytes, file: str) -> None:
    if len(data) > LARGEST:
        raise InputError(f"{file} has {len(data):,} bytes; expected at most {LARGEST:,}", hint="split the workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive, file)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise InputError(f"{file} is no .xlsx workbook, or a damaged one", hint=_SAVE) from error


def _check_parts(archive: zipfile.ZipFile, file: str) -> None:
    """Unpack every part once, within bounds: what a part says of its size proves nothing."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or len({part.filename for part in parts}) < len(parts):
        raise InputError(f"{file} has too many parts, or two of one name; expected a workbook", hint=_SAVE)
    left, merged, tags = LARGEST_UNPACKED, 0, 0
    for part in parts:
        with archive.open(part) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise InputError(f"{file} unpacks to more than {LARGEST_UNPACKED:,} bytes", hint="split the workbook")
        content = content.replace(b"\0", b"")  # the zeros of UTF-16
        if _DECLARED.search(content):
            raise InputError(f"{file} declares a document type in {short(part.filename)!r}, which no workbook needs")
        merged += _merged_cells(content)
        tags += content.count(b"<")
    if tags > MOST_TAGS:
        raise InputError(f"{file} holds more than {MOST_TAGS:,} tags of XML", hint="split the workbook")
    if merged > MOST_MERGED:
        raise InputError(f"{file} merges more than {MOST_MERGED:,} cells", hint="take the merging back in empty parts")


def _merged_cells(content: bytes) -> int:
    """Return how many cells a part merges, for openpyxl makes an object of each, whatever the range."""
    ranges = _MERGED.findall(content)
    if len(ranges) < len(_MERGES.findall(content)):
        return MOST_MERGED + 1  # written as no program writes it
    return sum(
        (int(bottom) - int(top) + 1) * (_number(right) - _number(left) + 1) for left, top, right, bottom in ranges
    )


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _sheet(sheet: Any) -> Sheet:  # noqa: ANN401  # openpyxl has no types
    return Sheet(
        name=short(sheet.title),
        source=sheet,
        rows_left=max(0, sheet.max_row - MOST_ROWS),
        columns_left=max(0, sheet.max_column - MOST_COLUMNS),
    )


def _covered(sheet: Any) -> dict[tuple[int, int], Any]:  # noqa: ANN401  # openpyxl has no types
    """Return which range covers each cell that is read."""
    found = {}
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, min(area.max_row, MOST_ROWS) + 1):
            for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1):
                found[row, column] = area
    return found


def _cell(cell: Any, row: int, column: int, cells: Any, covered: dict[tuple[int, int], Any]) -> Cell:  # noqa: ANN401  # openpyxl has no types
    area = covered.get((row, column))
    first = cell if area is None else cells.get((area.min_row, area.min_col))
    if first is None:
        return Cell(row=row, column=column, value=None)
    return Cell(
        row=row,
        column=column,
        value=_plain_value(first.value),
        is_formula=first.data_type == "f",
        is_error=first.data_type == "e",
        merged="" if area is None or first is cell else str(area.coord),
    )


def _plain_value(value: object) -> CellValue:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, time):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, float, date)):
        return value
    text = unescaped(str(value)).strip()
    return text or None
