"""The states of an incident.

Rules of this place: every turn that is not in the table raises. A program proposes; people open, declare, report and
close. Once declared, an incident is closed only after a report, or after the declaration was withdrawn with a reason;
a report that was incomplete is completed by another one (Article 73(5)); what turns out worse is declared again.
"""

from enum import StrEnum
from typing import Final

from assay.kernel import InputError

__all__ = ["IncidentEvent", "IncidentState", "next_state"]


class IncidentState(StrEnum):
    """How far an incident has come."""

    PROPOSED = "proposed"  # by a program: no person has looked at it
    OPEN = "open"
    DECLARED = "declared"  # serious: a report is due
    REPORTED = "reported"
    CLOSED = "closed"


class IncidentEvent(StrEnum):
    """What happens to an incident."""

    PROPOSE = "propose"
    OPEN = "open"
    DECLARE = "declare"
    WITHDRAW = "withdraw"
    REPORT = "report"
    CLOSE = "close"


_TURNS: Final = {
    (None, IncidentEvent.PROPOSE): IncidentState.PROPOSED,
    (None, IncidentEvent.OPEN): IncidentState.OPEN,
    (IncidentState.PROPOSED, IncidentEvent.OPEN): IncidentState.OPEN,
    (IncidentState.PROPOSED, IncidentEvent.CLOSE): IncidentState.CLOSED,
    (IncidentState.OPEN, IncidentEvent.DECLARE): IncidentState.DECLARED,
    (IncidentState.OPEN, IncidentEvent.CLOSE): IncidentState.CLOSED,
    (IncidentState.DECLARED, IncidentEvent.DECLARE): IncidentState.DECLARED,
    (IncidentState.DECLARED, IncidentEvent.WITHDRAW): IncidentState.OPEN,
    (IncidentState.DECLARED, IncidentEvent.REPORT): IncidentState.REPORTED,
    (IncidentState.REPORTED, IncidentEvent.DECLARE): IncidentState.DECLARED,
    (IncidentState.REPORTED, IncidentEvent.REPORT): IncidentState.REPORTED,
    (IncidentState.REPORTED, IncidentEvent.CLOSE): IncidentState.CLOSED,
}


def next_state(state: IncidentState | None, event: IncidentEvent) -> IncidentState:
    """Return where an event leads from a state (None: there is no incident yet); raise `InputError`."""
    found = _TURNS.get((state, event))
    if found is None:
        able = sorted(one.value for before, one in _TURNS if before is state)
        raise InputError(
            f"an incident that is {'not there' if state is None else state.value} cannot be turned by {event.value!r}",
            hint=f"what can be done: {', '.join(able) or 'nothing, it is over'}",
        )
    return found
