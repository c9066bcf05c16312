"""When a report says that it was made.

Rules of this place: all times are UTC; a time without zone is read as UTC, and that is said; what cannot be read is
unknown, and never now.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

__all__ = ["WITHOUT_ZONE", "oldest", "read_time"]

WITHOUT_ZONE: Final = "the report's times have no zone and are read as UTC"
_FRACTION = re.compile(r"(\.\d{6})\d+")  # some tools write nanoseconds


def read_time(text: str | None) -> tuple[datetime | None, bool]:
    """Return the time, None where there is none that can be read, and whether its zone was missing."""
    if text is None:
        return None, False
    try:
        found = datetime.fromisoformat(_FRACTION.sub(r"\1", text.strip()[:64]))
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC), found.tzinfo is None
    except (ValueError, OverflowError):
        return None, False


def oldest(texts: Iterable[str | None]) -> tuple[datetime | None, tuple[str, ...]]:
    """Return the oldest of the times, for a report is as old as its oldest part, and what to note."""
    read = [(moment, bare) for moment, bare in map(read_time, texts) if moment is not None]
    if not read:
        return None, ()
    return min(moment for moment, _ in read), (WITHOUT_ZONE,) if any(bare for _, bare in read) else ()
