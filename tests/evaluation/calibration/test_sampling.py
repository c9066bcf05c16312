"""Rows for people: fixed in number, with probabilities that are what they say."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError
from evaluation.calibration import Sampling, SamplingStrategy, draw_rows, inclusion
from evaluation.calibration._sampling import RowKey

UNIFORM, UNCERTAIN = SamplingStrategy.UNIFORM, SamplingStrategy.UNCERTAIN
Rows = list[tuple[RowKey, float | None]]


def rows_with(scores: list[float | None]) -> Rows:
    """Return rows by the judge's scores."""
    return [((f"r{place:03}", 0), score) for place, score in enumerate(scores)]


def sample(strategy: SamplingStrategy, rows: int, seed: int = 0) -> Sampling:
    """Return a design."""
    return Sampling(strategy=strategy, metric="faithfulness", rows=rows, seed=seed)


@given(
    st.lists(st.none() | st.floats(0, 1), min_size=1, max_size=40),
    st.integers(1, 60),
    st.sampled_from(SamplingStrategy),
    st.integers(0, 99),
)
def test_as_many_rows_are_drawn_as_were_asked_for(
    scores: list[float | None], wanted: int, strategy: SamplingStrategy, seed: int
) -> None:
    """Never one more or less, each with a probability in (0, 1] that adds up to the number."""
    rows = rows_with(scores)

    drawn = draw_rows(rows, sample(strategy, wanted, seed))
    chances = inclusion(rows, sample(strategy, wanted, seed))

    assert len(drawn) == min(wanted, len(rows))
    assert sum(chances.values()) == pytest.approx(len(drawn))
    assert all(0 < chance <= 1 for chance in chances.values())


def test_over_many_seeds_rows_come_as_often_as_their_probability_says() -> None:
    """4,000 samples of five rows of twelve; each frequency within four standard errors."""
    rows = rows_with([0.5, 0.5, 0.9, 0.1, 1.0, 0.0, None, 0.7, 0.3, 0.99, 0.01, 0.6])
    counts: Counter[RowKey] = Counter()
    for seed in range(4000):
        counts.update(draw_rows(rows, sample(UNCERTAIN, 5, seed)).keys())

    for key, chance in inclusion(rows, sample(UNCERTAIN, 5)).items():
        assert abs(counts[key] / 4000 - chance) < 4 * (chance * (1 - chance) / 4000) ** 0.5 + 1e-9


def test_doubtful_rows_and_failures_come_more_often() -> None:
    """What the judge is sure of is still drawn now and then."""
    chances = inclusion(rows_with([0.5, None, 1.0, 0.0] * 10), sample(UNCERTAIN, 8))

    doubtful, failed, sure, _ = (chances[(f"r{place:03}", 0)] for place in range(4))
    assert doubtful == pytest.approx(failed)
    assert doubtful > 2 * sure > 0


def test_the_draw_follows_from_the_design_alone() -> None:
    """The same seed draws the same rows, another one draws others."""
    rows = rows_with([0.5] * 60)

    assert draw_rows(rows, sample(UNIFORM, 10)) == draw_rows(rows, sample(UNIFORM, 10))
    assert draw_rows(rows, sample(UNIFORM, 10)) != draw_rows(rows, sample(UNIFORM, 10, seed=1))


def test_where_there_is_no_row_to_label_nothing_is_drawn() -> None:
    """The message says what was looked for."""
    with pytest.raises(InputError, match="faithfulness verdict that people could label"):
        draw_rows([], sample(UNIFORM, 3))
