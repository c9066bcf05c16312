"""Texts in cells: what is written reads as it was, as far as a cell can hold it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.imports import LONGEST_CELL, as_read, fit, to_cell
from governance.imports._texts import unescaped

_PARTS = st.sampled_from(["_", "x", "000D", "005F", "0041", "_x000D_", "_x005F_", "x005F_", "a", "\r\n", "😀"])
TEXTS = st.lists(_PARTS, max_size=30).map("".join)


@given(TEXTS | st.text())
def test_what_fits_reads_as_it_was_written(text: str) -> None:
    """Excel's escapes in a text of people's are text, not escapes."""
    shown, is_cut = fit(text)
    assert not is_cut
    assert unescaped(to_cell(shown)) == shown


@given(TEXTS | st.text(st.characters(exclude_categories=())))
def test_a_text_that_was_read_reads_the_same_again(text: str) -> None:
    """Out and back again is the same as once."""
    assert as_read(as_read(text)) == as_read(text)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["a", "😀", "_x0041_", "\x00", "=1+1\n"]), st.integers(1, 3))
def test_no_cell_is_longer_than_excel_holds(part: str, times: int) -> None:
    """What is cut says so, and how long it was."""
    text = part * (LONGEST_CELL // len(part) * times + 9)
    shown, is_cut = fit(text)
    assert len(to_cell(shown).encode("utf-16-le")) <= LONGEST_CELL * 2
    assert is_cut
    assert shown.endswith(f"(cut: {len(text):,} characters)")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x00b", "a\ufffdb"), ("\ud800", "\ufffd"), ("\u202ecod.exe", "\ufffdcod.exe"), ("a\tb\nc", "a\tb\nc")],
)
def test_what_nobody_sees_becomes_a_mark_that_everybody_sees(text: str, shown: str) -> None:
    """Controls, lone surrogates and bidi overrides; tabs and lines stay."""
    assert fit(text) == (shown, False)
