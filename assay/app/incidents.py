"""Incidents for the command line and the pages.

Rules of this place: a time that was typed without a zone is one of the place that was named; what is due is shown as of
the moment of looking.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.kernel import InputError, SystemClock, format_time

if TYPE_CHECKING:
    from governance.incidents import Incident, Incidents, IncidentVersion
    from governance.ledger import Actor
    from risks.act import IncidentGround

__all__ = [
    "ListedIncident",
    "close_incident",
    "declare_incident",
    "incident_history",
    "list_grounds",
    "list_incidents",
    "open_incident",
    "propose_incident",
    "report_incident",
    "take_up_incident",
    "withdraw_incident",
]


@dataclass(frozen=True, kw_only=True)
class ListedIncident:
    """An incident, and whether its report is overdue now."""

    incident: "Incident"
    is_overdue: bool


def list_incidents(
    workspace: Workspace, *, system: str | None = None, with_closed: bool = False
) -> tuple[ListedIncident, ...]:
    """Return incidents, those overdue first."""
    now = format_time(SystemClock().now())
    with closing(open_record(workspace)) as record:
        found = record.incidents.incidents(system=system, with_closed=with_closed)
    return tuple(ListedIncident(incident=one, is_overdue=one.is_overdue(now)) for one in found)


def incident_history(workspace: Workspace, incident: str) -> "tuple[IncidentVersion, ...]":
    """Return every step of an incident, oldest first."""
    with closing(open_record(workspace)) as record:
        return record.incidents.history(incident)


def list_grounds() -> "tuple[IncidentGround, ...]":
    """Return what makes an incident serious."""
    from risks.act import incident_grounds  # noqa: PLC0415  lazy: YAML is read by few commands

    return incident_grounds().grounds


def open_incident(workspace: Workspace, *, system: str | None, alert: str | None, comment: str) -> "Incident":
    """Open an incident of a system, from an alert or without."""
    named = system or workspace.settings.default_system

    def opened(incidents: "Incidents", actor: "Actor") -> "Incident":
        return incidents.begin(actor, named, comment=comment, alert=alert)

    return _done(workspace, opened)


def propose_incident(workspace: Workspace, alert: str) -> "Incident":
    """Propose an incident from an alert."""
    return _done(workspace, lambda incidents, actor: incidents.propose(actor, alert))


def take_up_incident(workspace: Workspace, incident: str, *, comment: str) -> "Incident":
    """Open an incident that was proposed."""
    return _done(workspace, lambda incidents, actor: incidents.take_up(actor, incident, comment=comment))


def declare_incident(
    workspace: Workspace, incident: str, *, grounds: tuple[str, ...], aware: str, zone: str, comment: str
) -> "Incident":
    """Declare an incident serious."""
    from governance.incidents import Declaration  # noqa: PLC0415  lazy: the record costs most of a second

    draft = Declaration(grounds=grounds, aware_at=_moment(aware, zone), zone=zone, comment=comment)
    return _done(workspace, lambda incidents, actor: incidents.declare(actor, incident, draft))


def withdraw_incident(workspace: Workspace, incident: str, *, comment: str) -> "Incident":
    """Say that a declaration was wrong."""
    return _done(workspace, lambda incidents, actor: incidents.withdraw(actor, incident, comment=comment))


def report_incident(workspace: Workspace, incident: str, *, at: str | None, zone: str, comment: str) -> "Incident":
    """Record that the authority was told."""
    told = None if at is None else _moment(at, zone)
    return _done(
        workspace, lambda incidents, actor: incidents.report(actor, incident, reported_at=told, comment=comment)
    )


def close_incident(workspace: Workspace, incident: str, *, comment: str) -> "Incident":
    """Say that it is over."""
    return _done(workspace, lambda incidents, actor: incidents.close(actor, incident, comment=comment))


def _done(workspace: Workspace, act: "Callable[[Incidents, Actor], Incident]") -> "Incident":
    with closing(open_record(workspace)) as record:
        return act(record.incidents, current_actor(record))


def _moment(text: str, zone: str) -> datetime:
    from governance.incidents import zone_of  # noqa: PLC0415  lazy, as above

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text[:80]!r} is no time", hint="2026-11-20T14:30, or with its zone +01:00") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone_of(zone))
