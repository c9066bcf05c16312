"""Counts: the parts add up to the whole, and memory stays bounded whatever a plug-in does."""

from hypothesis import given
from hypothesis import strategies as st

from evaluation.filters import FilterOutcome, FilterResult, FilterSpec, Finding, could_not, scored
from evaluation.scans import FilterTally, summarise
from evaluation.scans._tally import add_tallies, parse_tally, tally_json

SPEC = FilterSpec(name="x", version="1", threshold=0.5)


def result(score: float | None, kinds: str = "") -> FilterResult:
    """Return a result with one finding for each letter."""
    if score is None:
        return could_not(FilterOutcome.ERROR, "why")
    return scored(SPEC, score, [Finding(type=kind, start=0, end=0, score=1.0) for kind in kinds])


RESULTS = st.lists(st.builds(result, st.none() | st.floats(0, 1), st.text("ab", max_size=3)), max_size=60)


@given(RESULTS, st.integers(1, 60))
def test_tallies_of_parts_add_up_to_the_whole(results: list[FilterResult], cut: int) -> None:
    """However rows are cut, and through JSON and back."""
    whole, added = FilterTally(), {"x": FilterTally()}
    for number, one in enumerate(results):
        whole.add(str(number), one)
        whole.asked, whole.turned = whole.asked + 1, whole.turned + number % 2
    for at in range(0, len(results), cut):
        part = FilterTally()
        for number, one in enumerate(results[at : at + cut], start=at):
            part.add(str(number), one)
            part.asked, part.turned = part.asked + 1, part.turned + number % 2
        add_tallies(added, parse_tally(tally_json({"x": part})))
    assert added == {"x": whole}


def test_a_summary_gives_a_rate_of_what_was_read_and_bounds_for_what_was_not() -> None:
    """Two of four flagged, one of five not read."""
    tally = FilterTally()
    for number, one in enumerate([result(0.9, "aab"), result(0.5, "a"), result(0.1), result(0.0), result(None)]):
        tally.add(str(number), one)
    found = summarise("x", tally)
    assert (found.rows, found.scored, found.flagged, found.rate) == (5, 4, 2, 0.5)
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower < 0.5 < found.upper
    assert (found.best, found.worst) == (0.4, 0.6)
    assert [(one.type, one.findings, one.rows) for one in found.kinds] == [("a", 3, 2), ("b", 1, 1)]
    assert found.failures == {"error": 1}
    assert [row.id for row in found.top] == ["0", "1"]


def test_of_equal_scores_the_earlier_rows_are_named() -> None:
    """Also where they come from two batches, and where there are more than a report names."""
    whole = {"x": FilterTally()}
    for start in (0, 15):
        part = FilterTally()
        for number in range(start, start + 15):
            part.add(str(number), result(0.5 if number % 2 else 0.75))
        add_tallies(whole, {"x": part})
    assert [row.id for row in whole["x"].top] == [str(n) for n in (*range(0, 30, 2), *range(1, 10, 2))]


def test_without_a_row_that_was_read_there_is_no_rate() -> None:
    """Unknown is not 0."""
    tally = FilterTally()
    tally.add("1", result(None))
    found = summarise("x", tally)
    assert (found.rate, found.lower, found.best, found.worst) == (None, None, 0.0, 1.0)


def test_a_plug_in_with_endless_types_fills_no_memory() -> None:
    """What comes after a hundred types is counted together."""
    tally = FilterTally()
    for number in range(1000):
        finding = Finding(type=f"t{number}", start=0, end=0, score=1.0)
        tally.add("i" * 10_000, scored(SPEC, 1.0, [finding]))
    assert len(tally.findings) == 101
    assert sum(tally.findings.values()) == 1000
    assert len(tally.top) == 20
    assert len(tally.top[0].id) == 200
