"""Incidents from their rows, and back."""

from sqlalchemy import Connection, RowMapping, select

from assay.kernel import MissingError, canonical_bytes, parse_strict
from governance._estimate_rows import Cell
from governance._payloads import payload_text
from governance.incidents._states import IncidentState
from governance.incidents._types import Incident
from governance.store import IncidentRow, table_of

__all__ = ["cells_of", "find_incident", "of_alert", "read_incidents", "read_serious", "read_versions"]

_INCIDENTS = table_of(IncidentRow)


def read_incidents(connection: Connection, *, system: str | None = None) -> tuple[Incident, ...]:
    """Return the newest version of each incident, oldest first."""
    wanted = select(_INCIDENTS).order_by(_INCIDENTS.c.seq)
    if system is not None:
        wanted = wanted.where(_INCIDENTS.c.system == system)
    newest = {row["incident"]: row for row in connection.execute(wanted).mappings().all()}
    return tuple(_incident_of(connection, row) for row in newest.values())


def read_serious(connection: Connection, system: str) -> tuple[Incident, ...]:
    """Return the incidents of a system that are declared serious and not over."""
    return tuple(one for one in read_incidents(connection, system=system) if one.is_serious)


def read_versions(connection: Connection, incident: str) -> tuple[Incident, ...]:
    """Return every version of an incident, oldest first; raise `MissingError`."""
    wanted = select(_INCIDENTS).where(_INCIDENTS.c.incident == incident).order_by(_INCIDENTS.c.seq)
    found = tuple(_incident_of(connection, row) for row in connection.execute(wanted).mappings().all())
    if not found:
        raise MissingError(f"there is no incident {incident[:80]!r}", hint="assay incidents list --all")
    return found


def find_incident(connection: Connection, incident: str) -> tuple[Incident, int]:
    """Return the newest version of an incident, and how many there are; raise `MissingError`."""
    versions = read_versions(connection, incident)
    return versions[-1], len(versions)


def of_alert(connection: Connection, alert: str) -> Incident | None:
    """Return the incident that comes from an alert, if there is one."""
    wanted = select(_INCIDENTS).where(_INCIDENTS.c.alert == alert).order_by(_INCIDENTS.c.seq.desc()).limit(1)
    row = connection.execute(wanted).mappings().first()
    return None if row is None else _incident_of(connection, row)


def cells_of(incident: Incident) -> dict[str, Cell]:
    """Return the cells of a version."""
    return {
        "incident": incident.id,
        "system": incident.system,
        "state": incident.state.value,
        "alert": incident.alert,
        "grounds": canonical_bytes(list(incident.grounds)).decode("ascii") if incident.grounds else None,
        "aware_at": incident.aware_at,
        "zone": incident.zone,
        "duty": incident.duty,
        "due_at": incident.due_at,
        "reported_at": incident.reported_at,
        "opened_at": incident.opened_at,
        "recorded_at": incident.recorded_at,
    }


def _incident_of(connection: Connection, row: RowMapping) -> Incident:
    grounds = parse_strict((row["grounds"] or "[]").encode("ascii"))
    return Incident(
        id=row["incident"],
        seq=row["seq"],
        system=row["system"],
        state=IncidentState(row["state"]),
        alert=row["alert"],
        grounds=tuple(map(str, grounds)) if isinstance(grounds, list) else (),
        aware_at=row["aware_at"],
        zone=row["zone"],
        duty=row["duty"],
        due_at=row["due_at"],
        reported_at=row["reported_at"],
        opened_at=row["opened_at"],
        recorded_at=row["recorded_at"],
        comment=payload_text(connection, row["seq"], "comment"),
    )
