"""What a target is: a callable version of the system under test. It never raises for what the application does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from assay.kernel import JsonValue
from evaluation.answers import Answer
from evaluation.questions import Question

__all__ = ["Target", "TargetSpec"]


@dataclass(frozen=True, kw_only=True)
class TargetSpec:
    """What is recorded of a target: no secret, no free text of the application."""

    name: str  # its name in assay.yaml
    kind: str  # http | openai | command
    version: str  # digest of its recorded options, or the version that the user declared
    options: Mapping[str, JsonValue] = field(default_factory=dict)


class Target(Protocol):
    """Asks the application under test."""

    @property
    def spec(self) -> TargetSpec:
        """What is recorded of it."""

    async def ask(self, question: Question, *, repeat: int) -> Answer:
        """Ask once; a crash, a hang or an unreadable reply is an `Answer` with its outcome and reason."""

    async def close(self) -> None:
        """Let go of processes and connections."""
