"""Tests of differences and adjusted p-values, against statsmodels and scipy."""

from itertools import product

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar
from statsmodels.stats.multitest import multipletests

from evaluation.statistics import benjamini_hochberg, holm, mcnemar, mcnemar_mid_p, one_sided_p, sign_flip

COUNTS = st.integers(0, 60)
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(COUNTS, COUNTS)
def test_mcnemar_is_that_of_statsmodels(wins: int, losses: int) -> None:
    """The exact test of the rows that changed."""
    expected = their_mcnemar([[0, wins], [losses, 0]], exact=True).pvalue if wins + losses else 1.0

    assert mcnemar(wins, losses) == pytest.approx(expected, abs=1e-9)


@given(COUNTS, COUNTS)
def test_mid_p_takes_half_of_the_observed_table(wins: int, losses: int) -> None:
    """Exact p less the chance of the observed count (scipy), and so never above the exact test."""
    fewer, changed = min(wins, losses), wins + losses
    expected = 2 * scipy.stats.binom.cdf(fewer, changed, 0.5) - scipy.stats.binom.pmf(fewer, changed, 0.5)

    assert mcnemar_mid_p(wins, losses) == pytest.approx(min(1.0, expected), abs=1e-9)
    assert mcnemar_mid_p(wins, losses) <= mcnemar(wins, losses) + 1e-12


def test_sign_flips_of_few_documents_are_scipys_permutation_test() -> None:
    """Eight differences: all 256 patterns, as scipy tries them."""
    values = np.array([0.3, -0.1, 0.25, 0.4, 0.05, -0.2, 0.15, 0.35])
    found = scipy.stats.permutation_test((values,), np.sum, permutation_type="samples", n_resamples=np.inf)

    assert sign_flip(values.tolist()) == pytest.approx(found.pvalue)


def test_many_sign_flips_come_near_the_exact_share() -> None:
    """Fourteen documents are drawn at random; all 16,384 patterns were counted here."""
    values = np.random.default_rng(2).normal(0.2, 0.5, 14)
    signs = np.array(list(product((1, -1), repeat=14)))
    exact = float((abs(signs @ values) >= abs(values.sum()) - 1e-9).mean())

    assert sign_flip(values.tolist()) == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 9_999) ** 0.5 + 1e-3)
    assert sign_flip(values.tolist()) == sign_flip(values.tolist())


def test_whole_documents_are_exchanged() -> None:
    """Forty equal differences of two documents are two votes, not forty."""
    differences, documents = [0.5] * 40, [i % 2 for i in range(40)]

    assert sign_flip(differences, documents) == pytest.approx(0.5)
    apart = sign_flip(differences)
    assert apart is not None
    assert apart < 0.001


def test_no_differences_have_no_p_value_and_equal_runs_have_one_of_1() -> None:
    """Unknown is not 1, and no change is no evidence of change."""
    assert sign_flip([]) is None
    assert sign_flip([0.0] * 30) == 1
    assert mcnemar(0, 0) == mcnemar_mid_p(0, 0) == 1


def test_negative_counts_are_refused() -> None:
    """Misuse is told."""
    with pytest.raises(ValueError, match="negative"):
        mcnemar(-1, 3)


@settings(max_examples=25)  # statsmodels takes its time
@given(P_VALUES)
def test_adjusted_p_values_are_those_of_statsmodels(p_values: list[float]) -> None:
    """Holm and Benjamini & Hochberg, in the order given."""
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1].tolist())
    assert benjamini_hochberg(p_values) == pytest.approx(multipletests(p_values, method="fdr_bh")[1].tolist())


def test_a_p_value_outside_the_range_is_refused() -> None:
    """Misuse is told."""
    with pytest.raises(ValueError, match=r"0\.\.1"):
        holm([0.5, 1.5])


@pytest.mark.parametrize("clusters", [2, 12, 5000])
def test_an_interval_that_touches_the_bound_has_p_of_2_5_percent(clusters: int) -> None:
    """What a 95 % interval excludes on one side has p < 0.025, and at the value itself p is a half."""
    assert one_sided_p(value=0.6, end=0.7, bound=0.7, clusters=clusters) == pytest.approx(0.025, abs=1e-9)
    assert one_sided_p(value=0.6, end=0.7, bound=0.6, clusters=clusters) == pytest.approx(0.5)
    assert one_sided_p(value=0.6, end=0.7, bound=0.5, clusters=clusters) > 0.5


def test_the_evidence_of_a_t_interval_is_that_of_the_t_test() -> None:
    """Turned back from the interval, the p-value is scipy's."""
    values = np.random.default_rng(8).normal(-0.1, 0.2, 15)
    high = scipy.stats.t.interval(0.95, 14, values.mean(), scipy.stats.sem(values))[1]
    expected = scipy.stats.ttest_1samp(values, 0.0, alternative="less").pvalue

    assert one_sided_p(value=values.mean(), end=high, bound=0.0, clusters=15) == pytest.approx(expected, abs=1e-9)
