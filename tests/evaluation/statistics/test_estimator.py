"""Estimates: every asked verdict is accounted for, failures are bounded, and planning counts rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import Estimator, bounds, clustered_mean, rows_still_needed
from evaluation.verdicts import Outcome

FAILED = [outcome for outcome in Outcome if outcome is not Outcome.SCORED]


def test_every_asked_verdict_is_counted_once() -> None:
    """Asked = scored + not applicable + failures + missing, and the bounds are Manski's."""
    estimator = Estimator("faithfulness", asked=10)
    for row, value in enumerate([1.0, 1.0, 0.5, 0.0]):
        estimator.add(f"q-{row}", "doc", Outcome.SCORED, value)
    estimator.add("q-4", None, Outcome.NOT_APPLICABLE, None)
    estimator.add("q-5", None, Outcome.TIMED_OUT, None)
    estimator.add("q-6", None, Outcome.TIMED_OUT, None)

    found = estimator.estimate()

    assert (found.asked, found.applicable, found.scored, found.clusters) == (10, 9, 4, 1)
    assert found.failures == {"missing": 3, "not_applicable": 1, "timed_out": 2}
    assert (found.mean, found.worst, found.best) == (0.625, 2.5 / 9, 7.5 / 9)


@pytest.mark.parametrize("outcome", FAILED)
def test_nothing_scored_has_no_mean(outcome: Outcome) -> None:
    """Unknown is neither 0 nor 1, whatever the failure was."""
    estimator = Estimator("faithfulness", asked=2)
    estimator.add("q-1", None, outcome, None)

    found = estimator.estimate()

    assert (found.mean, found.lower, found.upper, found.scored, found.method) == (None, None, None, 0, "none")
    assert (found.worst, found.best) == (0, 1)  # one row is missing, and could be anything


def test_an_empty_run_has_an_estimate_without_numbers() -> None:
    """Nothing asked is nothing known."""
    found = Estimator("faithfulness", asked=0).estimate()

    assert (found.asked, found.applicable, found.mean, found.worst, found.best) == (0, 0, None, None, None)


def test_repeats_of_a_row_are_not_independent_rows() -> None:
    """Three repeats that agree say hardly more than one."""
    once, thrice = Estimator("faithfulness", asked=40), Estimator("faithfulness", asked=120)
    for row in range(40):
        once.add(f"q-{row}", None, Outcome.SCORED, float(row % 4 > 0))
        for _ in range(3):
            thrice.add(f"q-{row}", None, Outcome.SCORED, float(row % 4 > 0))

    narrow, wide = once.estimate(), thrice.estimate()

    assert wide.clusters == 40
    assert wide.lower == pytest.approx(narrow.lower, abs=0.01)


@pytest.mark.parametrize(("outcome", "value"), [(Outcome.SCORED, None), (Outcome.ERROR, 0.0), (Outcome.SCORED, 1.5)])
def test_a_verdict_that_would_lie_is_refused(outcome: Outcome, value: float | None) -> None:
    """Scored without a value, failed with one, or out of range."""
    with pytest.raises(ValueError, match="value"):
        Estimator("faithfulness", asked=1).add("q-1", None, outcome, value)


@given(st.lists(st.floats(0, 1), max_size=30), st.integers(0, 10))
def test_bounds_hold_whatever_the_failures_hide(values: list[float], failed: int) -> None:
    """The mean with any values for the failures lies between worst and best."""
    found = bounds(sum(values), len(values), failed)

    if not values and not failed:
        assert found is None
        return
    assert found is not None
    middle = (sum(values) + 0.5 * failed) / (len(values) + failed)
    assert found.lower - 1e-9 <= middle <= found.upper + 1e-9
    assert 0 <= found.lower <= found.upper <= 1


@pytest.mark.parametrize(("total", "scored", "failed"), [(2.0, 1, 0), (-1.0, 1, 0), (0.0, 0, -1)])
def test_bounds_refuse_impossible_counts(total: float, scored: int, failed: int) -> None:
    """A sum beyond its rows, or a negative count, is misuse."""
    with pytest.raises(ValueError, match="bounds need"):
        bounds(total, scored, failed)


@pytest.mark.parametrize(("good", "n", "bound"), [(80, 100, 0.75), (45, 50, 0.85), (170, 200, 0.84)])
def test_the_rows_that_were_asked_for_suffice(good: int, n: int, bound: float) -> None:
    """With so many more rows at the same rate the lower end reaches the bound, and with half of them it does not."""
    start = clustered_mean([1.0] * good + [0.0] * (n - good))
    assert start is not None

    more = rows_still_needed(mean=start.mean, lower=start.lower, bound=bound, n=n)

    assert more is not None
    enough = Estimator("faithfulness", asked=0)
    half = Estimator("faithfulness", asked=0)
    for estimator, size in ((enough, n + more), (half, n + more // 2)):
        for row in range(size):
            estimator.add(f"q-{row}", None, Outcome.SCORED, float(row < round(size * good / n)))
    assert (enough.estimate().lower or 0) >= bound - 0.002
    assert (half.estimate().lower or 0) < bound


@pytest.mark.parametrize(
    ("mean", "lower", "bound", "expected"),
    [(0.9, 0.85, 0.8, 0), (0.7, 0.6, 0.8, None), (0.8, 0.7, 0.8, None), (0.8 + 1e-6, 0.7, 0.8, None)],
)
def test_rows_are_not_promised_where_they_would_not_help(
    mean: float, lower: float, bound: float, expected: int | None
) -> None:
    """Already passed is 0; a mean at or below the bound, or a million rows, is no number."""
    assert rows_still_needed(mean=mean, lower=lower, bound=bound, n=100) == expected


def test_a_difference_is_planned_like_a_mean() -> None:
    """Half the distance needs four times the rows."""
    assert rows_still_needed(mean=0.0, lower=-0.1, bound=-0.05, n=100) == 300
