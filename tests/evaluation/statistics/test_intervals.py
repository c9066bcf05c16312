"""Intervals of one rate against scipy and closed forms."""

import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import clopper_pearson, count_interval, rate_interval, rule_of_three, wilson
from evaluation.statistics._distributions import gamma_quantile, normal_quantile, student_quantile


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_equals_scipys(counts: tuple[int, int]) -> None:
    """Our closed form and scipy's are the same interval."""
    successes, n = counts

    lower, upper = wilson(successes, n)

    expected = scipy.stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert lower == pytest.approx(expected.low, abs=1e-9)
    assert upper == pytest.approx(expected.high, abs=1e-9)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_rate_interval_contains_wilson_and_stays_within_clopper_pearson_or_wilson(counts: tuple[int, int]) -> None:
    """The mended corner only widens, stays inside 0..1 and never has width zero."""
    successes, n = counts
    plain = wilson(successes, n)

    lower, upper = rate_interval(successes / n, n)

    assert 0 <= lower <= plain.lower
    assert plain.upper <= upper <= 1
    assert upper - lower > 0
    assert lower <= successes / n <= upper


def test_rate_interval_takes_the_poisson_limit_for_one_failure() -> None:
    """One failure in 50 cannot exclude a failure rate of 0.0513/50 (Brown, Cai & DasGupta 2001)."""
    assert 1 - rate_interval(49 / 50, 50).upper == pytest.approx(0.0512933 / 50, rel=1e-5)


def test_rate_interval_is_wilsons_in_the_middle() -> None:
    """With enough of both outcomes nothing is mended."""
    assert rate_interval(0.7, 100) == wilson(70, 100)


@pytest.mark.parametrize(("successes", "n"), [(-1, 10), (11, 10), (0, 0)])
def test_wilson_refuses_impossible_counts(successes: int, n: int) -> None:
    """A rate needs counts that can be."""
    with pytest.raises(ValueError, match="successes"):
        wilson(successes, n)


@given(st.integers(1, 10_000))
def test_rule_of_three_is_the_exact_upper_limit_for_zero_events(n: int) -> None:
    """At the limit, seeing nothing has a probability of 5 %."""
    assert (1 - rule_of_three(n)) ** n == pytest.approx(0.05, rel=1e-9)
    assert rule_of_three(n) <= 3 / n


@pytest.mark.parametrize("degrees", [1, 2, 3, 7, 19, 39, 400, 10_000])
@pytest.mark.parametrize("probability", [0.6, 0.9, 0.975, 0.995])
def test_student_quantile_equals_scipys(degrees: int, probability: float) -> None:
    """Our quantile by the incomplete beta function is scipy's."""
    assert student_quantile(probability, degrees) == pytest.approx(scipy.stats.t.ppf(probability, degrees), rel=1e-9)


@pytest.mark.parametrize("shape", [0.1, 0.5, 1.0, 2.0, 3.7, 9.99])
@pytest.mark.parametrize("probability", [0.05, 0.5, 0.95])
def test_gamma_quantile_equals_scipys(shape: float, probability: float) -> None:
    """Our quantile by the power series is scipy's."""
    assert gamma_quantile(probability, shape) == pytest.approx(scipy.stats.gamma.ppf(probability, shape), rel=1e-8)


def test_normal_quantile_is_the_familiar_one() -> None:
    """95 % two-sided means 1.96."""
    assert normal_quantile(0.975) == pytest.approx(1.959963984540054)


@pytest.mark.parametrize(("successes", "n"), [(0, 20), (3, 20), (85, 100), (170, 200), (200, 200), (1, 1)])
def test_the_exact_interval_is_that_of_scipy(successes: int, n: int) -> None:
    """Clopper & Pearson by quantiles of the beta distribution."""
    expected = scipy.stats.binomtest(successes, n).proportion_ci(method="exact")

    assert tuple(clopper_pearson(successes, n)) == pytest.approx((expected.low, expected.high), abs=1e-9)


@pytest.mark.parametrize(("successes", "n"), [(3, 20), (92, 100), (78, 100), (170, 200)])
def test_a_counts_interval_is_the_farther_of_wilson_and_mid_p(successes: int, n: int) -> None:
    """At the mid-p limit more, and half of just as many, have a chance of 2.5 % (scipy)."""
    low = scipy.optimize.brentq(
        lambda rate: scipy.stats.binom.sf(successes, n, rate) + scipy.stats.binom.pmf(successes, n, rate) / 2 - 0.025,
        1e-9,
        1 - 1e-9,
    )

    assert count_interval(successes, n).lower == pytest.approx(min(low, rate_interval(successes / n, n).lower))


@pytest.mark.parametrize("n", [100, 120, 150, 200, 400])
def test_a_counts_interval_covers_94_percent_at_every_rate_with_enough_rows(n: int) -> None:
    """Exact coverage, no simulation, at each rate in hundredths with n·p·(1 − p) ≥ 10."""
    limits = [count_interval(k, n) for k in range(n + 1)]
    for rate in (hundredth / 100 for hundredth in range(1, 100)):
        if n * rate * (1 - rate) >= 10:
            chances = scipy.stats.binom.pmf(range(n + 1), n, rate)
            held = sum(c for c, (low, high) in zip(chances, limits, strict=True) if low <= rate <= high)
            assert 0.94 <= held <= 0.965
