"""The median and the 95th percentile with intervals that assume nothing about the distribution.

The ends are order statistics whose ranks hold the quantile with 95 % by the binomial distribution (David & Nagaraja
2003, Order Statistics, §7.1), ranks by its normal approximation. Where the sample is too small for a rank, the end is
the smallest or largest value, and the interval then holds the quantile less often than it says.
"""

import math
from collections.abc import Sequence

from evaluation.calibration._types import Quantiles
from evaluation.statistics import Measured

__all__ = ["quantiles"]

_Z = 1.959964


def quantiles(values: Sequence[float]) -> Quantiles | None:
    """Return both quantiles of at least one value; `None` without any."""
    if not values:
        return None
    ordered = sorted(values)
    return Quantiles(median=_quantile(ordered, 0.5), p95=_quantile(ordered, 0.95))


def _quantile(ordered: Sequence[float], share: float) -> Measured:
    n = len(ordered)
    spread = _Z * math.sqrt(n * share * (1 - share))
    low = max(0, math.floor(n * share - spread) - 1)
    high = min(n - 1, math.ceil(n * share + spread))
    return Measured(ordered[min(n - 1, int(n * share))], ordered[low], ordered[high])
