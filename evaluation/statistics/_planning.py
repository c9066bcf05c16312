"""How many more rows an undecided rule needs."""

import math

__all__ = ["rows_still_needed"]

_MOST = 1_000_000


def rows_still_needed(*, mean: float, lower: float, bound: float, n: int) -> int | None:
    """Rows to add to `n` until the lower end would reach `bound`, if mean and variance stay as they were seen.

    The half-width of an interval shrinks with 1/√n (the usual sample-size formula, e.g. Miller 2024, arXiv 2411.00640,
    §5, solved for n with the observed variance); questions per document are taken to stay as they are. The rule is the
    same for a threshold and for non-inferiority, where `mean` is the difference and `bound` is −margin. `None` where
    no number would do: the mean itself does not exceed the bound, or more than a million rows would be needed.
    """
    if n <= 0 or lower > mean:
        raise ValueError(f"planning needs n > 0 and lower ≤ mean, got {n!r}, {lower!r}, {mean!r}")
    if lower >= bound:
        return 0
    if mean <= bound:
        return None
    needed = math.ceil(n * ((mean - lower) / (mean - bound)) ** 2 - 1e-9)
    return max(1, needed - n) if needed - n <= _MOST else None
