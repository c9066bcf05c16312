"""One group against the others: within twins where there are any, else between different questions.

Rules of this place: documents are the independent units; where a set of twins has several others, their mean stands for
them; two groups give one contrast, for the second would be its mirror.
"""

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from statistics import NormalDist, fmean
from typing import TypeAlias

from evaluation.bias._types import LENGTH, Contrast
from evaluation.statistics import ClusterSums, MeanInterval, paired_difference, sign_flip

__all__ = ["Twin", "between_groups", "within_twins"]

Twin: TypeAlias = Mapping[str, Sequence[float]]  # group → values of its repeats
_NEGLIGIBLE = 1e-12


def within_twins(
    attribute: str, measure: str, groups: Sequence[str], sets: Sequence[tuple[Hashable, Twin]]
) -> Iterator[Contrast]:
    """Yield a contrast per group (one for two groups); `sets` holds each set of twins with its document."""
    for group in _told(groups):
        pairs, clusters = [], []
        for cluster, twin in sets:
            others = [fmean(values) for name, values in twin.items() if name != group and values]
            if twin.get(group) and others:
                pairs.append(_comparable(measure, fmean(twin[group]), fmean(others)))
                clusters.append(cluster)
        found = paired_difference(pairs, clusters)
        p_value = sign_flip([one - other for one, other in pairs], clusters)
        yield _contrast(attribute, measure, groups, group, found, p_value, twins=True)


def between_groups(attribute: str, measure: str, sums: Mapping[str, ClusterSums]) -> Iterator[Contrast]:
    """Yield a contrast per group: its mean minus that of the mean of the others, on different questions.

    The interval joins those of both means (Zou & Donner 2008, Statistics in Medicine 27:1693); p is read off it.
    """
    for group in _told(sorted(sums)):
        ours = sums[group].interval()
        theirs = [found for name, one in sums.items() if name != group and (found := one.interval()) is not None]
        found = _joined(ours, theirs) if ours is not None and theirs else None
        yield _contrast(attribute, measure, sorted(sums), group, found, _p_of(found), twins=False)


def _told(groups: Sequence[str]) -> Sequence[str]:
    return groups[:1] if len(groups) == 2 else groups  # noqa: PLR2004 - two mirror each other


def _comparable(measure: str, one: float, other: float) -> tuple[float, float]:
    """Values in 0..1; of lengths their shares, whose difference is (a − b) / (a + b)."""
    if measure != LENGTH:
        return one, other
    return (one / (one + other), other / (one + other)) if one + other else (0.5, 0.5)


def _joined(ours: MeanInterval, theirs: Sequence[MeanInterval]) -> MeanInterval:
    mean = fmean(one.mean for one in theirs)
    low = math.sqrt(math.fsum((one.mean - one.lower) ** 2 for one in theirs)) / len(theirs)
    high = math.sqrt(math.fsum((one.upper - one.mean) ** 2 for one in theirs)) / len(theirs)
    difference = ours.mean - mean
    return MeanInterval(
        mean=difference,
        lower=max(-1.0, difference - math.hypot(ours.mean - ours.lower, high)),
        upper=min(1.0, difference + math.hypot(ours.upper - ours.mean, low)),
        n=ours.n,
        clusters=ours.clusters,
        method="joined",
    )


def _p_of(found: MeanInterval | None) -> float | None:
    if found is None:
        return None
    toward_zero = found.mean - found.lower if found.mean > 0 else found.upper - found.mean
    score = abs(found.mean) / max(toward_zero, _NEGLIGIBLE) * NormalDist().inv_cdf(0.975)
    return min(1.0, 2 * (1 - NormalDist().cdf(score)))


def _contrast(
    attribute: str,
    measure: str,
    groups: Sequence[str],
    group: str,
    found: MeanInterval | None,
    p_value: float | None,
    *,
    twins: bool,
) -> Contrast:
    return Contrast(
        attribute=attribute,
        group=group,
        against=tuple(name for name in groups if name != group),
        measure=measure,
        twins=twins,
        pairs=found.n if found else 0,
        clusters=found.clusters if found else 0,
        difference=found.mean if found else None,
        lower=found.lower if found else None,
        upper=found.upper if found else None,
        p_value=p_value if found else None,
        p_adjusted=None,
    )
