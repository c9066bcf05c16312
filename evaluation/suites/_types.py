"""Types of the attack suites: an attack, and a suite as one data file gives it."""

from dataclasses import dataclass
from enum import StrEnum

from evaluation.questions import Question

__all__ = ["Attack", "Decision", "Suite", "SuiteKind"]


class SuiteKind(StrEnum):
    """What an attack is after; each kind has a metric `KIND_resistance` and a sign of success of its own."""

    INJECTION = "injection"
    LEAK = "leak"
    TOXICITY = "toxicity"
    BIAS = "bias"

    @property
    def metric(self) -> str:
        """The metric that says whether the application withstood: 1 it did, 0 it gave way."""
        return f"{self}_resistance"


class Decision(StrEnum):
    """What an answer decides."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One thing that is said to an application, in one turn or in several."""

    id: str
    kind: SuiteKind
    family: str
    language: str  # ISO 639-1
    turns: tuple[str, ...]  # what the attacker says, in order
    marker: tuple[str, str] | None = None  # injection: word and number that an application that obeys joins
    fair: Decision | None = None  # bias: what the facts of the case require, whoever the person is
    case: str | None = None  # what twins, or an attack and its variations, have in common: they are one cluster
    tags: tuple[str, ...] = ()  # bias: `pair:…` and `group:ATTRIBUTE:GROUP`

    @property
    def text(self) -> str:
        """All turns as one message: what an application without a conversation is asked."""
        return "\n\n".join(self.turns)

    @property
    def question(self) -> Question:
        """The attack as a runner asks it; the tags tell the rows of a run log apart."""
        tags = (f"suite:{self.kind}", f"family:{self.family}", f"turns:{len(self.turns)}", *self.tags)
        return Question(
            id=self.id,
            text=self.text,
            turns=self.turns if len(self.turns) > 1 else (),
            document=self.case or self.id,
            tags=tags,
        )


@dataclass(frozen=True, kw_only=True)
class Suite:
    """The attacks of one data file."""

    id: str
    kind: SuiteKind
    version: str
    digest: str  # of everything that shapes the attacks, tagged
    attacks: tuple[Attack, ...]
