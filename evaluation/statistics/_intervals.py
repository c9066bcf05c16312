"""Intervals for one rate: 95 %, two-sided, inside 0..1, never of width zero."""

import math
from typing import NamedTuple

from evaluation.statistics._distributions import (
    beta_quantile,
    gamma_quantile,
    mid_p_limit,
    normal_quantile,
)

__all__ = [
    "CONFIDENCE",
    "Interval",
    "clopper_pearson",
    "count_interval",
    "rate_interval",
    "rule_of_three",
    "score_interval",
    "wilson",
]

CONFIDENCE = 0.95
Z = normal_quantile((1 + CONFIDENCE) / 2)
_SMOOTH = 2_000  # rows from which a count jumps so little that mid-p has nothing to add
_RARE = 10.0  # the Poisson limit of a count crosses Wilson's limit near ten: the two join without a step


class Interval(NamedTuple):
    """Lower and upper end."""

    lower: float
    upper: float


def wilson(successes: float, n: float) -> Interval:
    """Interval for a rate of `successes` among `n` > 0 trials (Wilson 1927, JASA 22:209)."""
    if n <= 0 or not 0 <= successes <= n:
        raise ValueError(f"a rate needs 0 ≤ successes ≤ n and n > 0, got {successes!r} of {n!r}")
    return score_interval(successes / n, n, Z)


def score_interval(mean: float, n: float, quantile: float) -> Interval:
    """Solve (mean − μ)² = q² μ(1 − μ)/n for μ: Wilson's interval with any n > 0 and any quantile."""
    square = quantile * quantile
    centre = (mean + square / (2 * n)) / (1 + square / n)
    half = quantile / (1 + square / n) * math.sqrt(max(0.0, mean * (1 - mean) / n + square / (4 * n * n)))
    return Interval(
        0.0 if mean <= 0 else max(0.0, centre - half),
        1.0 if mean >= 1 else min(1.0, centre + half),
    )


def rate_interval(mean: float, n: float, quantile: float = Z) -> Interval:
    """Wilson's interval with its weak corner mended, for a rate or a mean of values in 0..1 at effective size `n`.

    Where few successes (or failures) were seen, Wilson's lower (upper) end misses too often, down to 84 % coverage;
    there the one-sided Poisson limit of Brown, Cai & DasGupta 2001 (Statistical Science 16:101, §4.1.1) takes over
    if it is wider. They mend counts up to three; here it goes to ten, where the two limits meet.
    """
    lower, upper = score_interval(mean, n, quantile)
    return Interval(
        min(lower, _rare_limit(mean * n, n)),
        max(upper, 1 - _rare_limit((1 - mean) * n, n)),
    )


def count_interval(successes: int, n: int) -> Interval:
    """Wilson's interval for a count, mended (`rate_interval`); of each end the mid-p limit where that is farther out.

    A count takes few values, so that Wilson's coverage falls to 93.3 % for some rates (at n = 100 and p = 0.85, say),
    and the mid-p interval's (Lancaster 1961, JASA 56:223) for others. Together they hold 94 % at every rate with
    n·p·(1 − p) ≥ 10 and n ≥ 100, which `benchmarks/statistics.py` shows.
    """
    lower, upper = rate_interval(successes / n, n)
    if n > _SMOOTH:
        return Interval(lower, upper)
    tail = (1 - CONFIDENCE) / 2
    return Interval(min(lower, mid_p_limit(successes, n, tail)), max(upper, 1 - mid_p_limit(n - successes, n, tail)))


def clopper_pearson(successes: int, n: int) -> Interval:
    """Exact interval, never below 95 % and so often far above (Clopper & Pearson 1934, Biometrika 26:404)."""
    if n <= 0 or not 0 <= successes <= n:
        raise ValueError(f"a rate needs 0 ≤ successes ≤ n and n > 0, got {successes!r} of {n!r}")
    tail = (1 - CONFIDENCE) / 2
    return Interval(
        beta_quantile(tail, successes, n - successes + 1) if successes else 0.0,
        beta_quantile(1 - tail, successes + 1, n - successes) if successes < n else 1.0,
    )


def rule_of_three(n: float) -> float:
    """Upper 95 % limit for the share of something that was never seen in `n` trials, 1 − 0.05^(1/n) ≈ 3/n.

    Hanley & Lippman-Hand 1983, JAMA 249:1743, in its exact form.
    """
    if n <= 0:
        raise ValueError(f"the rule of three needs n > 0, got {n!r}")
    return -math.expm1(math.log(1 - CONFIDENCE) / n)


def _rare_limit(count: float, n: float) -> float:
    """Lower limit for a rate from a small count; 1 where the count is not small, so that it decides nothing."""
    if count >= _RARE:
        return 1.0
    count = round(count, 6)
    return gamma_quantile(1 - CONFIDENCE, count) / n if count > 0 else 0.0
