"""A corrective action before and after it is recorded."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["ActionDraft", "ActionState", "CorrectiveAction"]


class ActionState(StrEnum):
    """Whether it is done."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class ActionDraft:
    """Something that is to be mended."""

    system: str
    what: str  # goes to the payload
    owner: str  # pseudonym
    due: str  # ISO 8601 date
    risk: str | None = None
    control: str | None = None


@dataclass(frozen=True, kw_only=True)
class CorrectiveAction:
    """An action as it stands."""

    id: str
    seq: int  # of its newest version
    system: str
    risk: str | None
    control: str | None
    state: ActionState
    owner: str
    due: str
    raised_by: str
    evidence: str | None  # that closed it
    recorded_at: str
    what: str | None  # None: erased

    def is_overdue(self, day: str) -> bool:
        """Whether it should have been closed before a day (ISO 8601 date)."""
        return self.state is ActionState.OPEN and self.due < day
