"""Time as a value that is passed in. All recorded times are UTC, RFC 3339, with six decimals and a `Z`."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from assay.kernel.errors import InputError

__all__ = ["Clock", "FixedClock", "SystemClock", "format_time", "parse_time"]


class Clock(Protocol):
    """Where code gets its time from."""

    def now(self) -> datetime:
        """Return the current time, with time zone UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the current time, with time zone UTC."""
        return datetime.now(UTC)


@dataclass(kw_only=True)
class FixedClock:
    """A clock for tests: it stands still, or moves by `step` at each reading."""

    at: datetime = field(default_factory=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    step: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Return the time of this reading, then move on by `step`."""
        reading = self.at
        self.at += self.step
        return reading


def format_time(moment: datetime) -> str:
    """Write `2026-01-01T00:00:00.000000Z`; raise `InputError` for a time without zone."""
    if moment.tzinfo is None:
        raise InputError(f"a recorded time needs a time zone, got {moment!r}")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_time(text: str) -> datetime:
    """Read an RFC 3339 time; raise `InputError` for anything else, a time without zone included."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"not an RFC 3339 time: {text!r}", hint="for example 2027-06-30T00:00:00Z") from error
    if moment.tzinfo is None:
        raise InputError(f"a time needs a zone, got {text!r}; expected for example 2026-01-01T00:00:00Z")
    return moment.astimezone(UTC)
