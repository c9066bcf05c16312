"""What an incident is."""

from dataclasses import dataclass
from datetime import datetime

from governance.incidents._states import IncidentState

__all__ = ["Declaration", "Incident", "IncidentVersion"]

_SERIOUS = frozenset({IncidentState.DECLARED, IncidentState.REPORTED})


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What a person says who declares an incident serious."""

    grounds: tuple[str, ...]  # `risks.act.IncidentGround.id`
    aware_at: datetime  # with its zone: when the provider became aware
    zone: str  # of the place, as IANA names it: whose calendar days are counted
    comment: str


@dataclass(frozen=True, kw_only=True)
class Incident:
    """The newest version of an incident."""

    id: str
    seq: int
    system: str
    state: IncidentState
    alert: str | None  # that it comes from
    grounds: tuple[str, ...]  # empty: not serious, as far as is known
    aware_at: str | None
    zone: str | None
    duty: str | None  # the provision that sets the deadline
    due_at: str | None  # the report has to be made before
    reported_at: str | None  # the first report of what is declared now
    opened_at: str
    recorded_at: str
    comment: str | None  # of this version; None where it was erased

    @property
    def is_serious(self) -> bool:
        """Whether it is declared and not over: it blocks a release."""
        return self.state in _SERIOUS

    def is_overdue(self, now: str) -> bool:
        """Whether a report is due and was not made in time."""
        return self.state is IncidentState.DECLARED and self.due_at is not None and now >= self.due_at

    @property
    def is_late(self) -> bool:
        """Whether the first report came after the deadline."""
        return self.due_at is not None and self.reported_at is not None and self.reported_at >= self.due_at


@dataclass(frozen=True, kw_only=True)
class IncidentVersion:
    """One step of an incident's history."""

    incident: Incident
    actor: str  # pseudonym
    action: str
