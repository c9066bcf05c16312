"""A question of several turns, asked one after the other; the answer is the last one.

Rules of this place: what was said before goes along with every turn; a turn that gets no answer ends the conversation,
and that failure is the answer; a target that cannot hold a conversation asks all turns as one text instead.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from assay.kernel import JsonValue
from evaluation.answers import AnswerOutcome
from evaluation.questions import Question
from evaluation.targets._sighting import Sighting

__all__ = ["Said", "Utterance", "as_json", "converse"]


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """One thing that was said."""

    role: Literal["user", "assistant"]
    text: str


Said: TypeAlias = tuple[Utterance, ...]


async def converse(question: Question, say: Callable[[str, Said], Awaitable[Sighting]]) -> Sighting:
    """Say each turn with what was said before; return the last sighting, with the time of all."""
    said: Said = ()
    waited = 0
    turns = question.turns or (question.text,)
    for number, turn in enumerate(turns, start=1):
        seen = await say(turn, said)
        waited += seen.answer.latency_ms
        if seen.answer.outcome is not AnswerOutcome.ANSWERED:
            where = f"turn {number} of {len(turns)}: " if len(turns) > 1 else ""
            return replace(seen, answer=replace(seen.answer, latency_ms=waited, reason=where + seen.answer.reason))
        said = (*said, Utterance(role="user", text=turn), Utterance(role="assistant", text=seen.answer.text))
    return replace(seen, answer=replace(seen.answer, latency_ms=waited))


def as_json(said: Said) -> list[JsonValue]:
    """Return what was said as messages: `[{"role": "user", "content": …}, …]`."""
    return [{"role": one.role, "content": one.text} for one in said]
