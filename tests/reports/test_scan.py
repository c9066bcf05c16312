"""The page of a scan: every number, hostile ids made inert, and no promise."""

from dataclasses import replace

from evaluation.filters import FilterOutcome, FilterSpec, Finding, could_not, scored
from evaluation.scans import FilterTally, ScanOutcome, ScanRecord, summarise
from evaluation.statistics import wilson
from reports import render_scan
from reports.scan import scan_view
from tests.governance.test_scans import SCAN

SPEC = FilterSpec(name="pii", version="1", threshold=0.5)


def page(identity: str = '"r1"', record: ScanRecord = SCAN) -> str:
    """Return the page of a scan of three rows: one flagged, one not, one that timed out."""
    tally = FilterTally()
    finding = Finding(type="EMAIL_ADDRESS", start=0, end=3, score=0.9)
    tally.add(identity, scored(SPEC, 0.9, [finding, finding]))
    tally.add('"r2"', scored(SPEC, 0.1))
    tally.add('"r3"', could_not(FilterOutcome.TIMED_OUT, "it took longer than 60 s"))
    return render_scan(scan_view(record, (summarise("pii", tally),), digest="sha256:ab"))


def test_the_page_tells_shares_bounds_types_and_failures() -> None:
    """One of two that were read; with the third it lies between a third and two thirds."""
    found = page()
    for words in ("50.0%", "33.3% to 66.7%", "EMAIL_ADDRESS", "1 timed out", "it took longer than 60 s", "r1"):
        assert words in found
    assert "r2" not in found


def test_a_hostile_id_does_nothing() -> None:
    """Neither markup nor a character that reorders the line."""
    found = page('"<script>alert(1)</script>\u202e"')
    assert "<script>" not in found
    assert "‹U+202E›" in found


def test_a_partial_scan_says_so() -> None:
    """With its reason."""
    partial = replace(SCAN, outcome=ScanOutcome.PARTIAL, reason="it was stopped")
    assert "Partial: it was stopped" in page(record=partial)


def test_no_word_promises_anything() -> None:
    """The tool says what was found, and by what."""
    found = page().lower()
    assert not [word for word in ("is safe", "clean", "no pii", "anonymised", "compliant") if word in found]


def test_the_page_is_headed_by_the_name_of_the_system() -> None:
    """Its id stands there only where it has no name."""
    named = render_scan(scan_view(SCAN, (), digest="sha256:ab", system="Shop assistant"))
    assert "<h1>Shop assistant</h1>" in named
    assert "<h1>shop</h1>" in page()


def test_one_row_is_no_rows() -> None:
    """Of one flagged row in a scan of one row the page speaks in the singular."""
    found = page(record=replace(SCAN, rows=1))
    assert "1 row, ended" in found
    assert "The flagged row with the highest score. Its text is not" in found


def test_the_interval_is_called_what_it_is() -> None:
    """Wilson's interval with its ends mended: never narrower than Wilson's own."""
    tally = FilterTally(rows=20, scored=20, flagged=1)
    summary = summarise("pii", tally)
    plain = wilson(1, 20)
    assert summary.as_json()["method"] == "wilson-mended"
    assert summary.lower is not None
    assert summary.lower < plain.lower
    assert "Poisson limits" in page()


def test_the_page_says_what_a_second_opinion_was_asked_about() -> None:
    """And says nothing of one where nobody was asked, nor does the record."""
    asked = summarise("injection", FilterTally(rows=9, scored=9, flagged=1, asked=4, turned=1))
    view = scan_view(SCAN, (asked,), digest="sha256:ab")
    assert "second opinion on 4 texts that the filter left in doubt; it turned 1 flag." in render_scan(view)
    assert asked.as_json()["second_opinion"] == {"asked": 4, "turned": 1}
    assert "second opinion" not in page()
    assert "second_opinion" not in summarise("injection", FilterTally(rows=9, scored=9)).as_json()
