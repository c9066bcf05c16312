"""`assay targets check`: ask one question and say what was seen, so that a person can mend the configuration."""

from dataclasses import dataclass
from typing import Protocol

from evaluation.answers import Answer, AnswerOutcome
from evaluation.questions import Question
from evaluation.targets._protocol import TargetSpec
from evaluation.targets._sighting import Sighting, clean

__all__ = ["LookableTarget", "TargetReport", "check_target"]

_NO_CONTEXTS = "no contexts in the reply: faithfulness will be not_applicable"


class LookableTarget(Protocol):
    """A target that can say what it saw."""

    @property
    def spec(self) -> TargetSpec:
        """What is recorded of it."""

    async def look(self, question: Question, *, repeat: int) -> Sighting:
        """Ask once and say what was seen."""


@dataclass(frozen=True, kw_only=True)
class TargetReport:
    """What one question showed."""

    target: str
    kind: str
    answered: bool
    answer: Answer
    saw: tuple[str, ...]  # facts, one a line
    next_step: str  # "" when nothing is to be done


async def check_target(target: LookableTarget, question: str) -> TargetReport:
    """Ask `question` once; never raises for what the application does."""
    sighting = await target.look(Question(id="check", text=question), repeat=0)
    answer = sighting.answer
    answered = answer.outcome is AnswerOutcome.ANSWERED
    saw = [*sighting.notes]
    if not answered:
        saw.append(answer.reason)
    elif not answer.text.strip():
        saw.append("the answer is empty: every metric will be not_applicable")
    else:
        saw.append(f"an answer of {len(answer.text)} characters: {clean(answer.text, 160)!r}")
    if answered:
        saw.append(_NO_CONTEXTS if answer.contexts is None else f"{len(answer.contexts)} contexts")
    saw.append(f"{answer.latency_ms} ms")
    return TargetReport(
        target=target.spec.name,
        kind=target.spec.kind,
        answered=answered,
        answer=answer,
        saw=tuple(saw),
        next_step=sighting.next_step,
    )
