"""The moment at which evidence is looked at: a time, and how much of the ledger was there.

Rules of this place: statements are built once and take the system and the ledger's size as parameters (`SYSTEM`,
`known`): building them costs more than running them.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Connection, FromClause, bindparam, select

from assay.kernel import Clock, InputError, format_time, parse_strict, parse_time
from governance.access import has_team
from governance.evidence._types import CLOCKS_APART
from governance.store import LedgerEntry, table_of

__all__ = ["SYSTEM", "Moment", "known", "moment_of"]

_ENTRIES = table_of(LedgerEntry)
_ALL: Final = 1 << 62  # more than a ledger will ever hold
SYSTEM: Final[BindParameter[str]] = bindparam("system")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When."""

    at: str  # kernel.format_time
    latest: str  # newest time at which evidence can have been issued
    size: int  # of the ledger
    is_team: bool  # whether somebody else than a single user has to accept

    def parameters(self, system: str | None = None) -> dict[str, Any]:
        """Return what statements take; the system where they are about one."""
        return {"size": self.size, **({} if system is None else {"system": system})}

    def is_to_come(self, time: str) -> bool:
        """Whether a time lies ahead by more than clocks differ: nothing can have been measured then."""
        return time > self.latest

    def is_past(self, time: str | None) -> bool:
        """Whether an end has come."""
        return time is not None and time <= self.at


def known(table: FromClause) -> ColumnElement[bool]:
    """Return the condition that a row was there."""
    return table.c.seq < bindparam("size")


def moment_of(connection: Connection, clock: Clock, as_of: int | None) -> Moment:
    """Return now, or the time of the last entry of a ledger of that size; raise `InputError` where there is none."""
    now = clock.now()
    if as_of is not None:
        body = connection.execute(select(_ENTRIES.c.body).where(_ENTRIES.c.seq == as_of - 1)).scalar()
        entry = None if body is None else parse_strict(bytes(body))
        if not isinstance(entry, dict):
            raise InputError(f"the ledger never had the size {as_of}", hint="assay ledger checkpoint")
        now = parse_time(str(entry["ts"]))
    return Moment(
        at=format_time(now),
        latest=format_time(now + CLOCKS_APART),
        size=_ALL if as_of is None else as_of,
        is_team=has_team(connection),
    )
