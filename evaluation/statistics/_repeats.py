"""Repeated verdicts on the same rows: how much of what varies is the rows, and how much the repeating.

Rules of this place: only rows with at least two scored repeats say anything about repeating; rows are compared with
themselves alone. A share of flips is a probability: that two repeats of one row, picked at random, differ.
"""

import math
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

from evaluation.statistics._clusters import ClusterSums
from evaluation.statistics._types import Measured

__all__ = ["RepeatSummary", "Repeats"]

_DIGITS = 9  # values that differ less are equal
_FEWEST = 2


@dataclass(frozen=True, kw_only=True)
class RepeatSummary:
    """What repeats show; variances are in squared units of the value, `None` where repeats are lacking."""

    rows: int  # with at least two scored repeats
    draws: int  # scored repeats of these rows
    flip_rate: Measured | None  # probability that two repeats of a row differ
    unstable_rows: int  # rows whose repeats are not all equal
    within_variance: float | None  # of repeats around their row
    between_variance: float | None  # of rows, the repeats' part taken off
    reliability: float | None  # share of a single draw's variance that is the rows': intraclass correlation, 0..1
    standard_error_share: float | None  # share of the mean's variance that more repeats could take away, 0..1


@dataclass(slots=True)
class _Row:
    cluster: str | None
    counts: Counter[float] = field(default_factory=Counter)


class Repeats:
    """Takes scored values one by one; memory per row and distinct value."""

    def __init__(self) -> None:
        """Start without values."""
        self._rows: dict[str, _Row] = {}

    def add(self, row: str, cluster: str | None, value: float) -> None:
        """Take one scored repeat of a row, a value in 0..1; hard verdicts are 0 and 1."""
        if not 0 <= value <= 1:
            raise ValueError(f"a value must lie in 0..1, got {value!r}")
        self._rows.setdefault(row, _Row(cluster)).counts[round(value, _DIGITS)] += 1

    def summary(self) -> RepeatSummary:
        """Summarise what was taken so far.

        Variances by one-way analysis of variance with random rows, unequal numbers of repeats allowed (Searle,
        Casella & McCulloch 1992, Variance Components, §3.6); the reliability is ICC(1) (Shrout & Fleiss 1979,
        Psychological Bulletin 86:420); the split of the mean's variance is Miller's σ²/K (2024, arXiv 2411.00640, §3).
        """
        repeated = {name: row for name, row in self._rows.items() if row.counts.total() >= _FEWEST}
        counts = [row.counts for row in repeated.values()]
        within, between = _components(counts)
        draws = sum(one.total() for one in counts)
        one_draw = (within or 0.0) + (between or 0.0)
        by_repeats = (within or 0.0) * len(counts) / draws if draws else 0.0
        of_mean = by_repeats + (between or 0.0)
        return RepeatSummary(
            rows=len(counts),
            draws=draws,
            flip_rate=_flip_rate(repeated),
            unstable_rows=sum(len(one) > 1 for one in counts),
            within_variance=within,
            between_variance=between,
            reliability=between / one_draw if between is not None and one_draw else None,
            standard_error_share=by_repeats / of_mean if between is not None and of_mean else None,
        )


def _flip_rate(rows: dict[str, _Row]) -> Measured | None:
    sums = ClusterSums()
    for name, row in rows.items():
        cluster: Hashable = ("row", name) if row.cluster is None else row.cluster
        total = row.counts.total()
        same = sum(count * (count - 1) for count in row.counts.values())
        sums.add(cluster, 1 - same / (total * (total - 1)))
    found = sums.interval()
    return found.measured if found else None


def _components(rows: list[Counter[float]]) -> tuple[float | None, float | None]:
    """Return the variance within rows and between them; the latter needs two rows and is never below 0."""
    if not rows:
        return None, None
    sizes = [row.total() for row in rows]
    means = [math.fsum(v * n for v, n in row.items()) / size for row, size in zip(rows, sizes, strict=True)]
    draws = sum(sizes)
    inside = math.fsum(n * (v - mean) ** 2 for row, mean in zip(rows, means, strict=True) for v, n in row.items())
    within = inside / (draws - len(rows))
    if len(rows) < _FEWEST:
        return within, None
    grand = math.fsum(mean * size for mean, size in zip(means, sizes, strict=True)) / draws
    outside = math.fsum(size * (mean - grand) ** 2 for mean, size in zip(means, sizes, strict=True))
    typical = (draws - math.fsum(size * size for size in sizes) / draws) / (len(rows) - 1)
    return within, max(0.0, (outside / (len(rows) - 1) - within) / typical)
