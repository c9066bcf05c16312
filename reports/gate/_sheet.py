"""What every document of a gate is written from: the decision, and what stands around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evaluation.runs import Spend
from governance.gate import Decision, Place

__all__ = ["Artifact", "GateSheet"]


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """Something with a digest that a decision is about, or that it was made with."""

    name: str
    digest: str  # algorithm:hexadecimal digits
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class GateSheet:
    """A decision and what stands around it; empty is unknown."""

    decision: Decision
    version: str = ""  # of the program that decided
    policy_file: str = ""  # as the repository names it, with slashes
    places: Mapping[str, Place] = field(default_factory=dict)  # in the policy file, by rule id or dotted key
    spend: Spend | None = None  # of the run
    subjects: tuple[Artifact, ...] = ()  # what was tested
    configuration: tuple[Artifact, ...] = ()  # what it was tested with
    recorded: str | None = None  # id of the recorded decision
    entry: int | None = None  # of the ledger

    @property
    def is_blocked(self) -> bool:
        """Whether the release may not ship: anything but a pass blocks."""
        return self.decision.outcome.exit_code != 0
