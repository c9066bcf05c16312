"""The confidence sequence: valid at every look, and a wealth that others would compute alike."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import ConfidenceSequence
from evaluation.statistics._sequence import Stakes, gains

VALUES = st.lists(st.integers(0, 8).map(lambda eighths: eighths / 8), max_size=40)


def test_the_wealth_is_the_product_of_the_papers_bets() -> None:
    """Waudby-Smith & Ramdas' hedged capital at one candidate mean, written out in plain Python."""
    values, mean, rich = [1.0, 0.0, 1.0, 1.0, 0.5, 1.0], 0.4, 1.0
    total, squares = 0.5, 0.25
    for turn, value in enumerate(values, start=1):
        stake = math.sqrt(2 * math.log(40) / (squares / turn * turn * math.log(turn + 1)))
        rich *= 1 + min(stake, 0.5 / mean) * (value - mean)
        total += value
        squares += (value - total / (turn + 1)) ** 2
    stakes, ours = Stakes(), 0.0
    for value in values:
        ours += float(gains(value, mean, stakes.next())[0][0])
        stakes.take(np.array([value]))

    assert math.exp(ours) == pytest.approx(rich)


def test_the_interval_closes_in_on_the_mean() -> None:
    """After two thousand values it is narrow, and wider than that of a single look."""
    sequence = ConfidenceSequence()
    for value in (np.random.default_rng(3).random(2000) < 0.85).astype(float).tolist():
        sequence.add(value)

    lower, upper = sequence.interval()

    assert lower < 0.85 < upper
    assert 2 * 1.96 * (0.85 * 0.15 / 2000) ** 0.5 < upper - lower < 0.08


def test_differences_of_pairs_have_a_range_of_their_own() -> None:
    """Values in −1..1 give an interval in −1..1."""
    sequence = ConfidenceSequence(-1.0, 1.0)
    for value in [-1.0] * 3 + [0.0] * 300:
        sequence.add(value)

    lower, upper = sequence.interval()

    assert -0.15 < lower < -0.01 < upper < 0.1


@given(VALUES)
def test_looking_again_never_widens_the_interval(values: list[float]) -> None:
    """What was ruled out stays ruled out, and before the first value nothing is."""
    sequence = ConfidenceSequence()
    last = sequence.interval()
    assert tuple(last) == (0, 1)
    for value in values:
        sequence.add(value)
        now = sequence.interval()
        assert last.lower <= now.lower < now.upper <= last.upper
        last = now


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
def test_values_outside_the_range_are_refused(value: float) -> None:
    """NaN and numbers outside the range are misuse."""
    with pytest.raises(ValueError, match="must lie"):
        ConfidenceSequence().add(value)
