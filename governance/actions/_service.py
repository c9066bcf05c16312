"""Raising and closing corrective actions.

Rules of this place: anybody who works on a system, or audits it, may raise one; closing takes evidence that the record
holds about the same system, and somebody else than its owner where there is a team; what was closed stays closed, a
relapse is a new action.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, RowMapping, func, select

from assay.kernel import ForbiddenError, InputError, JsonValue, MissingError, content_id, digest_text, format_time
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance._payloads import payload_text
from governance.access import Permission, Role
from governance.actions._types import ActionDraft, ActionState, CorrectiveAction
from governance.evidence import Evidence, Fact, FactStanding
from governance.ledger import Action, Actor, Subject
from governance.store import CorrectiveActionRow, table_of
from risks import Framework

__all__ = ["CorrectiveActions"]

_ACTIONS = table_of(CorrectiveActionRow)


@dataclass(frozen=True)
class CorrectiveActions:
    """Corrective actions of an open store."""

    _door: Door

    def raise_(self, actor: Actor, draft: ActionDraft, framework: Framework) -> CorrectiveAction:
        """Record what is to be mended; raise `MissingError` for strangers, `InputError` without words or a day."""
        if draft.risk is not None:
            framework.risk(draft.risk)
        if draft.control is not None:
            framework.control(draft.control)
        if not draft.what.strip():
            raise InputError("an action needs words", hint='assay actions open "what is to be mended" --due 2027-01-31')
        _check_due(draft.due, self._door.clock.now().date())
        with self._door.change(actor, Permission.RAISE_ACTION, draft.system) as change:
            identity = content_id("action", draft.system, digest_text(draft.what), str(change.next_seq))
            made = CorrectiveAction(
                id=identity,
                seq=change.next_seq,
                system=draft.system,
                risk=draft.risk,
                control=draft.control,
                state=ActionState.OPEN,
                owner=draft.owner,
                due=draft.due,
                raised_by=change.actor.id,
                evidence=None,
                recorded_at=change.at,
                what=draft.what,
            )
            _record(change, made, Action.ACTION_RAISED, {"what": draft.what})
        return made

    def close(self, actor: Actor, identity: str, *, evidence: str, comment: str = "") -> CorrectiveAction:
        """Record what showed that it is mended; raise `MissingError`, `InputError`, `ForbiddenError` for its owner."""
        found = self.action(identity)
        _refuse_evidence(Evidence(self._door).facts(found.system), evidence, found.system)
        with self._door.change(actor, Permission.CLOSE_ACTION, found.system) as change:
            found = _newest(change.connection, identity)
            if found.state is ActionState.CLOSED:
                raise InputError(f"{identity} was closed on {found.recorded_at[:10]}", hint="assay actions open …")
            if change.actor.id == found.owner and change.actor.role != Role.OWNER.value:
                raise ForbiddenError("its owner does not close an action", hint="somebody else looks at the evidence")
            closed = replace(
                found, seq=change.next_seq, state=ActionState.CLOSED, evidence=evidence, recorded_at=change.at
            )
            _record(change, closed, Action.ACTION_CLOSED, {"comment": comment} if comment else None)
        return closed

    def action(self, identity: str) -> CorrectiveAction:
        """Return an action; raise `MissingError`."""
        with self._door.reading() as connection:
            return _newest(connection, identity)

    def actions(self, *, system: str | None = None) -> tuple[CorrectiveAction, ...]:
        """Return the actions of one system or of all: open ones by their due day first, then closed ones."""
        newest = select(_ACTIONS.c.action, func.max(_ACTIONS.c.seq).label("seq")).group_by(_ACTIONS.c.action).subquery()
        wanted = select(_ACTIONS).join(
            newest, (_ACTIONS.c.action == newest.c.action) & (_ACTIONS.c.seq == newest.c.seq)
        )
        if system is not None:
            wanted = wanted.where(_ACTIONS.c.system == system)
        with self._door.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
            found = [_action_of(connection, row) for row in rows]
        return tuple(sorted(found, key=lambda one: (one.state is ActionState.CLOSED, one.due, one.seq)))

    def overdue(self, system: str | None = None) -> tuple[CorrectiveAction, ...]:
        """Return the open actions of one system or of all that should have been closed before today (UTC)."""
        today = format_time(self._door.clock.now())[:10]
        return tuple(one for one in self.actions(system=system) if one.is_overdue(today))


def _check_due(text: str, today: date) -> None:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--due is {text[:40]!r}, expected a date like 2027-01-31") from error
    if text != day.isoformat() or day < today:
        raise InputError(f"--due is {text[:40]}, expected a day from {today} on")


def _refuse_evidence(found: Sequence[Fact], evidence: str, system: str) -> None:
    """Refuse what the record does not hold about the system, and what nobody accepted."""
    standings = {one.standing for one in found if one.evidence == evidence}
    if not standings:
        raise MissingError(f"there is no evidence {evidence!r} of the system {system!r}", hint="assay evidence list")
    if not standings <= {FactStanding.RECORDED, FactStanding.ACCEPTED}:
        raise InputError(
            f"{evidence} is {min(standings)}: it shows nothing yet", hint=f"assay evidence show {evidence}"
        )


def _record(change: Change, made: CorrectiveAction, action: Action, payload: dict[str, JsonValue] | None) -> None:
    cells: dict[str, Cell] = {
        "action": made.id,
        "system": made.system,
        "risk": made.risk,
        "control": made.control,
        "state": made.state.value,
        "owner": made.owner,
        "due": made.due,
        "raised_by": made.raised_by,
        "evidence": made.evidence,
        "recorded_at": made.recorded_at,
    }
    subject = Subject(type="action", id=made.id, version=1 + (made.state is ActionState.CLOSED), digest=None)
    details: dict[str, JsonValue] = {"system": made.system, "risk": made.risk, "control": made.control}
    change.record(action, subject, [StateRow(CorrectiveActionRow, cells)], details, payload=payload)


def _newest(connection: Connection, identity: str) -> CorrectiveAction:
    wanted = select(_ACTIONS).where(_ACTIONS.c.action == identity).order_by(_ACTIONS.c.seq.desc()).limit(1)
    row = connection.execute(wanted).mappings().first()
    if row is None:
        raise MissingError(f"there is no action {identity!r}", hint="assay actions list")
    return _action_of(connection, row)


def _action_of(connection: Connection, row: RowMapping) -> CorrectiveAction:
    first = select(func.min(_ACTIONS.c.seq)).where(_ACTIONS.c.action == row["action"])
    raised = int(connection.execute(first).scalar_one())
    names = ("seq", "system", "risk", "control", "owner", "due", "raised_by", "evidence", "recorded_at")
    return CorrectiveAction(
        id=row["action"],
        state=ActionState(row["state"]),
        what=payload_text(connection, raised, "what"),
        **{name: row[name] for name in names},
    )
