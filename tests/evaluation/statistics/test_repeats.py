"""Repeats: flips and the split of the variance, against another implementation and by hand."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import Repeats, RepeatSummary

ROWS = st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=5), min_size=1, max_size=20)


def summary(rows: list[list[float]]) -> RepeatSummary:
    """Summarise the repeats of rows without documents."""
    repeats = Repeats()
    for number, row in enumerate(rows):
        for value in row:
            repeats.add(f"q-{number}", None, value)
    return repeats.summary()


def test_the_variance_splits_as_a_mixed_model_splits_it() -> None:
    """With equal numbers of repeats, analysis of variance and restricted likelihood agree (statsmodels)."""
    draws = np.random.default_rng(4)
    table = np.clip(draws.normal(0.6, 0.12, (60, 1)) + draws.normal(0, 0.07, (60, 4)), 0, 1)
    model = sm.MixedLM(table.ravel(), np.ones((240, 1)), groups=np.repeat(np.arange(60), 4)).fit(reml=True)

    found = summary(table.tolist())

    assert found.within_variance == pytest.approx(model.scale, rel=1e-3)
    assert found.between_variance == pytest.approx(float(np.asarray(model.cov_re)[0, 0]), rel=1e-3)
    assert found.within_variance == pytest.approx(table.var(axis=1, ddof=1).mean())


def test_the_flip_rate_is_the_chance_that_two_repeats_differ() -> None:
    """Three equal, two to one, and one lone row that says nothing: (0 + 2/3) / 2."""
    found = summary([[1, 1, 1], [1, 0, 1], [1]])

    assert found.flip_rate is not None
    assert found.flip_rate.value == pytest.approx(1 / 3)
    assert (found.rows, found.draws, found.unstable_rows) == (2, 6, 1)


def test_repeats_that_never_differ_keep_an_honest_width() -> None:
    """No flip in ten rows does not exclude flips."""
    found = summary([[1, 1], [0, 0]] * 5)

    assert found.flip_rate is not None
    assert (found.flip_rate.value, found.within_variance, found.reliability) == (0, 0, 1)
    assert found.flip_rate.upper > 0.2


def test_rows_of_one_document_leave_the_flip_rate_less_certain() -> None:
    """Flips that come document by document count by document."""
    apart, together = Repeats(), Repeats()
    for number in range(100):
        for value in (1.0, float(number % 10 > 2)):
            apart.add(f"q-{number}", None, value)
            together.add(f"q-{number}", f"d-{number % 10}", value)

    lone, shared = apart.summary().flip_rate, together.summary().flip_rate

    assert lone is not None
    assert shared is not None
    assert shared.upper - shared.lower > lone.upper - lone.lower


def test_more_repeats_could_take_away_their_share_of_the_variance() -> None:
    """With within 0.25 and no difference between rows, all of the mean's variance is the repeats'."""
    found = summary([[1, 0], [0, 1]] * 20)

    assert found.between_variance == 0
    assert found.standard_error_share == 1


def test_runs_without_repeats_say_nothing_of_repeats() -> None:
    """One draw a row: unknown, not 0."""
    found = summary([[1.0], [0.0]])

    assert (found.rows, found.draws) == (0, 0)
    assert (found.flip_rate, found.within_variance, found.between_variance, found.reliability) == (None,) * 4


def test_a_value_outside_the_range_is_refused() -> None:
    """Misuse is told."""
    with pytest.raises(ValueError, match=r"0\.\.1"):
        Repeats().add("q", None, 1.5)


@given(ROWS)
def test_shares_stay_shares_and_order_does_not_matter(rows: list[list[float]]) -> None:
    """Whatever the repeats, in whatever order."""
    found = summary(rows)

    assert found == summary([row[::-1] for row in rows])
    for share in (found.reliability, found.standard_error_share):
        assert share is None or 0 <= share <= 1
    assert found.flip_rate is None or 0 <= found.flip_rate.lower <= found.flip_rate.value <= found.flip_rate.upper <= 1
