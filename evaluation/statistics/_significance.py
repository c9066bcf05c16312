"""Tests of a difference between two runs on the same rows; p-values are two-sided.

Rules of this place: a p-value says whether a difference could be chance, never whether it matters: the gate decides by
intervals. Whole documents are exchanged, not rows, where rows share one.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import product

from evaluation.statistics._distributions import binomial_cdf

__all__ = ["mcnemar", "mcnemar_mid_p", "sign_flip"]

_EXACT = 12  # clusters up to which all sign patterns are tried
_DRAWS = 9_999
_SEED = 20_261_121
_ROUNDING = 1e-9


def mcnemar(wins: int, losses: int) -> float:
    """Exact p-value for binary verdicts, from the rows that changed (McNemar 1947, Psychometrika 12:153)."""
    _check(wins, losses)
    if not wins + losses:
        return 1.0
    return min(1.0, 2 * binomial_cdf(min(wins, losses), wins + losses, 0.5))


def mcnemar_mid_p(wins: int, losses: int) -> float:
    """McNemar's test with half of the observed table's weight, nearer its level (Fagerland, Lydersen & Laake 2013)."""
    _check(wins, losses)
    changed, fewer = wins + losses, min(wins, losses)
    return min(1.0, binomial_cdf(fewer, changed, 0.5) + binomial_cdf(fewer - 1, changed, 0.5))


def sign_flip(
    differences: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    *,
    draws: int = _DRAWS,
    seed: int = _SEED,
) -> float | None:
    """p-value of the mean difference when the sign of whole clusters is exchanged (Fisher 1935, Design of Experiments).

    All patterns up to 12 clusters that differ at all; else `draws` random ones, the observed one counted along
    (Phipson & Smyth 2010, SAGMB 9:39), so that it is never 0. `None` without differences.
    """
    if not differences:
        return None
    sums: defaultdict[Hashable, float] = defaultdict(float)
    names: Sequence[Hashable] = range(len(differences)) if clusters is None else clusters
    for difference, name in zip(differences, names, strict=True):
        sums[name] += difference
    moved = [value for value in sums.values() if abs(value) > _ROUNDING]
    if len(moved) <= _EXACT:
        return _every_pattern(moved)
    return _random_patterns(moved, draws, seed)


def _every_pattern(moved: Sequence[float]) -> float:
    observed = abs(math.fsum(moved)) - _ROUNDING
    patterns = product((1, -1), repeat=len(moved))
    hits = sum(abs(math.fsum(s * v for s, v in zip(signs, moved, strict=True))) >= observed for signs in patterns)
    return float(hits / 2 ** len(moved))


def _random_patterns(moved: Sequence[float], draws: int, seed: int) -> float:
    import numpy as np  # noqa: PLC0415  lazy: only a comparison with many documents needs it

    values = np.asarray(moved)
    observed, hits, left = abs(math.fsum(moved)) - _ROUNDING, 0, draws
    generator = np.random.default_rng(seed)
    while left:
        some = min(left, max(1, 2_000_000 // len(moved)))
        signs = 2.0 * generator.integers(0, 2, (some, len(moved)), dtype=np.int8) - 1.0
        hits += int((abs(signs @ values) >= observed).sum())
        left -= some
    return (1 + hits) / (1 + draws)


def _check(wins: int, losses: int) -> None:
    if min(wins, losses) < 0:
        raise ValueError(f"counts must not be negative, got {wins!r} and {losses!r}")
