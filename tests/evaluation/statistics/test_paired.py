"""Paired differences: against the t interval, and what pairing must and must not do."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import Pairing, paired_difference

EIGHTHS = st.integers(0, 8).map(lambda eighths: eighths / 8)
PAIRS = st.lists(st.tuples(EIGHTHS, EIGHTHS), min_size=1, max_size=50)


def test_many_independent_pairs_give_the_t_interval() -> None:
    """With much evidence of change both ways it is scipy's interval of a mean."""
    draws = np.random.default_rng(5)
    pairs = draws.random((400, 2))
    differences = pairs[:, 0] - pairs[:, 1]
    expected = scipy.stats.t.interval(0.95, 399, differences.mean(), scipy.stats.sem(differences))

    found = paired_difference([(one, other) for one, other in pairs.tolist()])

    assert found is not None
    assert found.mean == pytest.approx(differences.mean())
    assert (found.lower, found.upper) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("n", [1, 5, 100])
def test_pairs_that_all_tie_keep_an_honest_width(n: int) -> None:
    """No change seen does not exclude a change in 3/n of the rows."""
    found = paired_difference([(1.0, 1.0)] * n)

    assert found is not None
    assert found.mean == 0
    assert found.lower <= -(1 - 0.05 ** (1 / n))
    assert found.upper >= 1 - 0.05 ** (1 / n)


def test_pairing_takes_away_what_rows_share() -> None:
    """Hard and easy questions do not blur a difference that is the same on all."""
    easy_and_hard = [(0.95, 0.9), (0.25, 0.2)] * 100

    found = paired_difference(easy_and_hard)

    assert found is not None
    assert found.upper - found.lower < 0.06
    assert found.lower > 0


@given(PAIRS)
def test_exchanging_the_runs_turns_the_interval_round(pairs: list[tuple[float, float]]) -> None:
    """Baseline − candidate is the negative, within −1..1."""
    found = paired_difference(pairs)
    mirrored = paired_difference([(other, one) for one, other in pairs])

    assert found is not None
    assert mirrored is not None
    assert -1 <= found.lower <= found.mean <= found.upper <= 1
    assert (-mirrored.upper, -mirrored.lower) == pytest.approx((found.lower, found.upper), abs=1e-6)


def test_no_pairs_have_no_difference() -> None:
    """Unknown is not 0."""
    comparison = Pairing("faithfulness").comparison()

    assert paired_difference([]) is None
    assert (comparison.pairs, comparison.difference, comparison.lower, comparison.method) == (0, None, None, "none")


def test_repeats_are_averaged_before_rows_are_paired() -> None:
    """Ten repeats of one row are one pair, and a row of one run alone is counted apart."""
    pairing = Pairing("faithfulness")
    for value in (1.0, 0.0) * 5:
        pairing.add_candidate("q-1", "doc", value)
    pairing.add_baseline("q-1", "doc", 1.0)
    pairing.add_candidate("q-2", "doc", 1.0)
    pairing.add_baseline("q-3", None, 1.0)

    found = pairing.comparison()

    assert (found.pairs, found.unpaired, found.clusters) == (1, 2, 1)
    assert found.difference == -0.5
    assert (found.wins, found.ties, found.losses) == (0, 0, 1)


def test_wins_ties_and_losses_are_counted() -> None:
    """A difference in the last binary digit is a tie."""
    pairing = Pairing("faithfulness")
    for row, (candidate, baseline) in enumerate([(1.0, 0.0), (0.1 + 0.2, 0.3), (0.0, 1.0), (0.2, 0.5)]):
        pairing.add_candidate(f"q-{row}", None, candidate)
        pairing.add_baseline(f"q-{row}", None, baseline)

    found = pairing.comparison()

    assert (found.wins, found.ties, found.losses) == (1, 1, 2)
