"""Quantiles of the normal, Student, gamma and beta distributions, from the standard library's mathematics alone.

Rules of this place: start-up time forbids importing scipy for four quantiles; each is found by bisection on a
distribution function whose series or continued fraction stands in the cited paper.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

__all__ = [
    "beta_quantile",
    "binomial_cdf",
    "gamma_quantile",
    "mid_p_limit",
    "normal_quantile",
    "student_cdf",
    "student_quantile",
]

_TINY = 1e-300
_TERMS = 500
_PRECISION = 1e-15


def normal_quantile(probability: float) -> float:
    """Quantile of the standard normal distribution (Wichura 1988, AS 241)."""
    return NormalDist().inv_cdf(probability)


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Quantile of the beta distribution with positive shapes `a` and `b`."""
    return _bisect(lambda x: _beta_cdf(x, a, b), probability, 0.0, 1.0)


def binomial_cdf(successes: int, n: int, rate: float) -> float:
    """Chance of at most `successes` among `n` trials (Abramowitz & Stegun 26.5.24)."""
    if successes < 0 or successes >= n:
        return 0.0 if successes < 0 else 1.0
    return 1 - _beta_cdf(rate, successes + 1, n - successes)


@lru_cache(maxsize=4096)
def mid_p_limit(successes: int, n: int, tail: float) -> float:
    """Rate where more than `successes` of `n`, and half of just as many, have chance `tail` < 1/2 (Lancaster 1961)."""
    if successes in {0, n}:
        return (2 * tail) ** (1 / n) if successes else 0.0

    def chance(rate: float) -> float:
        return (_beta_cdf(rate, successes, n - successes + 1) + _beta_cdf(rate, successes + 1, n - successes)) / 2

    return _bisect(chance, tail, 0.0, 1.0)


@lru_cache(maxsize=4096)
def student_quantile(probability: float, degrees: int) -> float:
    """Quantile of Student's t for `probability` in 0.5..1 and at least one degree of freedom (Student 1908)."""
    if degrees < 1:
        raise ValueError(f"Student's t needs at least one degree of freedom, got {degrees!r}")
    high = 2.0
    while _student_cdf(high, degrees) < probability:
        high *= 2
    return _bisect(lambda x: _student_cdf(x, degrees), probability, 0.0, high)


@lru_cache(maxsize=4096)
def gamma_quantile(probability: float, shape: float) -> float:
    """Quantile of the gamma distribution with unit scale; half of a chi-square quantile (Garwood 1936)."""
    high = shape + 1.0
    while _gamma_cdf(high, shape) < probability:
        high *= 2
    return _bisect(lambda x: _gamma_cdf(x, shape), probability, 0.0, high)


def _bisect(cdf: Callable[[float], float], probability: float, low: float, high: float) -> float:
    while high - low > 1e-12 * max(1.0, high):
        middle = (low + high) / 2
        low, high = (middle, high) if cdf(middle) < probability else (low, middle)
    return (low + high) / 2


def student_cdf(x: float, degrees: int) -> float:
    """Distribution function of Student's t."""
    return _student_cdf(x, degrees) if x >= 0 else 1 - _student_cdf(-x, degrees)


def _student_cdf(x: float, degrees: int) -> float:
    """Distribution function for x ≥ 0 through the incomplete beta function (Abramowitz & Stegun 26.7.1)."""
    tail = _beta_cdf(degrees / (degrees + x * x), degrees / 2, 0.5) / 2
    return 1 - tail


def _beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function (DiDonato & Morris 1992), on the side where the fraction converges."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Continued fraction of the incomplete beta function, evaluated forwards (Lentz 1976)."""
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < _PRECISION:
            break
    return value


def _away_from_zero(x: float) -> float:
    return x if abs(x) > _TINY else _TINY


def _gamma_cdf(x: float, shape: float) -> float:
    """Lower regularised incomplete gamma function by its power series (Abramowitz & Stegun 6.5.29)."""
    if x <= 0:
        return 0.0
    term = total = 1 / shape
    for n in range(1, _TERMS):
        term *= x / (shape + n)
        total += term
        if term < total * _PRECISION:
            break
    return total * math.exp(shape * math.log(x) - x - math.lgamma(shape))
