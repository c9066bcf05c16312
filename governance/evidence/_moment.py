"""The moment at which evidence is looked at: a time, and how much of the ledger was there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, FromClause, Select, select

from assay.kernel import Clock, InputError, format_time, parse_strict, parse_time
from governance.store import LedgerEntry, table_of

__all__ = ["Moment", "moment_of"]

_ENTRIES = table_of(LedgerEntry)
_CLOCKS_APART: Final = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When."""

    at: str  # kernel.format_time
    latest: str  # newest time at which evidence can have been issued
    size: int | None  # of the ledger; None: all of it

    def known(self, wanted: Select[Any], table: FromClause) -> Select[Any]:
        """Return the statement narrowed to rows that were there."""
        return wanted if self.size is None else wanted.where(table.c.seq < self.size)

    def is_to_come(self, time: str) -> bool:
        """Whether a time lies ahead by more than clocks differ: nothing can have been measured then."""
        return time > self.latest

    def is_past(self, time: str | None) -> bool:
        """Whether an end has come."""
        return time is not None and time <= self.at


def moment_of(connection: Connection, clock: Clock, as_of: int | None) -> Moment:
    """Return now, or the time of the last entry of a ledger of that size; raise `InputError` where there is none."""
    now = clock.now()
    if as_of is not None:
        body = connection.execute(select(_ENTRIES.c.body).where(_ENTRIES.c.seq == as_of - 1)).scalar()
        entry = None if body is None else parse_strict(bytes(body))
        if not isinstance(entry, dict):
            raise InputError(f"the ledger never had the size {as_of}", hint="assay ledger checkpoint")
        now = parse_time(str(entry["ts"]))
    return Moment(at=format_time(now), latest=format_time(now + _CLOCKS_APART), size=as_of)
