"""A confidence sequence: an interval that may be looked at after every row, and the run stopped when one likes.

Method: hedged betting (Waudby-Smith & Ramdas 2023, JRSS B 86:1, arXiv 2010.09686, §4.4). For each candidate mean m one
gambler bets that values lie above m and one below; if m is the truth neither grows rich, and by Ville's inequality the
chance that one ever reaches 1/α is at most α. What remains are the means against which nobody grew rich. Stakes follow
the mean and variance of the values before (the paper's predictable plug-in), never the value that is bet on.

Rules of this place: values come in an order that does not depend on them, one per independent unit: where rows share a
document, the unit is the whole document and its value the mean of its rows.
"""

import math

import numpy as np
import numpy.typing as npt

from evaluation.statistics._intervals import CONFIDENCE, Interval

__all__ = ["ConfidenceSequence", "Stakes"]

_CELLS = 1_000  # candidate means; the ends are rounded outwards to them
_CAUTION = 0.5  # share of the wealth that may be lost on one value

Floats = npt.NDArray[np.float64]


class Stakes:
    """The predictable stake for the next value, of one sequence or of many side by side."""

    def __init__(self, sequences: int = 1) -> None:
        """Start before the first value."""
        self._seen = 0
        self._mean = np.full(sequences, 0.5)
        self._sum = np.full(sequences, 0.5)
        self._squares = np.full(sequences, 0.25)

    def next(self) -> Floats:
        """Return √(2 log(2/α) / (σ² t log(t + 1))) of what came before, one stake per sequence."""
        turn = self._seen + 1
        variance = self._squares / turn
        found: Floats = np.sqrt(2 * math.log(2 / (1 - CONFIDENCE)) / (variance * turn * math.log(turn + 1)))
        return found

    def take(self, values: Floats) -> None:
        """Learn the next value of each sequence."""
        self._seen += 1
        self._sum += values
        self._mean = self._sum / (self._seen + 1)
        self._squares += (values - self._mean) ** 2


class ConfidenceSequence:
    """Takes values one by one; at every moment the interval holds the mean, with 95 % for all moments together."""

    def __init__(self, low: float = 0.0, high: float = 1.0) -> None:
        """Name the range of the values: 0..1, or −1..1 for differences of pairs."""
        if not low < high:
            raise ValueError(f"a range needs low < high, got {low!r} and {high!r}")
        self._low, self._width = low, high - low
        self._stakes = Stakes()
        self._means: Floats = np.linspace(0, 1, _CELLS + 1)
        self._above: Floats = np.zeros(_CELLS + 1)  # logarithm of the wealth of who bets on more
        self._below: Floats = np.zeros(_CELLS + 1)
        self._alive = np.ones(_CELLS + 1, dtype=bool)
        self.n = 0

    def add(self, value: float) -> None:
        """Take the next value."""
        if not self._low <= value <= self._low + self._width:
            raise ValueError(f"a value must lie in {self._low}..{self._low + self._width}, got {value!r}")
        scaled = (value - self._low) / self._width
        stake = float(self._stakes.next()[0])
        up, down = gains(scaled, self._means, stake)
        self._above += up
        self._below += down
        self._alive &= np.maximum(self._above, self._below) < math.log(2 / (1 - CONFIDENCE))
        self._stakes.take(np.array([scaled]))
        self.n += 1

    def interval(self) -> Interval:
        """Return what remains; the whole range before the first value, and where every candidate was ruled out."""
        left = np.flatnonzero(self._alive)
        if not left.size:
            return Interval(self._low, self._low + self._width)
        first, last = max(0, int(left[0]) - 1), min(_CELLS, int(left[-1]) + 1)
        return Interval(self._low + self._width * first / _CELLS, self._low + self._width * last / _CELLS)


def gains(value: float | Floats, means: float | Floats, stake: float | Floats) -> tuple[Floats, Floats]:
    """Return the growth of the logarithms of both wealths on one value, for each candidate mean."""
    tiny = 1e-12
    on_more = np.minimum(stake, _CAUTION / np.maximum(means, tiny))
    on_less = np.minimum(stake, _CAUTION / np.maximum(1 - np.asarray(means), tiny))
    up: Floats = np.log1p(on_more * (value - means))
    down: Floats = np.log1p(-on_less * (value - means))
    return up, down
