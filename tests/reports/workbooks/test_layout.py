"""What a workbook looks like to whoever opens it, and what can never be in it."""

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from governance.actions import ActionState, CorrectiveAction
from governance.approvals import ApprovalState
from governance.imports import INVENTORY, REGISTER, RISK_FIELDS, SYSTEM_FIELDS, Field, Written
from governance.imports._columns import _field_of
from governance.imports._workbook import Cell
from governance.status import Assessor, Moment
from governance.waivers import RecordedWaiver
from reports.workbooks import SystemRegister, write_register
from tests.reports.workbooks.books import (
    FRAMEWORK,
    ORIGIN,
    described,
    entry,
    inventory_of,
    place_of,
    rating,
    register_of,
    sheet_of,
)

ACTION = CorrectiveAction(
    id="action-1", seq=4, system="shop", risk="9.1", control=None, state=ActionState.OPEN, owner="person-1",
    due="2026-11-01", raised_by="person-2", evidence=None, recorded_at="2026-10-01T00:00:00.000000Z", what="=1+1",
)  # fmt: skip
WAIVER = RecordedWaiver(
    id="waiver-1", seq=5, system="shop", control="DASF 1", risk=None, digest="sha256:00", requester="person-1",
    expires_at="2027-01-01T00:00:00.000000Z", recorded_at="2026-10-01T00:00:00.000000Z", request="request-1",
    state=ApprovalState.APPROVED, four_eyes=False, reason=None, compensating="+watched",
)  # fmt: skip


def value_at(data: bytes, sheet: str, heading: str, row: int = 2) -> Any:  # noqa: ANN401  # openpyxl has no types
    """Return a value under a heading."""
    found = sheet_of(data, sheet)
    return found.cell(row, place_of(found, heading)).value


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "#REF!", "TRUE", "1.10", "2027-01-01"]
)
def test_a_text_stays_the_text_that_it_is(text: str) -> None:
    """No formula, no error, no number, no day; not when somebody types into the cell either."""
    data = register_of([rating(reason=text)])
    sheet = sheet_of(data, "Register")
    cell = sheet.cell(2, place_of(sheet, "Rationale"))
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not any(b"<f>" in archive.read(name) or b"<f " in archive.read(name) for name in archive.namelist())


def test_ids_are_text_levels_numbers_and_days_days() -> None:
    """9.10 is not 9.1."""
    data = register_of([rating("9.10", due="2027-02-01")])
    assert value_at(data, "Register", "Risk ID") == "9.10"
    assert value_at(data, "Register", "Inherent likelihood") == 4
    assert value_at(data, "Register", "Residual level") == "medium"
    assert value_at(data, "Register", "Review by") == datetime(2027, 3, 31)  # noqa: DTZ001  # Excel knows no zones
    assert value_at(data, "Register", "Due") == datetime(2027, 2, 1)  # noqa: DTZ001  # as above


@pytest.mark.parametrize(
    ("data", "name"),
    [(register_of([rating()]), "Register"), (inventory_of(entry("shop", described())), "Inventory")],
    ids=["register", "inventory"],
)
def test_a_sheet_is_laid_out_for_reading(data: bytes, name: str) -> None:
    """The heading stays, filters are there, texts wrap, columns are wide enough, and paper is thought of."""
    sheet = sheet_of(data, name)
    assert sheet.freeze_panes.endswith("2")
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}2"
    assert all(sheet.column_dimensions[cell.column_letter].width >= 11 for cell in sheet[1])
    assert all(cell.alignment.wrap_text for cell in sheet[2])
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
    assert load_workbook(io.BytesIO(data)).active.title == name


def test_what_may_be_typed_is_a_list_a_number_or_a_day() -> None:
    """In the columns that are read again, from the first row to the last."""
    sheet = sheet_of(register_of([rating(), rating("9.8")]), "Register")
    rules = {str(one.sqref): (one.type, one.formula1) for one in sheet.data_validations.dataValidation}
    letters = {str(cell.value).removesuffix(" ✎"): cell.column_letter for cell in sheet[1]}
    assert rules[f"{letters['Treatment']}2:{letters['Treatment']}3"] == ("list", '"mitigate,avoid,transfer,accept"')
    assert rules[f"{letters['Residual impact']}2:{letters['Residual impact']}3"] == ("whole", "1")
    assert rules[f"{letters['Due']}2:{letters['Due']}3"][0] == "date"
    assert len(rules) == 7


def test_a_status_is_a_word_and_only_then_a_colour() -> None:
    """Whoever sees no colours reads the same."""
    sheet = sheet_of(register_of([rating()]), "Register")
    cell = sheet.cell(2, place_of(sheet, "Status"))
    assert (cell.value, cell.fill.fgColor.rgb) == ("undecided", "00FFE699")


def test_actions_and_waivers_have_their_sheets() -> None:
    """An open action stands beside its risk, too, and what is overdue is said in words."""
    data = register_of([rating(review_by="2026-11-01")], actions=[ACTION], waivers=[WAIVER])
    assert value_at(data, "Register", "Open actions") == "action-1, due 2026-11-01"
    assert value_at(data, "Register", "Overdue") == "review since 2026-11-01\naction-1 since 2026-11-01"
    assert [value_at(data, "Actions", one) for one in ("What", "Status", "Overdue")] == ["=1+1", "open", "overdue"]
    assert [value_at(data, "Waivers", one) for one in ("Risk ID", "Four eyes", "Done instead", "Reason")] == [
        *("all", "no", "+watched", None)
    ]


def test_a_control_stands_once_for_all_risks_on_whose_account_it_is_alike() -> None:
    """Every pair of risk and control is in the sheet exactly once."""
    status = Assessor(FRAMEWORK).assess("shop", (), Moment(now=datetime(2026, 11, 22, tzinfo=UTC)))
    stream = io.BytesIO()
    write_register(stream, FRAMEWORK, [SystemRegister(status=status, ratings={}, actions=(), waivers=())], ORIGIN)
    rows = [[cell.value for cell in row] for row in sheet_of(stream.getvalue(), "Controls").iter_rows(min_row=2)]
    pairs = [(risk, row[1]) for row in rows for risk in str(row[3]).split(", ")]
    assert sorted(pairs) == sorted((one.risk, each.control) for one in status.risks for each in one.controls)
    assert len(rows) < len(pairs) / 2
    assert {(row[4], row[5]) for row in rows} == {("inconclusive", "unknown")}


def test_a_text_longer_than_a_cell_is_cut_and_told() -> None:
    """In the cell itself, on the sheet About, and to whoever wrote the workbook."""
    data = register_of([rating(reason="x" * 40_000)])
    assert str(value_at(data, "Register", "Rationale")).endswith(" … (cut: 40,000 characters)")
    told = {row[0].value: row[1].value for row in sheet_of(data, "About").iter_rows() if row[0].value}
    assert told["Cut"] == "Longer than a cell can be, so the record holds more: Register!R2"
    assert write_register(io.BytesIO(), FRAMEWORK, (), ORIGIN).cut == ()


def test_about_says_what_the_workbook_is_and_what_is_read_again() -> None:
    """System, day, head of the ledger, digests, and every column of every sheet."""
    rows = [[cell.value for cell in row] for row in sheet_of(register_of([rating()]), "About").iter_rows()]
    told = {row[0]: row[1] for row in rows if row[0]}
    assert (told["Format"], told["Day (UTC)"], told["Root hash"]) == ("assay-register/1", "2026-11-22", "cm9vdA==")
    assert told["Catalogue digest"] == "sha256:00"
    columns = {(row[0], row[1]): row[3] for row in rows if row[3] in ("no", "yes ✎")}
    assert (columns["Register", "Owner"], columns["Register", "Status"]) == ("yes ✎", "no")
    data = register_of([rating()])
    for name in ("Register", "Controls", "Actions", "Waivers"):
        headings = {re.sub(" ✎$", "", str(cell.value)) for cell in sheet_of(data, name)[1]}
        assert headings == {column for sheet, column in columns if sheet == name}


@pytest.mark.parametrize(("kind", "fields"), [(REGISTER, RISK_FIELDS), (INVENTORY, SYSTEM_FIELDS)])
def test_no_column_that_is_only_shown_can_be_taken_for_one_that_is_read(
    kind: Written, fields: tuple[Field, ...]
) -> None:
    """And each one that is read is known by its heading."""
    for column in kind.columns:
        cell = Cell(row=1, column=1, value=column.heading)
        assert _field_of(cell, fields) == (column.field or None)
