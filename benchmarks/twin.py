"""`ClusterSums` and `DifferenceSums` for many draws side by side: the same steps on columns, for simulation alone.

`tests/evaluation/statistics/test_simulation.py` holds the twins against the product's functions, draw by draw.
"""

import numpy as np
import numpy.typing as npt
import scipy.special

from evaluation.statistics._clusters import _NEGLIGIBLE, _TOO_FEW, GUESSED_CORRELATION
from evaluation.statistics._distributions import student_quantile
from evaluation.statistics._intervals import _RARE, CONFIDENCE, Z
from evaluation.statistics._paired import _GUESSED_CORRELATION

__all__ = ["clustered_limits", "difference_limits"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def clustered_limits(
    masses: Counts, totals: Floats, squares: Floats, *, guess: float = GUESSED_CORRELATION, binary: bool = False
) -> tuple[Floats, Floats]:
    """Limits of each draw: `masses` per cluster, `totals` draws × clusters, `squares` per draw."""
    n = float(masses.sum())
    mean = np.minimum(1.0, totals.sum(axis=1) / n)
    fewest = n**2 / float((masses**2).sum())
    guessed_size = n / (1 + (n / fewest - 1) * guess)
    spread = mean * (1 - mean)
    variance, carriers = _variance(masses, totals, squares, mean, guessed_size)
    size = np.where(spread > _NEGLIGIBLE, spread / variance, guessed_size)
    widest, found = (
        _rate(mean, np.full_like(mean, fewest), Z),
        _rate(mean, size, _quantiles(carriers, fewest, binary=binary)),
    )
    lower, upper = np.maximum(found[0], widest[0]), np.minimum(found[1], widest[1])
    if binary:
        return lower, upper
    unseen = -np.expm1(np.log(1 - CONFIDENCE) / guessed_size)
    return np.minimum(lower, mean * (1 - unseen)), np.maximum(upper, mean + (1 - mean) * unseen)


def _quantiles(carriers: Floats, fewest: float, *, binary: bool) -> Floats:
    most = max(1, round(fewest) - 1)
    if binary:
        return np.full_like(carriers, student_quantile((1 + CONFIDENCE) / 2, most))
    table = np.array([student_quantile((1 + CONFIDENCE) / 2, degrees) for degrees in range(1, most + 1)])
    less = np.where(carriers > 0, 1 / np.where(carriers > 0, carriers, 1.0) - 1 / fewest, 0.0)
    known = less > _NEGLIGIBLE
    degrees = np.where(known, np.clip(2 / np.where(known, less, 1.0), most / 2, most), most)
    found: Floats = table[np.maximum(1, np.round(degrees)).astype(np.int64) - 1]
    return found


def _variance(
    masses: Counts, totals: Floats, squares: Floats, mean: Floats, guessed_size: float
) -> tuple[Floats, Floats]:
    n, spread = float(masses.sum()), mean * (1 - mean)
    fewest = n**2 / float((masses**2).sum())
    values = np.maximum(squares / n - mean * mean, 0.0) * n / (n - 1)
    values = np.maximum(np.maximum(values, spread * _NEGLIGIBLE), 1e-300)
    residuals = (totals - mean[:, None] * masses) ** 2
    all_squares, fourths = residuals.sum(axis=1), (residuals**2).sum(axis=1)
    independent = max(fewest, 1.5)
    carried = independent / (independent - 1) * all_squares / n**2
    known = fourths > _NEGLIGIBLE**2
    carriers = np.where(known, all_squares**2 / np.where(known, fourths, 1.0), 0.0)
    weight = 1 / (1 + (carriers / _TOO_FEW) ** 4)
    return (1 - weight) * carried + weight * np.maximum(values / guessed_size, carried), carriers


def difference_limits(masses: Counts, gains: Floats, losses: Floats) -> tuple[Floats, Floats]:
    """Limits of the mean difference of rows that turned good (`gains`) or bad (`losses`), draws × clusters."""
    same = masses - gains - losses
    up = _limits(masses, gains, gains.sum(axis=1), binary=True)
    down = _limits(masses, losses, losses.sum(axis=1), binary=True)
    centred = _limits(masses, gains + same / 2, (gains + same / 4).sum(axis=1), binary=False)
    n = masses.sum()
    gain, loss = gains.sum(axis=1) / n, losses.sum(axis=1) / n
    mean = gain - loss
    lower = np.minimum(2 * centred[0] - 1, mean - np.hypot(gain - up[0], down[1] - loss))
    upper = np.maximum(2 * centred[1] - 1, mean + np.hypot(up[1] - gain, loss - down[0]))
    return np.maximum(-1.0, lower), np.minimum(1.0, upper)


def _limits(masses: Counts, totals: Floats, squares: Floats, *, binary: bool) -> tuple[Floats, Floats]:
    return clustered_limits(masses, totals, squares, guess=_GUESSED_CORRELATION, binary=binary)


def _rate(mean: Floats, size: Floats, quantile: float | Floats) -> tuple[Floats, Floats]:
    square = quantile * quantile
    centre = (mean + square / (2 * size)) / (1 + square / size)
    half = quantile / (1 + square / size) * np.sqrt(np.maximum(0.0, mean * (1 - mean) / size + square / (4 * size**2)))
    lower = np.where(mean <= 0, 0.0, np.maximum(0.0, centre - half))
    upper = np.where(mean >= 1, 1.0, np.minimum(1.0, centre + half))
    return np.minimum(lower, _rare(mean * size, size)), np.maximum(upper, 1 - _rare((1 - mean) * size, size))


def _rare(count: Floats, size: Floats) -> Floats:
    rounded = np.round(count, 6)
    limits = np.where(rounded > 0, scipy.special.gammaincinv(np.maximum(rounded, 1e-6), 1 - CONFIDENCE) / size, 0.0)
    found: Floats = np.where(count >= _RARE, 1.0, limits)
    return found
