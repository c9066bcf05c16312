"""How many questions a gate needs before the run, so that it can decide.

Rules of this place: "power" is the chance that the gate passes when the truth is as expected; at the bound itself it
passes with 2.5 % at most, for it reads the lower end of a 95 % interval. Questions of one document count for less: n is
divided by the design effect 1 + (k − 1)ρ (Kish 1965). Numbers are rounded up to whole documents.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from evaluation.statistics._distributions import normal_quantile, student_quantile
from evaluation.statistics._intervals import CONFIDENCE

__all__ = ["Plan", "Shape", "plan_non_inferiority", "plan_threshold"]

_MOST = 10_000_000
_RESERVE = 1.05  # for what the formulas leave out, so that the simulated gate keeps the power that was asked for
_FEWEST_DOCUMENTS = 3


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How the questions come and what stands between them and the number."""

    per_document: int = 1  # questions of one document
    correlation: float = 0.0  # of values (for a comparison: of differences) within a document, 0..1
    repeats: int = 1  # draws per question
    repeat_sd: float = 0.0  # standard deviation of one question's draws around its mean
    youden: float = 1.0  # J of the judge: it shrinks every difference by this, 0..1
    rules: int = 1  # rules that must all pass for the gate to pass
    power: float = 0.8

    def __post_init__(self) -> None:
        """Refuse a shape that no run has."""
        if min(self.per_document, self.repeats, self.rules) < 1:
            raise ValueError("questions per document, repeats and rules are at least 1")
        if not (0 <= self.correlation <= 1 and 0 < self.youden <= 1 and 0 < self.power < 1 and self.repeat_sd >= 0):
            raise ValueError(f"correlation 0..1, Youden's J above 0 up to 1, power between 0 and 1, got {self!r}")

    @property
    def design_effect(self) -> float:
        """How many clustered questions stand for one independent question."""
        return 1 + (self.per_document - 1) * self.correlation


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to ask."""

    questions: int
    documents: int
    design_effect: float
    power: float  # of one rule: with several, each needs more than the gate


def plan_threshold(*, expected: float, bound: float, shape: Shape | None = None) -> Plan | None:
    """Questions so that a true share of `expected` reaches `bound` surely; `None` where expected ≤ bound or beyond 10⁷.

    The score test's sample size (Fleiss, Levin & Paik 2003, Statistical Methods for Rates and Proportions, §2.4), for
    Wilson's interval is its inversion: √n = (z_α √(b(1 − b)) + z_β √(e(1 − e))) / (e − b), both seen through J.
    """
    shape = shape or Shape()
    if not (0 <= expected <= 1 and 0 < bound < 1):
        raise ValueError(f"a threshold plan needs rates in 0..1, got {expected!r} and {bound!r}")
    less = shape.repeat_sd**2 * (1 - 1 / shape.repeats)

    def reaches(size: float, z_pass: float, z_power: float) -> bool:
        at_bound, at_expected = (max(0.0, rate * (1 - rate) - less) for rate in (bound, expected))
        noise = z_pass * math.sqrt(at_bound / size) + z_power * math.sqrt(at_expected / size) + 1 / (2 * size)
        return shape.youden * (expected - bound) >= noise

    return _smallest(reaches, shape) if expected > bound else None


def plan_non_inferiority(
    *, margin: float, sd: float, difference: float = 0.0, shape: Shape | None = None
) -> Plan | None:
    """Questions so that a candidate truly `difference` apart is surely not worse by more than `margin`; `None`: no n.

    `sd` is of the difference of one question's two expected values; for binary verdicts about the square root of the
    share that changes. Miller 2024 (arXiv 2411.00640) §5: n = (z_α + z_β)² (ω² + σ²/K + σ²/K) / δ², divided by J²; plus
    the bow of Wilson's interval, z²/2n, which decides where hardly a row changes.
    """
    shape = shape or Shape()
    if not 0 < margin <= 1 or sd < 0:
        raise ValueError(f"a plan needs a margin in 0..1 and sd ≥ 0, got {margin!r} and {sd!r}")
    variance = sd * sd + 2 * shape.repeat_sd**2 / shape.repeats

    def reaches(size: float, z_pass: float, z_power: float) -> bool:
        bow = z_pass * z_pass / (2 * size)
        noise = math.sqrt(z_pass**2 * variance / size + 4 * bow * bow) + z_power * math.sqrt(variance / size)
        return shape.youden * (difference + margin) >= noise

    return _smallest(reaches, shape) if difference + margin > 0 else None


def _smallest(reaches: Callable[[float, float, float], bool], shape: Shape) -> Plan | None:
    """Find the fewest documents by doubling and halving."""
    power = 1 - (1 - shape.power) / shape.rules
    z_power = normal_quantile(power)

    def enough(documents: int) -> bool:
        size = documents * shape.per_document / shape.design_effect / _RESERVE
        return reaches(size, student_quantile((1 + CONFIDENCE) / 2, min(documents - 1, 1_000)), z_power)

    high = _FEWEST_DOCUMENTS
    while not enough(high):
        high *= 2
        if high > _MOST:
            return None
    low = high // 2
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if middle >= _FEWEST_DOCUMENTS and enough(middle) else (middle, high)
    return Plan(questions=high * shape.per_document, documents=high, design_effect=shape.design_effect, power=power)
