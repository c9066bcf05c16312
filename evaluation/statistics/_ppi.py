"""Prediction-powered inference: many judged rows, few that people labelled, one honest mean.

Method, in the order of the code (PPI++; Angelopoulos, Duchi & Zrnic 2023, arXiv 2311.01453, §6):

1. The estimate is λ · mean of the judge over all rows + mean of (person − λ · judge) over the labelled rows: the judge
   brings precision, the people take away its error. Labelled rows belong to all rows. If they were picked with unequal
   probability, each stands for 1/probability rows (Hájek 1971; Zrnic & Candès 2024, arXiv 2403.03208).
2. λ minimises the estimate's variance, which is the sandwich of its influence values summed by cluster; λ is at least
   0, so that a judge that is worse than chance is left out. λ is reported on the paper's scale, where only unlabelled
   rows carry the judge's mean: cov(y, f) / ((1 + m/N) var f).
3. The interval is Wilson's at the effective size m(1 − m)/variance (Korn & Graubard 1998) with Student's t: it stays
   inside 0..1 and leans to the middle. One degree of freedom is paid for the mean and one for λ.
4. A variance that few labelled rows carry (a judge that is nearly always right) is little knowledge: it is averaged
   with the variance at a guess of two more unequal rows, with the weight of `ClusterSums` step 3.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.statistics._distributions import student_quantile
from evaluation.statistics._intervals import CONFIDENCE, rate_interval

__all__ = ["PpiMean", "ppi_mean"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_FEWEST = 2
_TOO_FEW = 2.8
_UNSEEN = 2.0  # unequal rows that the guess adds
_TINY = 1e-12
_NOTHING = 1e-9  # a λ that is rounding


@dataclass(frozen=True, kw_only=True)
class PpiMean:
    """A judge's mean corrected by labels, with its 95 % interval."""

    mean: float  # 0..1
    lower: float
    upper: float
    tuning: float  # λ: how much the judge helped, 0 = labels alone
    effective_labels: float  # independent labels that alone would give this variance
    labels: int
    judged: int  # all rows, labelled ones too
    clusters: int
    method: str = "ppi++"


def ppi_mean(
    judged: Sequence[float],
    labelled: Sequence[tuple[float, float]],
    *,
    probabilities: Sequence[float] | None = None,
    clusters: Sequence[Hashable] | None = None,
    judged_clusters: Sequence[Hashable] | None = None,
) -> PpiMean | None:
    """Mean that people would have given to all rows.

    `judged`: the judge's values, 0..1, of the rows without a label. `labelled`: (judge, person) of the rows with one.
    `probabilities`: of each labelled row to have been picked, in (0, 1]; None where all had the same. `clusters` and
    `judged_clusters`: the source document of each labelled and each unlabelled row; None makes each row its own.
    `None` with fewer than two labels; raise `ValueError` for values out of range or lists of unequal length.
    """
    if len(labelled) < _FEWEST:
        return None
    sample = _Sample.of(judged, labelled, probabilities, clusters, judged_clusters)
    tuning = sample.tuning()
    mean = min(1.0, max(0.0, sample.mean(tuning)))
    degrees = max(1, round(sample.independent) - (2 if tuning else 1))
    size = max(sample.independent, mean * (1 - mean) / sample.variance(tuning, degrees))
    lower, upper = rate_interval(mean, size, student_quantile((1 + CONFIDENCE) / 2, degrees))
    return PpiMean(
        mean=mean,
        lower=lower,
        upper=upper,
        tuning=tuning * len(judged) / sample.total,
        effective_labels=size,
        labels=len(labelled),
        judged=sample.total,
        clusters=sample.clusters,
    )


@dataclass(frozen=True, kw_only=True)
class _Sample:
    """Columns of the labelled rows, sums of all rows by cluster."""

    judge: Floats
    person: Floats
    share: Floats  # weight of each labelled row, adding up to 1
    names: Indices  # cluster of each labelled row
    total: int  # rows, labelled ones too
    everywhere: float  # judge's mean over all rows
    spread: float  # judge's variance over all rows
    clusters: int
    help: Floats  # by cluster: influence of the judge's part, per unit of λ
    people: Floats  # by cluster: influence of the labels alone

    @classmethod
    def of(
        cls,
        judged: Sequence[float],
        labelled: Sequence[tuple[float, float]],
        probabilities: Sequence[float] | None,
        clusters: Sequence[Hashable] | None,
        judged_clusters: Sequence[Hashable] | None,
    ) -> "_Sample":
        """Check and convert."""
        pairs = _within(np.asarray(labelled, dtype=np.float64).reshape(len(labelled), 2))
        rows = _within(np.asarray(judged, dtype=np.float64))
        weights = np.ones(len(pairs)) if probabilities is None else 1 / _chances(probabilities, len(pairs))
        names, count = _numbered(clusters, judged_clusters, len(pairs), len(rows))
        share, total = weights / weights.sum(), len(pairs) + len(rows)
        judge, person = pairs[:, 0], pairs[:, 1]
        everyone = np.concatenate([judge, rows])
        everywhere = float(everyone.mean())
        by_all = _summed(names, (everyone - everywhere) / total, count)
        return cls(
            judge=judge,
            person=person,
            share=share,
            names=names[: len(pairs)],
            total=total,
            everywhere=everywhere,
            spread=float(everyone.var()),
            clusters=count,
            help=by_all - _summed(names[: len(pairs)], share * (judge - share @ judge), count),
            people=_summed(names[: len(pairs)], share * (person - share @ person), count),
        )

    @property
    def independent(self) -> float:
        """Effective number of labelled clusters (Kish 1965)."""
        return float(1 / (np.bincount(self.names, self.share) ** 2).sum())

    def tuning(self) -> float:
        """Do step 2."""
        power = float(self.help @ self.help)
        found = -float(self.people @ self.help) / power if power > _TINY / self.total else 0.0
        return found if found > _NOTHING else 0.0

    def mean(self, tuning: float) -> float:
        """Do step 1."""
        return tuning * self.everywhere + float(self.share @ (self.person - tuning * self.judge))

    def variance(self, tuning: float, degrees: int) -> float:
        """Do steps 2 and 4: the sandwich, drawn to the guess while few labels carry it."""
        influence = self.people + tuning * self.help
        found = float(influence @ influence) * self.independent / degrees
        left = self.person - tuning * self.judge
        squares = np.bincount(self.names, self.share * (left - self.share @ left)) ** 2
        fourths = float(squares @ squares)
        carriers = float(squares.sum()) ** 2 / fourths if fourths > _TINY**4 else 0.0
        weight = 1 / (1 + (carriers / _TOO_FEW) ** 4)
        unequal = float(self.share @ abs(self.person - self.judge)) * self.independent
        wrong = (unequal + _UNSEEN) / (self.independent + 2 * _UNSEEN)
        guess = wrong * (1 - wrong) / self.independent + tuning * tuning * self.spread / self.total
        return (1 - weight) * found + weight * max(guess, found)


def _summed(names: Indices, values: Floats, count: int) -> Floats:
    found: Floats = np.bincount(names, values, count).astype(np.float64)
    return found


def _within(values: Floats) -> Floats:
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("a value of a judge or a person must lie in 0..1")
    return values


def _chances(probabilities: Sequence[float], count: int) -> Floats:
    found = np.asarray(probabilities, dtype=np.float64)
    if len(found) != count or not ((found > 0) & (found <= 1)).all():
        raise ValueError(f"each of {count} labels needs a sampling probability in (0, 1], got {probabilities!r}")
    return found


def _numbered(
    clusters: Sequence[Hashable] | None, judged_clusters: Sequence[Hashable] | None, labels: int, rows: int
) -> tuple[Indices, int]:
    """Return the cluster number of each row, labelled ones first, and how many there are."""
    if clusters is None and judged_clusters is None:
        return np.arange(labels + rows), labels + rows
    names: list[Hashable] = [("label", i) for i in range(labels)] if clusters is None else list(clusters)
    names += [("row", i) for i in range(rows)] if judged_clusters is None else list(judged_clusters)
    if len(names) != labels + rows:
        raise ValueError(f"each row needs one cluster, got {len(names)} for {labels + rows} rows")
    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([order[name] for name in names], dtype=np.int64), len(order)
