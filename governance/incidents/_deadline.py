"""What a declaration says, checked, with the deadline that follows.

Rules of this place: nobody is aware of what is to come; until a report is made, a declaration that is made again
may bring the deadline forward and never puts it off: the time of awareness is not moved to gain days.
"""

from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assay.kernel import InputError, format_time
from governance.incidents._states import IncidentState
from governance.incidents._types import Declaration, Incident
from risks.act import IncidentGround, deadline_of, incident_grounds

__all__ = ["check_report_time", "declared", "withdrawn", "zone_of"]


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone; raise `InputError` for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(f"{name[:80]!r} is no time zone", hint="as IANA names it: Europe/Berlin, UTC") from error


def declared(incident: Incident, draft: Declaration, at: str) -> Incident:
    """Return the incident as declared; raise `InputError` for what makes no sense."""
    grounds = _grounds(draft.grounds)
    aware = format_time(draft.aware_at)
    if aware > at:
        raise InputError(f"somebody became aware at {aware}, and it is {at} now", hint="a time that has been")
    deadline = deadline_of(grounds, draft.aware_at, zone_of(draft.zone))
    made = replace(
        incident,
        grounds=tuple(one.id for one in grounds),
        aware_at=aware,
        zone=draft.zone,
        duty=deadline.duty,
        due_at=format_time(deadline.due),
        reported_at=None,
        comment=draft.comment,
    )
    return _not_put_off(incident, made)


def _not_put_off(before: Incident, made: Incident) -> Incident:
    if before.state is not IncidentState.DECLARED or (made.due_at or "") <= (before.due_at or ""):
        return made
    return replace(made, aware_at=before.aware_at, zone=before.zone, duty=before.duty, due_at=before.due_at)


def withdrawn(incident: Incident, comment: str) -> Incident:
    """Return the incident as if nobody had declared it."""
    return replace(
        incident, grounds=(), aware_at=None, zone=None, duty=None, due_at=None, reported_at=None, comment=comment
    )


def check_report_time(incident: Incident, reported_at: str, now: str) -> None:
    """Raise `InputError` for a report from before anybody was aware, or to come."""
    if not (incident.aware_at or "") <= reported_at <= now:
        raise InputError(
            f"the report was made at {reported_at}, expected a time from {incident.aware_at} to {now}",
            hint="when the authority was told",
        )


def _grounds(names: tuple[str, ...]) -> tuple[IncidentGround, ...]:
    known = {one.id: one for one in incident_grounds().grounds}
    wrong = sorted(set(names) - set(known))
    if wrong or not names:
        raise InputError(
            f"an incident is serious on grounds: {', '.join(wrong) or 'none'} is not one", hint=", ".join(known)
        )
    return tuple(known[name] for name in sorted(set(names)))
