"""Incidents in the record.

Rules of this place: a program may propose one from an alert; only people declare, withdraw, report and close, and the
right to do so is never a token's; what happened, and who was told, is payload; each step asks for the state in its own
transaction, so that of two who act at once one is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from assay.kernel import InputError, JsonValue, MissingError, content_id, format_time
from governance._change import Change, StateRow
from governance._door import Door
from governance._readers import read_entry
from governance.access import Permission
from governance.incidents._deadline import check_report_time, declared, withdrawn
from governance.incidents._rows import cells_of, find_incident, of_alert, read_incidents, read_serious, read_versions
from governance.incidents._states import IncidentEvent, IncidentState, next_state
from governance.incidents._types import Declaration, Incident, IncidentVersion
from governance.ledger import Action, Actor, Subject, entry_bodies
from governance.store import AlertRow, IncidentRow, table_of

__all__ = ["Incidents"]

_ALERTS = table_of(AlertRow)
_ACTIONS: Final = {
    IncidentEvent.PROPOSE: Action.INCIDENT_PROPOSED,
    IncidentEvent.OPEN: Action.INCIDENT_OPENED,
    IncidentEvent.DECLARE: Action.INCIDENT_DECLARED,
    IncidentEvent.WITHDRAW: Action.INCIDENT_WITHDRAWN,
    IncidentEvent.REPORT: Action.INCIDENT_REPORTED,
    IncidentEvent.CLOSE: Action.INCIDENT_CLOSED,
}
_PROPOSED_BECAUSE: Final = "proposed from an alert"


@dataclass(frozen=True)
class Incidents:
    """Incidents of an open store."""

    _door: Door

    def propose(self, actor: Actor, alert: str) -> Incident:
        """Propose an incident from an alert; the same alert again proposes nothing new."""
        system = self._system_of_alert(alert)
        with self._door.change(actor, Permission.RAISE_ALERT, system) as change:
            known = of_alert(change.connection, alert)
            return known or _begin(change, IncidentEvent.PROPOSE, system, alert, _PROPOSED_BECAUSE)

    def begin(self, actor: Actor, system: str, *, comment: str, alert: str | None = None) -> Incident:
        """Open an incident, from an alert or without; raise `InputError` where one comes from that alert already."""
        _need(comment)
        if alert is not None and self._system_of_alert(alert) != system:
            raise InputError(f"the alert {alert} is about another system than {system!r}", hint="assay monitor alerts")
        with self._door.change(actor, Permission.OPEN_INCIDENT, system) as change:
            known = None if alert is None else of_alert(change.connection, alert)
            if known is not None:
                raise InputError(f"{known.id} comes from this alert already", hint=f"assay incidents show {known.id}")
            return _begin(change, IncidentEvent.OPEN, system, alert, comment)

    def take_up(self, actor: Actor, incident: str, *, comment: str) -> Incident:
        """Open an incident that was proposed."""
        _need(comment)
        return self._turn(actor, Permission.OPEN_INCIDENT, incident, IncidentEvent.OPEN, _with(comment))

    def declare(self, actor: Actor, incident: str, draft: Declaration) -> Incident:
        """Declare an incident serious: from then on a report is due; raise `InputError` for what makes no sense."""
        _need(draft.comment)
        return self._turn(
            actor,
            Permission.DECLARE_INCIDENT,
            incident,
            IncidentEvent.DECLARE,
            lambda known, at: declared(known, draft, at),
        )

    def withdraw(self, actor: Actor, incident: str, *, comment: str) -> Incident:
        """Say that a declaration was wrong, and why."""
        _need(comment)

        def made(known: Incident, _at: str) -> Incident:
            return withdrawn(known, comment)

        return self._turn(actor, Permission.DECLARE_INCIDENT, incident, IncidentEvent.WITHDRAW, made)

    def report(self, actor: Actor, incident: str, *, reported_at: datetime | None = None, comment: str) -> Incident:
        """Record that the authority was told; again where an incomplete report was completed (Article 73(5))."""
        _need(comment)

        def reported(known: Incident, at: str) -> Incident:
            told = at if reported_at is None else format_time(reported_at)
            check_report_time(known, told, at)
            return replace(known, reported_at=known.reported_at or told, comment=comment)

        return self._turn(actor, Permission.DECLARE_INCIDENT, incident, IncidentEvent.REPORT, reported)

    def close(self, actor: Actor, incident: str, *, comment: str) -> Incident:
        """Say that it is over; raise `InputError` for a serious one that was not reported."""
        _need(comment)
        return self._turn(actor, Permission.DECLARE_INCIDENT, incident, IncidentEvent.CLOSE, _with(comment))

    def open(self, system: str) -> tuple[Incident, ...]:
        """Return the serious incidents of a system that are not over: they block a release."""
        with self._door.reading() as connection:
            return tuple(sorted(read_serious(connection, system), key=_urgency))

    def incident(self, incident: str) -> Incident:
        """Return an incident; raise `MissingError`."""
        with self._door.reading() as connection:
            return find_incident(connection, incident)[0]

    def incidents(self, *, system: str | None = None, with_closed: bool = False) -> tuple[Incident, ...]:
        """Return incidents: those overdue first, then by what is due next, then the others, newest first."""
        with self._door.reading() as connection:
            found = read_incidents(connection, system=system)
        kept = [one for one in reversed(found) if with_closed or one.state is not IncidentState.CLOSED]
        return tuple(sorted(kept, key=_urgency))

    def history(self, incident: str) -> tuple[IncidentVersion, ...]:
        """Return every step of an incident, oldest first; raise `MissingError`."""
        with self._door.reading() as connection:
            versions = read_versions(connection, incident)
            return tuple(_step(connection, one) for one in versions)

    def _system_of_alert(self, alert: str) -> str:
        with self._door.reading() as connection:
            system = connection.execute(select(_ALERTS.c.system).where(_ALERTS.c.alert == alert)).scalar()
        if system is None:
            raise MissingError(f"there is no alert {alert[:80]!r}", hint="assay monitor alerts list --all")
        return str(system)

    def _turn(
        self,
        actor: Actor,
        permission: Permission,
        incident: str,
        event: IncidentEvent,
        made: Callable[[Incident, str], Incident],
    ) -> Incident:
        system = self.incident(incident).system
        with self._door.change(actor, permission, system) as change:
            known, count = find_incident(change.connection, incident)
            state = next_state(known.state, event)
            return _record(change, event, replace(made(known, change.at), state=state), version=count + 1)


def _need(comment: str) -> None:
    if not comment.strip():
        raise InputError("an incident is told in words", hint='--comment "what happened, or what was found"')


def _with(comment: str) -> Callable[[Incident, str], Incident]:
    return lambda known, _at: replace(known, comment=comment)


def _urgency(one: Incident) -> tuple[bool, str]:
    return (one.state is not IncidentState.DECLARED, one.due_at or "" if one.state is IncidentState.DECLARED else "")


def _begin(change: Change, event: IncidentEvent, system: str, alert: str | None, comment: str) -> Incident:
    made = Incident(
        id=content_id("incident", system, str(change.next_seq)),
        seq=change.next_seq,
        system=system,
        state=next_state(None, event),
        alert=alert,
        grounds=(),
        aware_at=None,
        zone=None,
        duty=None,
        due_at=None,
        reported_at=None,
        opened_at=change.at,
        recorded_at=change.at,
        comment=comment,
    )
    return _record(change, event, made, version=1)


def _record(change: Change, event: IncidentEvent, incident: Incident, *, version: int) -> Incident:
    made = replace(incident, seq=change.next_seq, recorded_at=change.at)
    subject = Subject(type="incident", id=made.id, version=version, digest=None)
    details: dict[str, JsonValue] = {
        "system": made.system,
        "state": made.state.value,
        "due_at": made.due_at,
        "alert": made.alert,
    }
    payload: dict[str, JsonValue] = {"comment": made.comment}
    change.record(_ACTIONS[event], subject, [StateRow(IncidentRow, cells_of(made))], details, payload=payload)
    return made


def _step(connection: Connection, incident: Incident) -> IncidentVersion:
    (entry,) = (read_entry(*one) for one in entry_bodies(connection, first=incident.seq, end=incident.seq + 1))
    return IncidentVersion(incident=incident, actor=entry.actor.id, action=entry.action)
