"""Who sees to which duty of a system, and until when its evidence is to be complete.

Rules of this place: an assignment is a version, the newest counts; one of a whole article, or of a paragraph, holds for
its points that have none of their own; the law's day is the duty's, this one is the team's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, func, select

from assay.kernel import InputError, JsonValue, MissingError, digest_json
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance._recording import register_system
from governance.access import Permission
from governance.evidence import check_person
from governance.ledger import Action, Actor, Subject
from governance.store import DutyAssignmentRow, table_of
from risks.act import Duties

__all__ = ["Assignment", "AssignmentDraft", "Assignments", "assigned"]

_ROWS = table_of(DutyAssignmentRow)
_LAST_POINT: Final = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True, kw_only=True)
class AssignmentDraft:
    """Whom a duty is to be given to."""

    system: str
    duty: str  # a provision, or an article or paragraph with all its points: "Article 27"
    owner: str  # pseudonym
    due: str  # ISO 8601 date


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """A duty that somebody sees to."""

    system: str
    duty: str
    seq: int
    owner: str
    due: str
    assigner: str
    recorded_at: str


@dataclass(frozen=True)
class Assignments:
    """Assignments of an open store."""

    _door: Door

    def assign(self, actor: Actor, draft: AssignmentDraft, source: Duties) -> Assignment:
        """Record who sees to a duty; raise `MissingError` for strangers, `InputError` for a day that cannot be."""
        named = {one.id for one in source.duties} | {one.article for one in source.duties}
        if draft.duty not in named and not any(one.startswith(f"{draft.duty}(") for one in named):
            raise MissingError(f"there is no duty {draft.duty[:80]!r}", hint="assay act duties")
        _check_due(draft.due, self._door.clock.now().date())
        with self._door.change(actor, Permission.REQUEST_EVIDENCE, draft.system) as change:
            check_person(change.connection, draft.owner, change.actor.id, at=change.at, what="the owner")
            register_system(change, draft.system)
            _record(change, draft)
            return next(one for one in _read(change.connection, draft.system) if one.duty == draft.duty)

    def assignments(self, system: str) -> tuple[Assignment, ...]:
        """Return the newest assignment of each duty of a system, the first that is due first."""
        with self._door.reading() as connection:
            return _read(connection, system)


def assigned(duty: str, assignments: Sequence[Assignment]) -> Assignment | None:
    """Return the assignment that holds for a duty: its own, else that of its paragraph, else of its article."""
    by_duty = {one.duty: one for one in assignments}
    while duty:
        if duty in by_duty:
            return by_duty[duty]
        shorter = _LAST_POINT.sub("", duty)
        if shorter == duty:
            return None
        duty = shorter
    return None


def _check_due(text: str, today: date) -> None:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--due is {text[:40]!r}, expected a date like 2027-10-31") from error
    if text != day.isoformat() or day < today:
        raise InputError(f"--due is {text[:40]}, expected a day from {today} on")


def _record(change: Change, draft: AssignmentDraft) -> None:
    cells: dict[str, Cell] = {
        "system": draft.system,
        "duty": draft.duty,
        "owner": draft.owner,
        "due": draft.due,
        "assigner": change.actor.id,
        "recorded_at": change.at,
    }
    earlier = select(func.count()).select_from(_ROWS)
    earlier = earlier.where(_ROWS.c.system == draft.system, _ROWS.c.duty == draft.duty)
    version = 1 + int(change.connection.execute(earlier).scalar_one())
    content: dict[str, JsonValue] = {name: cell for name, cell in cells.items() if isinstance(cell, str)}
    subject = Subject(
        type="duty_assignment", id=f"{draft.system}/{draft.duty}", version=version, digest=digest_json(content)
    )
    details: dict[str, JsonValue] = {"system": draft.system, "duty": draft.duty}
    change.record(Action.DUTY_ASSIGNED, subject, [StateRow(DutyAssignmentRow, cells)], details)


def _read(connection: Connection, system: str) -> tuple[Assignment, ...]:
    rows = connection.execute(select(_ROWS).where(_ROWS.c.system == system).order_by(_ROWS.c.seq)).mappings()
    newest = {row["duty"]: Assignment(**row) for row in rows}
    return tuple(sorted(newest.values(), key=lambda one: (one.due, one.duty)))
