"""Days of the calendar inside identifiers."""

import calendar

__all__ = ["is_day"]

_MONTHS = 12


def is_day(year: int, month: int, day: int) -> bool:
    """Return whether the Gregorian calendar has the day (years from 1 on)."""
    return year >= 1 and 1 <= month <= _MONTHS and 1 <= day <= calendar.monthrange(year, month)[1]
