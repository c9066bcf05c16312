"""The sheet "About": what a workbook is, when and from which record it was made, and which columns are read again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from governance.imports import ABOUT, FORMAT, LEDGER, LEDGER_SIZE, Column, fit, to_cell
from reports.workbooks._sheets import FONT, READ_AGAIN, Book, set_up_print

__all__ = ["Origin", "write_about"]

_WIDTHS: Final = {"A": 22, "B": 26, "C": 90, "D": 14}


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a workbook comes from."""

    systems: str  # in words
    day: str  # ISO 8601 date
    log: str  # name of the ledger
    size: int  # entries of it
    root: str  # hash over them, base64
    version: str  # of this product
    catalogue: Mapping[str, str]  # what was held against: title, version, digests
    limits: tuple[str, ...]  # what the workbook does not show


def write_about(book: Book, kind: str, origin: Origin, command: str, sheets: Mapping[str, Sequence[Column]]) -> None:
    """Write the sheet; `kind` is the format line by which an import knows the workbook."""
    sheet = book.book.create_sheet(ABOUT)
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    set_up_print(sheet, wide=0)
    sheet.append([_bold(sheet, f"Written by assay {origin.version}")])
    for name, text in _facts(book, kind, origin, command):
        sheet.append([_bold(sheet, name), _text(sheet, text, wrapped=False)])  # it flows over the empty cells beside it
    sheet.append([])
    sheet.append([_bold(sheet, one) for one in ("Sheet", "Column", "What it says", "Read again")])
    for name, columns in sheets.items():
        for column in columns:
            again = f"yes {READ_AGAIN}" if column.field else "no"
            sheet.append([_text(sheet, one) for one in (name, column.heading, column.says, again)])


def _facts(book: Book, kind: str, origin: Origin, command: str) -> Iterable[tuple[str, str]]:
    yield FORMAT, kind
    yield "Systems", origin.systems
    yield "Day (UTC)", origin.day
    yield LEDGER, origin.log
    yield LEDGER_SIZE, f"{origin.size} entries"
    yield "Root hash", origin.root
    yield from origin.catalogue.items()
    yield (
        "Read again",
        f"Columns with {READ_AGAIN} are, by: {command}; all others are only shown, and a change there is lost.",
    )
    yield "Keep", "This sheet and the headings: by them the workbook is known when it is read again."
    for limit in origin.limits:
        yield "Not shown", limit
    if book.cut:
        yield "Cut", "Longer than a cell can be, so the record holds more: " + ", ".join(book.cut)


def _text(sheet: Any, text: str, *, wrapped: bool = True) -> Any:  # noqa: ANN401  # openpyxl has no types
    cell = WriteOnlyCell(sheet, to_cell(fit(text)[0]))
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=wrapped, vertical="top")
    return cell


def _bold(sheet: Any, text: str) -> Any:  # noqa: ANN401  # openpyxl has no types
    cell = _text(sheet, text)
    cell.font = Font(name=FONT, sz=11, bold=True)
    cell.alignment = Alignment(vertical="top")
    return cell
