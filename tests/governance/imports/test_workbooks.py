"""Workbooks that are damaged, huge or hostile: each is refused before it can harm."""

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.kernel import AssayError, InputError
from governance.imports import _workbook
from tests.governance.imports.workbooks import HEADING, book, changed, register, risks_of, row

SHEET = "xl/worksheets/sheet1.xml"
GOOD = register(row())


def _zip_of(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no .xlsx workbook"),
        (b"id;owner\n", "no .xlsx workbook"),
        (GOOD[:-30], "no .xlsx workbook"),
        (_zip_of("a.txt", b"hello"), "cannot be read as a workbook"),
        (changed(GOOD, SHEET, lambda part: b'<!DOCTYPE x [<!ENTITY a "b">]>' + part), "declares a document type"),
        (
            changed(GOOD, SHEET, lambda part: part.decode().replace("<w", "<!DOCTYPE x><w", 1).encode("utf-16")),
            "declares",
        ),
        (
            changed(
                GOOD,
                SHEET,
                lambda part: part.replace(
                    b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
                ),
            ),
            "merges more than",
        ),
        (
            changed(
                GOOD,
                SHEET,
                lambda part: part.replace(
                    b"</sheetData>", b"</sheetData><mergeCells><mergeCell  ref='A1:XFD9'/></mergeCells>"
                ),
            ),
            "merges more than",
        ),
        (changed(GOOD, SHEET, lambda part: part[: len(part) // 2]), "cannot be read as a workbook"),
    ],
)
def test_what_is_no_workbook_or_would_harm_is_refused(data: bytes, words: str) -> None:
    """Not one of them is opened by more than its bounds allow."""
    with pytest.raises(InputError, match=words):
        risks_of(data)


@pytest.mark.parametrize(
    ("content", "times", "words"),
    [(b"0" * 1024, 257 * 1024, "unpacks to more than"), (b"<a/>" * 100, 100_001, "more than 10,000,000 tags")],
)
def test_what_unpacks_to_more_than_it_looks_is_refused(content: bytes, times: int, words: str) -> None:
    """A small file can hold a large one, or more objects than fit into memory."""
    with pytest.raises(InputError, match=words):
        risks_of(_zip_of("xl/bomb.xml", content * times))


def test_a_cell_at_the_far_corner_costs_nothing_and_is_told() -> None:
    """Excel's last row is number 1,048,576: rows and columns behind the bounds are named, never walked."""
    far = register(row(), change=lambda sheet: sheet.cell(row=1_048_576, column=16_384, value="x"))
    found = risks_of(far)
    assert [one.blocks for one in found.problems] == [True, False]
    assert "998,576 rows behind row 50,000" in found.problems[0].what
    assert not found.is_whole


def test_a_sheet_is_chosen_by_name_and_hidden_ones_are_not_read() -> None:
    """A wrong name lists those that are there."""
    data = book(HEADING, row(), title="Risks 2026")
    assert risks_of(data, sheet="Risks 2026").sheet == "Risks 2026"
    with pytest.raises(InputError, match="no visible sheet 'Other'") as refusal:
        risks_of(data, sheet="Other")
    assert refusal.value.hint == "Risks 2026"

    def hide(sheet: Any) -> None:  # noqa: ANN401  # openpyxl has no types
        sheet.sheet_state = "hidden"
        sheet.parent.create_sheet("Shown")

    with pytest.raises(InputError, match="has no heading"):
        risks_of(register(row(), change=hide))


def test_terminal_escapes_do_not_reach_a_message() -> None:
    """Cells are strangers' words."""
    found = risks_of(register(row("9.9\u202e9\u200b1")))
    assert "\u202e" not in repr(found.problems)
    assert found.problems[0].what == "there is no risk '9.991'"


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA"), (16_384, "XFD")]
)
def test_columns_have_the_letters_that_excel_shows(number: int, letters: str) -> None:
    """There is no zero in this system."""
    assert _workbook.column_letters(number) == letters


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=6))
def test_every_change_of_the_file_ends_in_a_preview_or_a_refusal(place: int, bytes_: bytes) -> None:
    """Whatever the archive or openpyxl think of it."""
    try:
        risks_of(GOOD[:place] + bytes_ + GOOD[place + len(bytes_) :])
    except AssayError as error:
        assert error.hint or "document type" in error.message  # noqa: PT017  # a preview is as good


_CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 10**6), st.floats(-1e9, 1e9), st.dates(), st.datetimes(), st.times(),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12), st.sampled_from(["9.1", "4x4", "=A1", "1"]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(_CELLS, min_size=8, max_size=8), max_size=4))
def test_any_cells_end_in_a_preview(rows: list[list[object]]) -> None:
    """Every row that holds anything is either taken or has a problem that blocks it."""
    found = risks_of(register(*rows))
    told = {one.row for one in found.problems if one.blocks}
    assert len(found.rows) + len(told) == found.read
    assert not told & {one.row for one in found.rows}
