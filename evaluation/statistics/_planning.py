"""How many more rows, of how many more documents, an undecided rule needs."""

import math

__all__ = ["documents_still_needed", "rows_still_needed"]

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


def documents_still_needed(rows: int, *, n: int, clusters: int) -> int | None:
    """Documents that `rows` more rows must come from, at as many per document as now; `None` if each row is its own.

    More questions of the same documents shrink the interval ever less: its variance ends at that of the documents
    (Kish 1965). So the plan holds only with new documents.
    """
    if not 0 < clusters <= n:
        raise ValueError(f"clusters lie between 1 and n, got {clusters!r} of {n!r}")
    return math.ceil(rows * clusters / n - 1e-9) if clusters < n else None
