"""Candidate minus baseline on the same rows: the difference with an honest interval.

Rules of this place: repeats of a row are averaged before rows are compared, for they are not independent; a row that
only one of the two scored is counted and left out.
"""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from evaluation.statistics._clusters import ClusterSums, MeanInterval
from evaluation.statistics._types import Comparison

__all__ = ["DifferenceSums", "Pairing", "paired_difference"]

_EQUAL = 1e-9
_GUESSED_CORRELATION = 0.05  # of differences within a document: pairing takes away what its rows share


@dataclass(slots=True)
class _Sides:
    """Sums of one row's repeats on each side."""

    candidate: float = 0.0
    candidates: int = 0
    baseline: float = 0.0
    baselines: int = 0
    cluster: str | None = None


class DifferenceSums:
    """Sums of gains, of losses, and of (d + 1)/2, by cluster: all that the interval of a difference needs."""

    def __init__(self) -> None:
        """Start without pairs."""
        self.gains, self.losses, self.centred = (
            ClusterSums(guessed_correlation=_GUESSED_CORRELATION) for _ in range(3)
        )

    def interval(self) -> MeanInterval | None:
        """Estimate the mean difference as `paired_difference` says; `None` without pairs."""
        gains, losses, centred = self.gains.interval(), self.losses.interval(), self.centred.interval()
        if gains is None or losses is None or centred is None:
            return None
        return _joined(gains, losses, centred)


class Pairing:
    """Takes the scored values of two runs one by one and gives the comparison; memory per row, not per repeat."""

    def __init__(self, metric: str) -> None:
        """Name the metric that is compared."""
        self.metric = metric
        self._rows: dict[str, _Sides] = {}

    def add_candidate(self, row: str, cluster: str | None, value: float) -> None:
        """Take a value in 0..1 of the candidate; `cluster` is the row's document, `None` where it is unknown."""
        sides = self._rows.setdefault(row, _Sides())
        sides.candidate += value
        sides.candidates += 1
        sides.cluster = cluster if cluster is not None else sides.cluster

    def add_baseline(self, row: str, cluster: str | None, value: float) -> None:
        """Take a value in 0..1 of the baseline."""
        sides = self._rows.setdefault(row, _Sides())
        sides.baseline += value
        sides.baselines += 1
        sides.cluster = sides.cluster if sides.cluster is not None else cluster

    def comparison(self) -> Comparison:
        """Compare what was taken so far."""
        differences: list[float] = []
        clusters: list[Hashable] = []
        for row, sides in self._rows.items():
            if sides.candidates and sides.baselines:
                differences.append(sides.candidate / sides.candidates - sides.baseline / sides.baselines)
                clusters.append(("row", row) if sides.cluster is None else sides.cluster)
        found = _interval(differences, clusters)
        return Comparison(
            metric=self.metric,
            pairs=len(differences),
            clusters=found.clusters if found else 0,
            difference=found.mean if found else None,
            lower=found.lower if found else None,
            upper=found.upper if found else None,
            wins=sum(d > _EQUAL for d in differences),
            ties=sum(abs(d) <= _EQUAL for d in differences),
            losses=sum(d < -_EQUAL for d in differences),
            unpaired=len(self._rows) - len(differences),
            method=found.method if found else "none",
        )


def paired_difference(
    pairs: Iterable[tuple[float, float]], clusters: Sequence[Hashable] | None = None
) -> MeanInterval | None:
    """Mean of candidate − baseline over `(candidate, baseline)` pairs in 0..1, with a 95 % interval in −1..1.

    Two intervals, and of each end the farther one. The first is the t interval of the paired differences (Miller 2024,
    arXiv 2411.00640, §4) in the form of `clustered_mean` on (d + 1)/2. It misses when hardly a row changed and all
    changes point one way; so the second joins the intervals of the mean gain and of the mean loss (Newcombe 1998,
    Statistics in Medicine 17:2635; Zou & Donner 2008, ibid. 27:1693). `None` without pairs.
    """
    return _interval([candidate - baseline for candidate, baseline in pairs], clusters)


def _interval(differences: Sequence[float], clusters: Sequence[Hashable] | None) -> MeanInterval | None:
    sums = DifferenceSums()
    names: Iterable[Hashable] = range(len(differences)) if clusters is None else clusters
    for difference, name in zip(differences, names, strict=True):
        sums.gains.add(name, max(difference, 0.0))
        sums.losses.add(name, max(-difference, 0.0))
        sums.centred.add(name, min(1.0, max(0.0, (difference + 1) / 2)))
    return sums.interval()


def _joined(gains: MeanInterval, losses: MeanInterval, centred: MeanInterval) -> MeanInterval:
    mean = gains.mean - losses.mean
    down = math.hypot(gains.mean - gains.lower, losses.upper - losses.mean)
    up = math.hypot(gains.upper - gains.mean, losses.mean - losses.lower)
    return MeanInterval(
        mean=mean,
        lower=max(-1.0, min(2 * centred.lower - 1, mean - down)),
        upper=min(1.0, max(2 * centred.upper - 1, mean + up)),
        n=centred.n,
        clusters=centred.clusters,
        method="paired-t" if centred.clusters == centred.n else "paired-clustered-t",
    )
