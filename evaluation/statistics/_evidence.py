"""From a 95 % interval back to the evidence against a bound, so that several rules can be adjusted together."""

from evaluation.statistics._distributions import student_cdf, student_quantile
from evaluation.statistics._intervals import CONFIDENCE

__all__ = ["one_sided_p"]

_MANY = 1_000  # degrees of freedom from which Student's t is normal


def one_sided_p(*, value: float, end: float, bound: float, clusters: int) -> float:
    """p-value of the claim that the truth lies on the far side of `bound`, read off one end of the interval.

    `end` is the end of the interval that faces `bound`. The distance to the bound is measured in half-widths, each of
    which is Student's quantile at 97.5 %, with `clusters` − 1 degrees of freedom (Altman & Bland 2011, BMJ 343:d2304):
    0.025 exactly where the end touches the bound, at least 0.5 where the value lies beyond it.
    """
    degrees = min(max(1, clusters - 1), _MANY)
    half = abs(end - value)
    if half == 0:
        return 0.5 if bound == value else 0.0 if (bound > value) == (end >= value) else 1.0
    distance = (bound - value) / (end - value) * student_quantile((1 + CONFIDENCE) / 2, degrees)
    return 1 - student_cdf(distance, degrees)
