"""Judge-corrected means: against the formulas of the papers, and what a correction must never do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import Count, PpiMean, ppi_mean, rogan_gladen

UNIT = st.integers(0, 4).map(lambda quarters: quarters / 4)
LABELLED = st.lists(st.tuples(UNIT, UNIT), min_size=2, max_size=40)


def corrected(judged: list[float], labelled: list[tuple[float, float]]) -> PpiMean:
    """Return a mean that is there."""
    found = ppi_mean(judged, labelled)
    assert found is not None
    return found


def drawn(seed: int, labels: int = 400, rows: int = 2000) -> tuple[list[float], list[tuple[float, float]]]:
    """Draw a judge with sensitivity 0.92 and specificity 0.60 on a truth of 0.7."""
    draws = np.random.default_rng(seed)
    person = (draws.random(labels + rows) < 0.7).astype(float)
    judge = np.where(person == 1, draws.random(len(person)) < 0.92, draws.random(len(person)) < 0.40).astype(float)
    pairs = [(float(f), float(y)) for f, y in zip(judge[:labels], person[:labels], strict=True)]
    return judge[labels:].tolist(), pairs


@pytest.mark.parametrize("seed", range(5))
def test_the_estimate_is_that_of_the_paper(seed: int) -> None:
    """λ = cov(y, f) / ((1 + m/N) var f), and the mean and variance that follow at our λ."""
    judged, labelled = drawn(seed)
    f, y, rest = np.array(labelled)[:, 0], np.array(labelled)[:, 1], np.array(judged)
    everyone = np.concatenate([f, rest])
    found = corrected(judged, labelled)
    tuning = found.tuning
    variance = tuning**2 * rest.var() / len(rest) + (y - tuning * f).var() / len(f)

    assert tuning == pytest.approx(np.cov(y, f)[0, 1] / ((1 + len(f) / len(rest)) * everyone.var()), abs=0.1)
    assert found.mean == pytest.approx(tuning * rest.mean() + (y - tuning * f).mean(), abs=1e-9)
    assert found.upper - found.lower == pytest.approx(2 * 1.96 * variance**0.5, rel=0.02)


def test_a_good_judge_stands_for_more_labels() -> None:
    """The effective number of labels exceeds the labels themselves."""
    judged, labelled = drawn(1)

    assert corrected(judged, labelled).effective_labels > 1.15 * len(labelled)


def test_a_useless_judge_changes_nothing() -> None:
    """A judge that always says the same leaves the labels alone."""
    found = corrected([1.0] * 500, [(1.0, 1.0)] * 60 + [(1.0, 0.0)] * 40)

    assert found.tuning == 0
    assert found.mean == pytest.approx(0.6)
    assert found.effective_labels == pytest.approx(100, rel=0.02)


def test_a_judge_worse_than_chance_is_left_out() -> None:
    """λ is never below 0."""
    found = corrected([1.0, 0.0] * 100, [(0.0, 1.0)] * 30 + [(1.0, 0.0)] * 20)

    assert found.tuning == 0
    assert found.mean == pytest.approx(0.6)


def test_labels_picked_with_unequal_chance_still_hit_the_mean() -> None:
    """Doubtful rows were picked five times as often: with the weights the estimate is right, without it is not."""
    draws = np.random.default_rng(11)
    judge = draws.choice([0.5, 0.9], 4000)
    person = (draws.random(4000) < judge).astype(float)
    chance = np.where(judge == 0.5, 0.25, 0.05)
    picked = draws.random(4000) < chance
    labelled = [(float(f), float(y)) for f, y in zip(judge[picked], person[picked], strict=True)]

    found = ppi_mean(judge[~picked].tolist(), labelled, probabilities=chance[picked].tolist())

    assert found is not None
    assert found.lower < person.mean() < found.upper
    assert person[picked].mean() < person.mean() - 0.08


def test_labels_of_few_documents_count_for_less() -> None:
    """The same labels from ten documents leave a wider interval."""
    judged, labelled = drawn(2, labels=200)
    documents = [f"d-{int(y)}-{i % 5}" for i, (_, y) in enumerate(labelled)]

    together = ppi_mean(judged, labelled, clusters=documents)
    apart = corrected(judged, labelled)

    assert together is not None
    assert together.upper - together.lower > 1.5 * (apart.upper - apart.lower)


def test_a_judge_that_was_always_right_is_not_taken_for_perfect() -> None:
    """Fifty equal verdicts leave room for unseen errors."""
    found = corrected([1.0] * 900 + [0.0] * 100, [(1.0, 1.0)] * 45 + [(0.0, 0.0)] * 5)

    assert found.mean == pytest.approx(0.9, abs=0.01)
    assert found.upper - found.lower > 0.06


def test_fewer_than_two_labels_correct_nothing() -> None:
    """Unknown, not the judge's mean."""
    assert ppi_mean([1.0] * 100, []) is None
    assert ppi_mean([1.0] * 100, [(1.0, 1.0)]) is None


@pytest.mark.parametrize(
    ("labelled", "options"),
    [
        ([(1.0, 2.0), (0.0, 0.0)], {}),
        ([(1.0, 1.0), (0.0, 0.0)], {"probabilities": [0.5]}),
        ([(1.0, 1.0), (0.0, 0.0)], {"probabilities": [0.5, 0.0]}),
        ([(1.0, 1.0), (0.0, 0.0)], {"clusters": ["a"]}),
    ],
)
def test_impossible_input_is_refused(labelled: list[tuple[float, float]], options: dict[str, list[object]]) -> None:
    """Values out of range and lists of unequal length are misuse."""
    with pytest.raises(ValueError, match=r"must|needs"):
        ppi_mean([0.5], labelled, **options)  # type: ignore[arg-type]  # wrong on purpose


@given(st.lists(UNIT, max_size=60), LABELLED)
def test_the_interval_holds_the_mean_and_stays_in_range(
    judged: list[float], labelled: list[tuple[float, float]]
) -> None:
    """0 ≤ lower ≤ mean ≤ upper ≤ 1, with some width, whatever the values."""
    found = corrected(judged, labelled)

    assert 0 <= found.lower <= found.mean + 1e-9
    assert found.mean - 1e-9 <= found.upper <= 1
    assert found.upper > found.lower


@given(st.lists(UNIT, max_size=60), LABELLED)
def test_turning_the_scale_round_turns_the_corrected_mean_round(
    judged: list[float], labelled: list[tuple[float, float]]
) -> None:
    """Good and bad are treated alike."""
    found = corrected(judged, labelled)
    mirrored = corrected([1 - f for f in judged], [(1 - f, 1 - y) for f, y in labelled])

    assert (1 - mirrored.upper, 1 - mirrored.mean, 1 - mirrored.lower) == pytest.approx(
        (found.lower, found.mean, found.upper), abs=1e-6
    )


def test_rogan_and_gladens_estimate_undoes_the_judges_errors() -> None:
    """A truth of 0.7 seen through 0.92 and 0.60 is 0.764; turned back it is 0.7, inside a wider interval."""
    found = rogan_gladen(Count(right=764, of=1000), Count(right=920, of=1000), Count(right=600, of=1000))

    assert found is not None
    assert found.value == pytest.approx(0.7)
    assert found.lower < 0.66
    assert found.upper > 0.74


def test_a_correction_without_error_of_its_own_is_that_of_the_rate_divided_by_j() -> None:
    """With sensitivity and specificity as good as known, the width is the rate's over Youden's J."""
    known = 10**9
    found = rogan_gladen(
        Count(right=764, of=1000), Count(right=0.92 * known, of=known), Count(right=0.6 * known, of=known)
    )

    assert found is not None
    assert found.upper - found.lower == pytest.approx(2 * 1.96 * (0.764 * 0.236 / 1000) ** 0.5 / 0.52, rel=0.01)


def test_a_judge_at_chance_corrects_nothing() -> None:
    """J ≤ 0 gives no number; a J that may be 0 gives the whole range."""
    assert rogan_gladen(Count(right=5, of=10), Count(right=5, of=10), Count(right=5, of=10)) is None
    found = rogan_gladen(Count(right=5, of=10), Count(right=6, of=10), Count(right=5, of=10))
    assert found is not None
    assert (found.lower, found.upper) == (0, 1)


def test_the_ends_of_a_corrected_rate_lie_two_standard_errors_off() -> None:
    """Put back into Fieller's statistic, each end gives 1.96 squared (counts so many that none need be added)."""
    found = rogan_gladen(Count(right=7640, of=10_000), Count(right=9200, of=10_000), Count(right=6000, of=10_000))

    assert found is not None
    for end in (found.lower, found.upper):
        variance = (0.764 * 0.236 + (1 - end) ** 2 * 0.6 * 0.4 + end**2 * 0.92 * 0.08) / 10_000
        assert (0.764 + 0.6 - 1 - end * 0.52) ** 2 / variance == pytest.approx(1.96**2, rel=0.03)
