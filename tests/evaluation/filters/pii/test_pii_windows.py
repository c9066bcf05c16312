"""Long texts are read in windows, and nobody can tell from the findings."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.filters import Filter
from evaluation.filters.pii._windows import LONGEST, OVERLAP, windows
from tests.evaluation.filters.pii.conftest import scan


@given(st.integers(0, 5 * LONGEST), st.sampled_from(["a", "a ", "word and ", "x" * 500 + " "]))
def test_windows_cover_a_text_and_overlap(length: int, piece: str) -> None:
    """Each window is where it says, none is too long, and neighbours share enough."""
    text = (piece * (length // len(piece) + 1))[:length]
    found = list(windows(text))

    assert all(text[offset : offset + len(part)] == part and len(part) <= LONGEST for offset, part in found)
    assert found[0][0] == 0
    assert found[-1][0] + len(found[-1][1]) == length
    for (offset, part), (following, _) in pairwise(found):
        assert offset < following <= offset + len(part) - OVERLAP // 2


@pytest.mark.parametrize("before", [LONGEST - 30, LONGEST - 9, LONGEST, 3 * LONGEST - 500, 40_000])
def test_a_finding_at_a_windows_edge_is_whole(patterns: Filter, before: int) -> None:
    """An address of mail is found once and whole, wherever windows are cut."""
    text = "lorem ipsum " * (before // 12) + "jo.example@mail.example.org " + "dolor sit " * 2000

    findings = scan(patterns, [text])[0].findings

    assert [text[one.start : one.end] for one in findings] == ["jo.example@mail.example.org"]
