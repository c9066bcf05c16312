"""A rate corrected for the errors of the judge that measured it, with the uncertainty of those errors carried along.

Where the labelled rows belong to the run itself, `ppi_mean` is sharper; this is for a judge card made elsewhere.
"""

import math
from dataclasses import dataclass

from evaluation.statistics._distributions import normal_quantile
from evaluation.statistics._intervals import CONFIDENCE, Interval
from evaluation.statistics._types import Measured

__all__ = ["Count", "rogan_gladen"]

_Z = normal_quantile((1 + CONFIDENCE) / 2)


@dataclass(frozen=True, kw_only=True)
class Count:
    """So many of so many; `of` may be an effective number of rows."""

    right: float
    of: float

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0 <= self.right <= self.of or self.of <= 0:
            raise ValueError(f"a count needs 0 ≤ right ≤ of and of > 0, got {self.right!r} of {self.of!r}")

    @property
    def rate(self) -> float:
        """Share."""
        return self.right / self.of

    @property
    def variance(self) -> float:
        """Variance of the share, with two rows of each kind added, as Wilson's centre does (Agresti & Coull 1998)."""
        of = self.of + _Z * _Z
        rate = (self.right + _Z * _Z / 2) / of
        return rate * (1 - rate) / of


def rogan_gladen(judged: Count, sensitivity: Count, specificity: Count) -> Measured | None:
    """Share of truly good rows, 0..1, from how many the judge calls good; `None` where the judge is at chance or worse.

    Estimate: (p + Sp − 1)/(Se + Sp − 1) (Rogan & Gladen 1978, American Journal of Epidemiology 107:71). The interval
    holds every t for which p + Sp − 1 − t(Se + Sp − 1) is within 1.96 standard errors of 0, with variance
    Var p + (1 − t)² Var Sp + t² Var Se (Fieller 1954, JRSS B 16:175; variance terms as in Lang & Reiczigel 2014,
    Preventive Veterinary Medicine 113:13, and Lee et al. 2025, arXiv 2511.21140). Where J is not surely above 0 it is
    the whole of 0..1.
    """
    power = sensitivity.rate + specificity.rate - 1
    if power <= 0:
        return None
    value = min(1.0, max(0.0, (judged.rate + specificity.rate - 1) / power))
    lower, upper = _fieller(judged, sensitivity, specificity)
    return Measured(value, min(value, lower), max(value, upper))


def _fieller(judged: Count, sensitivity: Count, specificity: Count) -> Interval:
    """Solve the quadratic a·t² − 2b·t + c ≤ 0 within 0..1, at the rates with two rows of each kind added."""
    p, se, sp = (_drawn(one) for one in (judged, sensitivity, specificity))
    power, numerator, square = se + sp - 1, p + sp - 1, _Z * _Z
    a = power * power - square * (sensitivity.variance + specificity.variance)
    b = power * numerator - square * specificity.variance
    c = numerator * numerator - square * (judged.variance + specificity.variance)
    if power <= 0 or a <= 0:
        return Interval(0.0, 1.0)
    root = math.sqrt(max(0.0, b * b - a * c))
    return Interval(min(1.0, max(0.0, (b - root) / a)), min(1.0, max(0.0, (b + root) / a)))


def _drawn(count: Count) -> float:
    return (count.right + _Z * _Z / 2) / (count.of + _Z * _Z)
