"""Periods of the law in days."""

import re
from typing import Final

__all__ = ["days_of", "is_length"]

_LENGTH: Final = re.compile(r"P([1-9]\d{0,3})([DMY])")
_LONGEST: Final = {"D": (1, 1), "M": (184, 6), "Y": (3653, 10)}  # days in so many of the unit, at most


def is_length(value: object) -> bool:
    """Whether a value is an ISO 8601 duration of days, months or years."""
    return isinstance(value, str) and _LENGTH.fullmatch(value) is not None


def days_of(length: str) -> int:
    """Return the most days that a duration can mean, rounded up; raise `ValueError` for one that is none."""
    found = _LENGTH.fullmatch(length)
    if found is None:
        raise ValueError(f"not a duration like P6M: {length!r}")
    days, units = _LONGEST[found[2]]
    return -(-int(found[1]) * days // units)
