"""Incidents: what went wrong, whether it is serious, and until when that is reported (Article 73 of the EU AI Act)."""

from governance.incidents._deadline import zone_of
from governance.incidents._rows import read_serious
from governance.incidents._service import Incidents
from governance.incidents._states import IncidentEvent, IncidentState, next_state
from governance.incidents._types import Declaration, Incident, IncidentVersion

__all__ = [
    "Declaration",
    "Incident",
    "IncidentEvent",
    "IncidentState",
    "IncidentVersion",
    "Incidents",
    "next_state",
    "read_serious",
    "zone_of",
]
