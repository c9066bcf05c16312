"""How well scores tell two labels apart, with intervals; and whether one score does it better than another.

Rules of this place: 95 % percentile-bootstrap intervals, resampled within each label; two scores on the same rows are
compared on the same resamples, so that the interval is that of the difference (Efron & Tibshirani 1993, ch. 13).
"""

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["RESAMPLES", "Scored", "auc", "balanced", "difference", "interval"]

RESAMPLES = 2000
_SEED = 20261121
Scored: TypeAlias = Sequence[tuple[float, bool]]
Statistic: TypeAlias = Callable[[NDArray[np.float64], NDArray[np.float64]], float]


def auc(good: NDArray[np.float64], bad: NDArray[np.float64]) -> float:
    """Chance that a good row scores above a bad one; ties count half (Mann–Whitney U / n₁n₂)."""
    ordered = np.sort(bad)
    below = np.searchsorted(ordered, good, side="left")
    upto = np.searchsorted(ordered, good, side="right")
    return float((below + upto).mean() / (2 * len(bad)))


def balanced(good: NDArray[np.float64], bad: NDArray[np.float64]) -> float:
    """Balanced accuracy of hard verdicts (score 1 = called good)."""
    return float(((good == 1).mean() + (bad != 1).mean()) / 2)


def interval(scored: Scored, statistic: Statistic) -> str:
    """Return the statistic with its interval, as text; "-" where a label is missing."""
    good, bad = _split(scored)
    if not len(good) or not len(bad):
        return "-"
    draw = np.random.default_rng(_SEED)
    values = [statistic(_again(good, draw), _again(bad, draw)) for _ in range(RESAMPLES)]
    low, high = np.quantile(values, [0.025, 0.975])
    return f"{statistic(good, bad):.3f} [{low:.3f}, {high:.3f}]"


def difference(one: Scored, other: Scored, statistic: Statistic = auc) -> tuple[float, float, float]:
    """Return (one − other, lower, upper) on the same rows in the same order; NaN where a label is missing."""
    labels = np.array([label for _, label in one])
    pairs = np.array([[a, b] for (a, _), (b, _) in zip(one, other, strict=True)], dtype=np.float64).reshape(-1, 2)
    good, bad = pairs[labels], pairs[~labels]
    if not len(good) or not len(bad):
        return math.nan, math.nan, math.nan
    draw = np.random.default_rng(_SEED)
    values = []
    for _ in range(RESAMPLES):
        g, b = good[draw.integers(len(good), size=len(good))], bad[draw.integers(len(bad), size=len(bad))]
        values.append(statistic(g[:, 0], b[:, 0]) - statistic(g[:, 1], b[:, 1]))
    low, high = np.quantile(values, [0.025, 0.975])
    found = statistic(good[:, 0], bad[:, 0]) - statistic(good[:, 1], bad[:, 1])
    return found, float(low), float(high)


def _split(scored: Scored) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    good = np.array([score for score, label in scored if label], dtype=np.float64)
    bad = np.array([score for score, label in scored if not label], dtype=np.float64)
    return good, bad


def _again(values: NDArray[np.float64], draw: np.random.Generator) -> NDArray[np.float64]:
    return values[draw.integers(len(values), size=len(values))]
