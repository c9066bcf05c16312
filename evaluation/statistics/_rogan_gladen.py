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

    def drawn(self, rows: float) -> tuple[float, float]:
        """Return the share with `rows` of each kind added, and its variance: never 0."""
        of = self.of + 2 * rows
        rate = (self.right + rows) / of
        return rate, rate * (1 - rate) / of


def rogan_gladen(judged: Count, sensitivity: Count, specificity: Count) -> Measured | None:
    """Share of truly good rows, 0..1, from how many the judge calls good; `None` where the judge is at chance or worse.

    Estimate: (p + Sp − 1)/(Se + Sp − 1) (Rogan & Gladen 1978, American Journal of Epidemiology 107:71). The interval
    holds every t for which p + Sp − 1 − t(Se + Sp − 1) is within 1.96 standard errors of 0, with variance
    Var p + (1 − t)² Var Sp + t² Var Se (Fieller 1954, JRSS B 16:175; variance terms as in Lang & Reiczigel 2014,
    Preventive Veterinary Medicine 113:13, and Lee et al. 2025, arXiv 2511.21140). To the counts are added two judged
    rows of each kind (Agresti & Coull 1998) and half a label (Jeffreys). Where J is not surely above 0 it is 0..1.
    """
    power = sensitivity.rate + specificity.rate - 1
    if power <= 0:
        return None
    value = min(1.0, max(0.0, (judged.rate + specificity.rate - 1) / power))
    lower, upper = _fieller(judged, sensitivity, specificity)
    return Measured(value, min(value, lower), max(value, upper))


def _fieller(judged: Count, sensitivity: Count, specificity: Count) -> Interval:
    """Solve the quadratic a·t² − 2b·t + c ≤ 0 within 0..1."""
    square = _Z * _Z
    p, of_p = judged.drawn(square / 2)
    (se, of_se), (sp, of_sp) = (one.drawn(1 / 2) for one in (sensitivity, specificity))
    power, numerator = se + sp - 1, p + sp - 1
    a = power * power - square * (of_se + of_sp)
    b = power * numerator - square * of_sp
    c = numerator * numerator - square * (of_p + of_sp)
    if power <= 0 or a <= 0:
        return Interval(0.0, 1.0)
    root = math.sqrt(max(0.0, b * b - a * c))
    return Interval(min(1.0, max(0.0, (b - root) / a)), min(1.0, max(0.0, (b + root) / a)))
