"""A register of 500 rows as a department keeps it: a heading of two rows, merged owners, and slips of every kind."""

import io
import random
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
from openpyxl import Workbook

from assay.kernel import InputError
from risks import framework
from tests.governance.imports.workbooks import TODAY, risks_of

HEADING: Final = (
    *("Nr.", "KI-System", "Anwendung", "Risiko-ID", "Verantwortlich", "Wahrscheinlichkeit", "Auswirkung"),
    *("W'keit danach", "Auswirkung danach", "Behandlung", "Nächste Prüfung", "Frist", "Bemerkung"),
)
MAPPED: Final = {"risk": "D", "system": "C", "residual_likelihood": "H", "residual_impact": "I"}
FIRST: Final = 6
ROWS: Final = 500
PEOPLE: Final = ("p-anna", "p-bo", "p-cem")

# What goes wrong in a cell: column, what stands in it, and words of the one problem that it makes.
SLIPS: Final[tuple[tuple[str, object, str], ...]] = (
    ("D", "9,8", "there is no risk '9,8'"),
    ("D", "R 9.8", "there is no risk 'R 9.8'"),
    ("D", "9.88", "there is no risk '9.88'"),
    ("D", 9.1, "the number 9.1 can mean"),
    ("D", datetime(2026, 2, 1), "turned the id into a day"),  # noqa: DTZ001  # Excel knows no zones
    ("D", None, "risk is missing"),
    ("D", "=D7", "risk is a formula"),
    *(("E", None, "owner is missing"),) * 12,
    ("E", "Petra Müller", "not named by a person's id"),
    ("E", "p-ana", "not named by a person's id"),
    ("E", "petra@example.org", "not named by a person's id"),
    ("E", "#N/A", "holds an error of Excel's"),
    ("F", 6, "inherent_likelihood is '6'"),
    ("F", "hoch", "inherent_likelihood is 'hoch'"),
    ("F", 2.5, "inherent_likelihood is '2.5'"),
    ("G", 0, "inherent_impact is '0'"),
    ("G", None, "inherent_impact is missing"),
    ("H", "3-4", "residual_likelihood is '3-4'"),
    ("H", 5, "the residual risk is larger"),
    ("I", "=G9", "residual_impact is a formula"),
    ("J", "mitgate", "treatment is 'mitgate'"),
    ("J", "?", "treatment is '?'"),
    ("J", None, "treatment is missing"),
    ("K", "31.02.2027", "no day that has one meaning"),
    ("K", "03/04/2027", "no day that has one meaning"),
    ("K", "Q2 2027", "no day that has one meaning"),
    ("K", 46112, "no day that has one meaning"),
    ("K", None, "review_by is missing"),
    ("K", date(2025, 1, 31), "review_by is 2025-01-31"),
    ("L", date(2035, 1, 1), "due is 2035-01-01"),
    ("L", "#REF!", "holds an error of Excel's"),
    ("M", "x" * 5000, "reason has 5,000 characters"),
    ("M", "=HYPERLINK(A1)", "reason is a formula"),
    ("C", "shpo", "there is no system 'shpo'"),
)


def _row(number: int) -> list[object]:
    """Return a row that can be taken."""
    ids = [risk.id for risk in framework().catalogue.risks]
    review = TODAY + timedelta(days=30 + number % 300)
    return [
        *(number + 1, "Assistent", f"s{number // len(ids)}", ids[number % len(ids)], PEOPLE[number % 3]),
        *(4, 5, 2, " 3", ("Mindern", "avoid", " Accept ")[number % 3]),
        *(review if number % 2 else f"{review:%d.%m.%Y}", None if number % 3 else review, "wie besprochen"),
    ]


def _book(slips: dict[int, tuple[str, object, str]]) -> bytes:
    """Write the register; two owners are merged over three rows, and groups part the rows."""
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["Risikoregister KI, Stand 22.11.2026"])
    sheet.merge_cells("A1:M1")
    sheet.append([])
    sheet.append(["Legende", "1 = gering", "5 = hoch"])
    sheet.append([None] * 5 + ["Vor Behandlung", None, "Nach Behandlung"])
    sheet.merge_cells("F4:G4")
    sheet.merge_cells("H4:I4")
    sheet.append(HEADING)
    for number in range(ROWS):
        sheet.append(_row(number))
        if number in slips:
            column, value, _ = slips[number]
            cell = sheet[f"{column}{FIRST + number}"]
            cell.value = value
            if isinstance(value, int):
                cell.number_format = "General"  # a number where days stand, and no day
    for top in (FIRST + 497, FIRST + 400):  # rows without a slip
        sheet.merge_cells(f"E{top}:E{top + 2}")
    sheet.cell(FIRST + ROWS + 3, 1).value = "geprüft: ja"  # a footnote in a column that nobody reads
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _planted() -> dict[int, tuple[str, object, str]]:
    """Put each slip into a row of its own, by lot."""
    free = [number for number in range(ROWS) if number not in {*range(400, 403), *range(497, 500)}]
    return dict(zip(random.Random(7).sample(free, len(SLIPS)), SLIPS, strict=True))  # noqa: S311  # a lot


def test_every_slip_of_a_departments_register_is_named_once_with_its_cell() -> None:
    """And nothing else is: what was not touched is taken, merged owners are read and told."""
    slips = _planted()
    systems = {f"s{number}" for number in range(10)} | {"shop"}
    with pytest.raises(InputError, match="columns A and D both read as risk"):
        risks_of(_book(slips))
    found = risks_of(_book(slips), mapped=MAPPED, people=PEOPLE, systems=systems)
    blocking = [one for one in found.problems if one.blocks]
    planted = {(FIRST + number, column): words for number, (column, _, words) in slips.items()}
    assert sorted((one.row, one.column) for one in blocking) == sorted(planted)
    assert [one.what for one in blocking if planted[one.row, one.column] not in one.what] == []
    assert (found.read, len(found.rows)) == (ROWS, ROWS - len(SLIPS))
    notes = [(one.column, one.row) for one in found.problems if not one.blocks and one.row >= FIRST]
    assert notes == [("E", FIRST + number) for number in (401, 402, 498, 499)]
    assert len(SLIPS) == 45
