"""What the failures could hide: the mean if all of them were bad, and if all of them were good."""

from evaluation.statistics._intervals import Interval

__all__ = ["bounds"]

_ROUNDING = 1e-9


def bounds(total: float, scored: int, failed: int) -> Interval | None:
    """Worst and best mean of `scored` values with sum `total` when `failed` further values in 0..1 are unknown.

    Manski 1989 (Journal of Human Resources 24:343): no assumption about why they failed. `None` without any row.
    """
    asked = scored + failed
    if min(scored, failed) < 0 or not -_ROUNDING <= total <= scored + _ROUNDING:
        raise ValueError(f"bounds need 0 ≤ total ≤ scored and failed ≥ 0, got {total!r}, {scored!r}, {failed!r}")
    if asked == 0:
        return None
    return Interval(max(0.0, total / asked), min(1.0, (total + failed) / asked))
