"""Texts that are made to stop a reader: each ends, with offsets that are right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assay.kernel import JsonValue
from evaluation.filters import Filter, FilterOutcome, FilterResult, FilterSetting, build_filter
from evaluation.filters.pii._reader import _well_formed
from tests.evaluation.filters.pii.conftest import scan

MILLION = [
    "a", "1", "@", "a@", "a.", "1-", ":", "A1", "ab:", "\x00", "e\u0301", "\u202eא ", "http://", "Aa ", "eyJ",
    "-----BEGIN PRIVATE KEY-----", "rue de la ", "may 1 ", "(1",
]  # fmt: skip


@pytest.mark.parametrize("piece", MILLION, ids=[repr(piece) for piece in MILLION])
def test_a_very_long_line_is_read(read: Callable[[str], FilterResult], piece: str) -> None:
    """A hundred thousand characters without an end of a word, of a pattern or of a key (the pace is linear)."""
    assert read(piece * (100_000 // len(piece))).outcome is FilterOutcome.SCORED


def test_a_megabyte_is_read_to_its_end(read: Callable[[str], FilterResult]) -> None:
    """What stands at the end of a million characters is found there."""
    text = "lorem ipsum dolor " * 60_000 + "jo@example.org"

    assert [(one.start, one.end) for one in read(text).findings] == [(1_080_000, 1_080_014)]


def test_ten_thousand_findings_have_their_places(read: Callable[[str], FilterResult]) -> None:
    """Each of them is where it stands."""
    piece = "🙂 jo@example.org, "

    findings = read(piece * 10_000).findings

    assert [one.start for one in findings] == [2 + len(piece) * number for number in range(10_000)]


def test_lone_surrogates_keep_their_length() -> None:
    """A text that no tokeniser takes is given to it with signs in their places."""
    assert _well_formed("a\ud800b") == "a\ufffdb"
    assert _well_formed("é") == "é"


BOMB = r"""
recognizers:
  - name: bomb
    type: BOMB
    patterns: [{regex: '(?:x|xx)+$', score: 0.9}]
"""


@pytest.fixture
def bombed(tmp_path: Path) -> Filter:
    """Return a filter with a pattern that never ends on some texts."""
    (tmp_path / "own.yaml").write_text(BOMB, encoding="utf-8")
    options: dict[str, JsonValue] = {"engine": "none", "recognizers": "own.yaml", "seconds": "0.2"}
    return build_filter("pii", FilterSetting(options=options, folder=tmp_path))


def test_a_pattern_of_a_user_that_does_not_end_is_timed_out(bombed: Filter) -> None:
    """The text's result says so and names the recogniser; its neighbours are read."""
    results = scan(bombed, ["jo@example.org", "x" * 60 + "b", "xx"])

    assert [result.outcome for result in results] == [
        FilterOutcome.SCORED, FilterOutcome.TIMED_OUT, FilterOutcome.SCORED,
    ]  # fmt: skip
    assert (results[1].flagged, results[1].findings) == (None, ())
    assert "bomb" in results[1].reason
    assert [one.type for one in results[2].findings] == ["BOMB"]
