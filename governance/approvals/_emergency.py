"""Breaking glass: a separate act, with a reason, for hours, that somebody else has to review.

Rules of this place: whoever breaks glass says which rights, on which system and why before they use them; each entry
that follows carries the role `break_glass`; the review is due within three days, by somebody else who approves there.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from assay.kernel import (
    ForbiddenError,
    InputError,
    JsonValue,
    MissingError,
    canonical_bytes,
    content_id,
    format_time,
    parse_strict,
    parse_time,
)
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance._payloads import payload_text
from governance.access import ANY_SYSTEM, BREAKABLE, Permission
from governance.ledger import Action, Actor, Subject
from governance.store import BreakGlassRow, table_of

__all__ = ["Emergencies", "Emergency"]

MOST_HOURS: Final = 24
REVIEW_WITHIN: Final = timedelta(days=3)
_GLASS = table_of(BreakGlassRow)


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """The newest version of an emergency."""

    id: str
    seq: int
    person: str
    system: str | None  # None: the whole store
    permissions: tuple[Permission, ...]
    begins_at: str
    ends_at: str
    review_due: str
    reviewed_by: str | None
    reviewed_at: str | None
    comment: str | None  # the reason, or that of the review; None where it was erased

    def is_overdue(self, now: str) -> bool:
        """Whether nobody reviewed it in time."""
        return self.reviewed_at is None and now >= self.review_due


@dataclass(frozen=True)
class Emergencies:
    """Broken glass of an open store."""

    _door: Door

    def break_glass(
        self, actor: Actor, permissions: Collection[Permission], system: str | None, *, reason: str, hours: int = 4
    ) -> Emergency:
        """Take rights for hours; raise `InputError` without a reason or for rights that nobody can take."""
        wrong = sorted(set(permissions) - BREAKABLE)
        if not reason.strip() or not permissions or wrong or not 1 <= hours <= MOST_HOURS:
            raise InputError(
                f"an emergency needs a reason, 1 to {MOST_HOURS} hours, and rights that can be taken"
                + (f", which these cannot: {', '.join(wrong)}" if wrong else ""),
                hint='--permission decision:record --hours 4 --reason "what burns"',
            )
        with self._door.change(actor, Permission.BREAK_GLASS, system) as change:
            now = parse_time(change.at)
            made = Emergency(
                id=content_id("glass", str(change.next_seq), change.at),
                seq=change.next_seq,
                person=change.actor.id,
                system=system,
                permissions=tuple(sorted(permissions)),
                begins_at=change.at,
                ends_at=format_time(now + timedelta(hours=hours)),
                review_due=format_time(now + REVIEW_WITHIN),
                reviewed_by=None,
                reviewed_at=None,
                comment=reason,
            )
            _record(change, Action.GLASS_BROKEN, made, version=1)
        return made

    def review(self, actor: Actor, emergency: str, *, comment: str) -> None:
        """Say what became of it; raise `ForbiddenError` for the person themselves, `InputError` without a comment."""
        if not comment.strip():
            raise InputError("a review needs a comment", hint='--comment "what was done"')
        system = _found(self.emergencies(), emergency).system
        with self._door.change(actor, Permission.REVIEW_GLASS, system) as change:
            found = _found(_emergencies(change.connection), emergency)
            if found.reviewed_at is not None:  # asked in here: two may review at once
                raise InputError("a review happens once", hint="assay approvals glass")
            if change.actor.id == found.person and change.actor.role != "owner":
                raise ForbiddenError("nobody reviews their own emergency", hint="somebody else has to")
            reviewed = replace(
                found, seq=change.next_seq, reviewed_by=change.actor.id, reviewed_at=change.at, comment=comment
            )
            _record(change, Action.GLASS_REVIEWED, reviewed, version=2)

    def emergencies(self) -> tuple[Emergency, ...]:
        """Return the newest version of each, newest first."""
        with self._door.reading() as connection:
            return _emergencies(connection)


def _found(among: tuple[Emergency, ...], emergency: str) -> Emergency:
    found = next((one for one in among if one.id == emergency), None)
    if found is None:
        raise MissingError(f"there is no emergency {emergency[:80]!r}", hint="assay approvals glass")
    return found


def _emergencies(connection: Connection) -> tuple[Emergency, ...]:
    rows = connection.execute(select(_GLASS).order_by(_GLASS.c.seq)).mappings().all()
    newest = {row["break_glass"]: row for row in rows}
    return tuple(_emergency_of(connection, row) for row in reversed(newest.values()))


def _record(change: Change, action: Action, one: Emergency, *, version: int) -> None:
    cells: dict[str, Cell] = {
        "break_glass": one.id,
        "person": one.person,
        "system": one.system or ANY_SYSTEM,
        "permissions": canonical_bytes([each.value for each in one.permissions]).decode("ascii"),
        "begins_at": one.begins_at,
        "ends_at": one.ends_at,
        "review_due": one.review_due,
        "reviewed_by": one.reviewed_by,
        "reviewed_at": one.reviewed_at,
    }
    subject = Subject(type="break_glass", id=one.id, version=version, digest=None)
    details: dict[str, JsonValue] = {"system": one.system, "permissions": [each.value for each in one.permissions]}
    change.record(action, subject, [StateRow(BreakGlassRow, cells)], details, payload={"comment": one.comment})


def _emergency_of(connection: Connection, row: RowMapping) -> Emergency:
    permissions = parse_strict(row["permissions"].encode("ascii"))
    return Emergency(
        id=row["break_glass"],
        seq=row["seq"],
        person=row["person"],
        system=None if row["system"] == ANY_SYSTEM else row["system"],
        permissions=tuple(Permission(str(each)) for each in permissions) if isinstance(permissions, list) else (),
        begins_at=row["begins_at"],
        ends_at=row["ends_at"],
        review_due=row["review_due"],
        reviewed_by=row["reviewed_by"],
        reviewed_at=row["reviewed_at"],
        comment=payload_text(connection, row["seq"], "comment"),
    )
