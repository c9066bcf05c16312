"""From a judge's score to a probability, learnt from labels: isotonic where labels are many, Platt where they are few.

Rules of this place: a fit is a value that can be recorded and applied again; it never leaves 0..1, and a higher score
never gets a lower probability.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Isotonic", "Platt", "fit_isotonic", "fit_platt"]

_STEPS = 100
_PRECISION = 1e-10


@dataclass(frozen=True, kw_only=True)
class Isotonic:
    """A rising step line: straight between the scores, level outside them."""

    scores: tuple[float, ...]
    probabilities: tuple[float, ...]

    def __call__(self, score: float) -> float:
        """Return the probability at a score."""
        place = bisect_right(self.scores, score)
        if place == 0 or place == len(self.scores):
            return self.probabilities[0 if place == 0 else -1]
        low, high = self.scores[place - 1], self.scores[place]
        share = (score - low) / (high - low)
        return self.probabilities[place - 1] * (1 - share) + self.probabilities[place] * share


@dataclass(frozen=True, kw_only=True)
class Platt:
    """A logistic line: 1 / (1 + exp(−(slope · score + offset)))."""

    slope: float
    offset: float

    def __call__(self, score: float) -> float:
        """Return the probability at a score."""
        return _logistic(self.slope * score + self.offset)


def fit_isotonic(scores: Sequence[float], labels: Sequence[bool], weights: Sequence[float] | None = None) -> Isotonic:
    """Fit by pooling adjacent violators (Ayer et al. 1955, Annals of Mathematical Statistics 26:641)."""
    _check(scores, labels)
    masses: dict[float, tuple[float, float]] = {}
    for score, label, weight in zip(scores, labels, weights or [1.0] * len(scores), strict=True):
        mass, total = masses.get(score, (0.0, 0.0))
        masses[score] = (mass + weight, total + weight * label)
    blocks: list[tuple[float, float, list[float]]] = []
    for score in sorted(masses):
        mass, total = masses[score]
        members = [score]
        while blocks and blocks[-1][1] * mass >= total * blocks[-1][0]:
            before = blocks.pop()
            mass, total, members = mass + before[0], total + before[1], before[2] + members
        blocks.append((mass, total, members))
    points = [(score, total / mass) for mass, total, members in blocks for score in {members[0], members[-1]}]
    points.sort()
    return Isotonic(scores=tuple(s for s, _ in points), probabilities=tuple(p for _, p in points))


def fit_platt(scores: Sequence[float], labels: Sequence[bool]) -> Platt:
    """Fit by Newton's method to Platt's softened labels (Platt 1999; Lin, Lin & Weng 2007, Machine Learning 68:267).

    The slope is at least 0: where the score runs against the labels, every score gets the same probability.
    """
    _check(scores, labels)
    good = sum(labels)
    high, low = (good + 1) / (good + 2), 1 / (len(labels) - good + 2)
    targets = [high if label else low for label in labels]
    slope, offset = 0.0, math.log((good + 1) / (len(labels) - good + 1))
    for _ in range(_STEPS):
        step = _newton_step(scores, targets, slope, offset)
        size, before = 1.0, _loss(scores, targets, slope, offset)
        while size > _PRECISION and _loss(scores, targets, slope + size * step[0], offset + size * step[1]) > before:
            size /= 2
        slope, offset = slope + size * step[0], offset + size * step[1]
        if max(abs(part) for part in step) < _PRECISION:
            break
    if slope < 0:
        mean = math.fsum(targets) / len(targets)
        return Platt(slope=0.0, offset=math.log(mean / (1 - mean)))
    return Platt(slope=slope, offset=offset)


def _newton_step(scores: Sequence[float], targets: Sequence[float], slope: float, offset: float) -> tuple[float, float]:
    ridge = 1e-12
    by_slope = by_offset = cross = 0.0
    squares = curve = ridge
    for score, target in zip(scores, targets, strict=True):
        odds = _logistic(slope * score + offset)
        by_slope += (target - odds) * score
        by_offset += target - odds
        steep = odds * (1 - odds)
        squares += steep * score * score
        cross += steep * score
        curve += steep
    area = squares * curve - cross * cross
    if area <= 0:
        return 0.0, by_offset / curve
    return (curve * by_slope - cross * by_offset) / area, (squares * by_offset - cross * by_slope) / area


def _loss(scores: Sequence[float], targets: Sequence[float], slope: float, offset: float) -> float:
    total = 0.0
    for score, target in zip(scores, targets, strict=True):
        x = slope * score + offset
        total += max(x, 0.0) - x * target + math.log1p(math.exp(-abs(x)))
    return total


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _check(scores: Sequence[float], labels: Sequence[bool]) -> None:
    if not scores or len(scores) != len(labels):
        raise ValueError(f"a fit needs one label per score, got {len(scores)} scores and {len(labels)} labels")
