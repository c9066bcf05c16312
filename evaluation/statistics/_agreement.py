"""A judge held against people on the same rows: how often it is right, beyond chance, and how far to trust its odds.

Rules of this place: "true" is the good end (supported, relevant, …); sensitivity is how often the judge says true where
people do, specificity how often it says false where people do. Rows that were sampled with unequal probability carry
weights; rows of one document count as one cluster. A number that the labels cannot give is `None`, never 0.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from evaluation.statistics._chance import Chance, coefficient
from evaluation.statistics._clusters import weighted_mean
from evaluation.statistics._types import LabelledPair, Measured

__all__ = ["Agreement", "agreement", "youden"]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What labels say of a judge, each number with its 95 % interval; `None` where the labels cannot give it."""

    n: int
    positives: int  # rows that people call true
    negatives: int
    clusters: int
    with_probability: int
    prevalence: Measured | None  # share that people call true
    observed: Measured | None  # share of equal verdicts
    sensitivity: Measured | None
    specificity: Measured | None
    youden: Measured | None  # sensitivity + specificity − 1: what is left of a difference after this judge
    balanced_accuracy: Measured | None
    kappa: Measured | None
    ac1: Measured | None
    alpha: Measured | None
    ece: Measured | None
    brier: Measured | None


def agreement(pairs: Sequence[LabelledPair]) -> Agreement:
    """Measure a judge on labelled rows; raise `ValueError` for a weight or probability out of range.

    Sensitivity and specificity: Wilson, clustered where rows share a document (`ClusterSums`). Youden's J (1950) and
    balanced accuracy: the two intervals joined by the square-and-add method (Newcombe 1998; Zou & Donner 2008). Chance-
    corrected coefficients: `coefficient`. Brier score: a clustered mean of squared errors. ECE: `calibration_error`.
    """
    # Lazy: numpy costs start-up time, and whoever opens the record names the type alone.
    from evaluation.statistics._calibration_error import calibration_error  # noqa: PLC0415

    sensitivity = _share([p for p in pairs if p.human], right=True)
    specificity = _share([p for p in pairs if not p.human], right=False)
    j = youden(sensitivity, specificity) if sensitivity and specificity else None
    return Agreement(
        n=len(pairs),
        positives=sum(p.human for p in pairs),
        negatives=sum(not p.human for p in pairs),
        clusters=len(set(_clusters_of(pairs))),
        with_probability=sum(p.probability is not None for p in pairs),
        prevalence=_mean(pairs, [float(p.human) for p in pairs]),
        observed=_mean(pairs, [float(p.human == p.judge) for p in pairs]),
        sensitivity=sensitivity,
        specificity=specificity,
        youden=j,
        balanced_accuracy=Measured(*((1 + end) / 2 for end in j)) if j else None,
        kappa=coefficient(pairs, Chance.KAPPA),
        ac1=coefficient(pairs, Chance.AC1),
        alpha=coefficient(pairs, Chance.ALPHA),
        ece=calibration_error(pairs),
        brier=_brier(pairs),
    )


def _share(pairs: Sequence[LabelledPair], *, right: bool) -> Measured | None:
    return _mean(pairs, [float(p.judge is right) for p in pairs])


def _brier(pairs: Sequence[LabelledPair]) -> Measured | None:
    """Mean squared error of the probability (Brier 1950)."""
    rated = [(p, p.probability) for p in pairs if p.probability is not None]
    return _mean([p for p, _ in rated], [(odds - p.human) ** 2 for p, odds in rated])


def _mean(pairs: Sequence[LabelledPair], values: Sequence[float]) -> Measured | None:
    found = weighted_mean(values, [p.weight for p in pairs], _clusters_of(pairs))
    return found.measured if found else None


def youden(sensitivity: Measured, specificity: Measured) -> Measured:
    """Join two shares into Youden's J = sensitivity + specificity − 1, the two taken as independent."""
    value = sensitivity.value + specificity.value - 1
    down = math.hypot(sensitivity.value - sensitivity.lower, specificity.value - specificity.lower)
    up = math.hypot(sensitivity.upper - sensitivity.value, specificity.upper - specificity.value)
    return Measured(value, max(-1.0, value - down), min(1.0, value + up))


def _clusters_of(pairs: Sequence[LabelledPair]) -> list[Hashable]:
    """Return each row's cluster; a row of unknown document is its own."""
    return [("row", i) if p.cluster is None else p.cluster for i, p in enumerate(pairs)]
