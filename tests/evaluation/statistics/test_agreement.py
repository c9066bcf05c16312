"""A judge against people: each number against another implementation, and the laws of agreement."""

import math

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, cohen_kappa_score, recall_score
from statsmodels.stats.inter_rater import cohens_kappa

from evaluation.statistics import Agreement, LabelledPair, Measured, agreement, count_interval, wilson

PAIRS = st.lists(
    st.builds(
        LabelledPair,
        judge=st.booleans(),
        human=st.booleans(),
        probability=st.none() | st.floats(0, 1),
        cluster=st.none() | st.sampled_from("abc"),
        weight=st.floats(0.5, 20),
    ),
    min_size=1,
    max_size=40,
)
NUMBERS = (
    *("prevalence", "observed", "sensitivity", "specificity", "youden", "balanced_accuracy"),
    *("kappa", "ac1", "alpha", "ece", "brier"),
)


def table(both: int, judge_only: int, human_only: int, neither: int) -> list[LabelledPair]:
    """Return labelled pairs with these counts."""
    cells = ((both, True, True), (judge_only, True, False), (human_only, False, True), (neither, False, False))
    return [LabelledPair(judge=judge, human=human) for count, judge, human in cells for _ in range(count)]


def drawn(seed: int, n: int = 300) -> tuple[list[LabelledPair], list[bool], list[bool], list[float]]:
    """Return pairs with probabilities, and their columns."""
    draws = np.random.default_rng(seed)
    odds = draws.beta(2, 1, n)
    human, judge = draws.random(n) < odds**1.5, odds > 0.6
    pairs = [
        LabelledPair(judge=bool(j), human=bool(h), probability=float(p))
        for j, h, p in zip(judge, human, odds, strict=True)
    ]
    return pairs, judge.tolist(), human.tolist(), odds.tolist()


def value(found: Measured | None) -> float:
    """Return the value of a number that is there."""
    assert found is not None
    return found.value


@pytest.mark.parametrize("seed", range(5))
def test_numbers_equal_those_of_other_libraries(seed: int) -> None:
    """scikit-learn and krippendorff compute the same from the columns."""
    pairs, judge, human, odds = drawn(seed)

    found = agreement(pairs)

    assert value(found.sensitivity) == pytest.approx(recall_score(human, judge))
    assert value(found.specificity) == pytest.approx(recall_score(human, judge, pos_label=False))
    assert value(found.balanced_accuracy) == pytest.approx(balanced_accuracy_score(human, judge))
    assert value(found.kappa) == pytest.approx(cohen_kappa_score(human, judge))
    assert value(found.brier) == pytest.approx(brier_score_loss(human, odds))
    alpha = krippendorff.alpha(np.array([judge, human], dtype=float), level_of_measurement="nominal")
    assert value(found.alpha) == pytest.approx(float(alpha))


def test_gwets_ac1_is_that_of_his_paper() -> None:
    """Gwet 2008, table 2 shape: 118, 5, 2, 0 of 125 gives kappa −0.0234 and AC1 0.9408."""
    found = agreement(table(118, 5, 2, 0))

    assert value(found.kappa) == pytest.approx(-0.0234, abs=5e-5)
    assert value(found.ac1) == pytest.approx(0.9408, abs=5e-5)


def test_the_interval_of_kappa_is_near_that_of_statsmodels_with_many_rows() -> None:
    """Fleiss, Cohen & Everitt's standard error, which statsmodels has, at 2,000 rows."""
    expected = cohens_kappa([[1700, 90], [60, 150]])

    found = agreement(table(1700, 90, 60, 150)).kappa

    assert found is not None
    assert (found.lower, found.upper) == pytest.approx((expected.kappa_low, expected.kappa_upp), abs=4e-3)


def test_the_calibration_error_is_that_of_ten_equal_bins() -> None:
    """Guo's sum, written out with numpy's histogram."""
    pairs, _, human, odds = drawn(9)
    counts, _ = np.histogram(odds, bins=10, range=(0, 1))
    gaps, _ = np.histogram(odds, bins=10, range=(0, 1), weights=np.array(odds) - np.array(human))

    found = agreement(pairs).ece

    assert counts.sum() == len(pairs)
    assert value(found) == pytest.approx(float(abs(gaps).sum() / len(pairs)))


def test_rates_have_wilsons_interval_where_rows_are_independent() -> None:
    """160 of 200 good rows found: no cluster and no weight leave the interval of a count."""
    found = agreement(table(160, 40, 40, 160)).sensitivity

    assert found is not None
    assert (found.lower, found.upper) == tuple(count_interval(160, 200))
    assert found.lower == pytest.approx(wilson(160, 200).lower, abs=2e-3)


def test_rows_of_one_document_count_for_less() -> None:
    """The same verdicts from ten documents leave every interval wider."""
    pairs = table(80, 10, 5, 55)
    clustered = [
        LabelledPair(judge=p.judge, human=p.human, cluster=f"{p.judge}{p.human}{i % 3}") for i, p in enumerate(pairs)
    ]
    apart, together = agreement(pairs), agreement(clustered)

    for name in ("sensitivity", "specificity", "youden", "kappa", "ac1", "alpha"):
        assert _width(together, name) > _width(apart, name)


def test_a_weight_of_two_is_two_rows_in_the_mean_and_less_in_the_width() -> None:
    """Rows sampled with half the chance stand for twice as many, and equal weights change nothing."""
    pairs = table(30, 5, 5, 20)
    doubled = [LabelledPair(judge=p.judge, human=p.human, weight=2.0) for p in pairs]
    uneven = [LabelledPair(judge=p.judge, human=p.human, weight=2.0 if p.human else 1.0) for p in pairs]

    assert agreement(doubled).kappa == pytest.approx(agreement(pairs).kappa)
    assert value(agreement(uneven).prevalence) == pytest.approx(70 / 95)
    assert value(agreement(uneven).sensitivity) == pytest.approx(30 / 35)


def test_full_agreement_keeps_an_honest_width() -> None:
    """A hundred equal verdicts do not prove a judge without fault; a bootstrap would have width 0."""
    found = agreement(table(60, 0, 0, 40))

    for name in ("sensitivity", "kappa", "ac1", "alpha", "youden"):
        assert _width(found, name) > 0.03
        assert value(getattr(found, name)) == 1


def test_labels_of_one_kind_leave_unknown_what_they_cannot_say() -> None:
    """Without a bad row nobody knows the specificity; unknown is not 0."""
    found = agreement(table(40, 0, 0, 0))

    assert (found.specificity, found.youden, found.balanced_accuracy, found.kappa, found.alpha) == (None,) * 5
    assert found.sensitivity is not None
    assert (found.ece, found.brier, found.with_probability) == (None, None, 0)


def test_no_labels_say_nothing() -> None:
    """Every number of no rows is unknown."""
    found = agreement([])

    assert found.n == 0
    assert all(getattr(found, name) is None for name in NUMBERS)


@pytest.mark.parametrize("changes", [{"weight": 0.0}, {"weight": math.inf}, {"probability": 1.5}])
def test_impossible_pairs_are_refused(changes: dict[str, float]) -> None:
    """A weight of 0 or a probability above 1 is misuse."""
    with pytest.raises(ValueError, match="must"):
        LabelledPair(judge=True, human=True, **changes)  # type: ignore[arg-type]  # tests name real fields


@given(PAIRS)
def test_every_interval_holds_its_number_and_stays_in_range(pairs: list[LabelledPair]) -> None:
    """−1 ≤ lower ≤ value ≤ upper ≤ 1, whatever the labels."""
    found = agreement(pairs)

    for name in NUMBERS:
        number: Measured | None = getattr(found, name)
        if number is not None:
            assert -1 <= number.lower <= number.value + 1e-9
            assert number.value - 1e-9 <= number.upper <= 1


@given(PAIRS)
def test_calling_good_bad_exchanges_sensitivity_and_specificity(pairs: list[LabelledPair]) -> None:
    """Nothing but the names of the two ends may change."""
    turned = [LabelledPair(judge=not p.judge, human=not p.human, cluster=p.cluster, weight=p.weight) for p in pairs]

    found, mirrored = agreement(pairs), agreement(turned)

    assert found.sensitivity == mirrored.specificity
    assert found.kappa == pytest.approx(mirrored.kappa, abs=1e-6)
    assert found.ac1 == pytest.approx(mirrored.ac1, abs=1e-6)


def _width(found: Agreement, name: str) -> float:
    number: Measured | None = getattr(found, name)
    assert number is not None
    return number.upper - number.lower
