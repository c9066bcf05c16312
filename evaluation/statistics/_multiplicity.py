"""Several questions asked of one run: p-values adjusted so that many looks are no more likely to find chance."""

from collections.abc import Sequence

__all__ = ["benjamini_hochberg", "holm"]


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values, in their order; those ≤ α keep the chance of any false finding ≤ α (Holm 1979, SJS 6:65).

    Step down from the smallest: p times how many are left, never below the one before.
    """
    adjusted, highest, left = [0.0] * len(p_values), 0.0, len(p_values)
    for index in _by_size(p_values):
        highest = max(highest, min(1.0, p_values[index] * left))
        adjusted[index] = highest
        left -= 1
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values; those ≤ q hold the expected share of false findings ≤ q (Benjamini & Hochberg 1995, JRSS B)."""
    adjusted, lowest, count = [0.0] * len(p_values), 1.0, len(p_values)
    for rank, index in zip(range(count, 0, -1), reversed(_by_size(p_values)), strict=True):
        lowest = min(lowest, p_values[index] * count / rank)
        adjusted[index] = lowest
    return adjusted


def _by_size(p_values: Sequence[float]) -> list[int]:
    if any(not 0 <= p <= 1 for p in p_values):
        raise ValueError(f"p-values must lie in 0..1, got {p_values!r}")
    return sorted(range(len(p_values)), key=p_values.__getitem__)
