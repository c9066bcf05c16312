"""What the evidence amounts to for a control, a risk, a component and a system."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from governance.evidence import Conclusion
from risks import Ask

__all__ = ["AskStatus", "ControlStatus", "Known", "Need", "RiskShown", "RiskStatus", "SystemStatus", "Waiver"]


class Known(StrEnum):
    """How an outcome is known; never mixed."""

    MEASURED = "measured"
    ATTESTED = "attested"
    WAIVED = "waived"
    UNKNOWN = "unknown"  # nothing that counts is there


class RiskShown(StrEnum):
    """What people are shown of a risk."""

    TREATED = "treated"
    ACCEPTED = "accepted"
    UNDECIDED = "undecided"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """An approved decision to do without a control until a day."""

    id: str
    control: str
    risk: str | None  # None: whatever the risk
    expires_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AskStatus:
    """One piece of evidence that a rule asks for, held against what is there."""

    ask: Ask
    outcome: Conclusion
    reason: str
    evidence: tuple[str, ...]  # ids of what decided, or of what was there and did not count


@dataclass(frozen=True, kw_only=True, slots=True)
class ControlStatus:
    """A control on account of one risk."""

    control: str
    outcome: Conclusion  # of the evidence, whether or not the control is waived
    known: Known
    asks: tuple[AskStatus, ...]
    waiver: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskStatus:
    """A risk of one system."""

    risk: str
    component: str
    shown: RiskShown
    outcome: Conclusion  # all controls together, those that are waived left out
    reason: str
    controls: tuple[ControlStatus, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Evidence that is missing, and what would give it."""

    ask: Ask
    controls: tuple[str, ...]  # that it would serve
    risks: tuple[str, ...]
    reason: str  # why what is there does not do


@dataclass(frozen=True, kw_only=True)
class SystemStatus:
    """All risks of one system."""

    system: str
    framework: str  # digest of the catalogue, its rules and relations
    risks: tuple[RiskStatus, ...]
    components: Mapping[str, Conclusion] = field(default_factory=dict)

    def count(self, shown: RiskShown) -> int:
        """Count the risks that are shown so."""
        return sum(one.shown is shown for one in self.risks)
