"""One question of one word to a language model: how likely its yes is, or why nobody knows."""

from dataclasses import dataclass
from typing import Final

from evaluation.judges._asking import Asking, JudgingError
from evaluation.judges._replies import read_yes_or_no
from evaluation.judges._yes_no import yes_likelihood
from evaluation.llm import ChatModel, ChatRequest, Message
from evaluation.verdicts import Outcome

__all__ = ["Said", "said_yes"]

_ALTERNATIVES: Final = 20
_REASONS: Final = {
    Outcome.UNPARSABLE: "the model answered neither yes nor no",
    Outcome.REFUSED: "the model's endpoint refused",
    Outcome.TIMED_OUT: "the model did not answer in time",
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """A model's word, or its absence; the reason holds nothing of what the model or its endpoint said."""

    likelihood: float | None = None  # P(yes), 0..1; 0 or 1 where the model gives no probabilities of tokens
    outcome: Outcome = Outcome.SCORED
    reason: str = ""
    unreached: bool = False  # no reply at all


async def said_yes(model: ChatModel, *, system: str, user: str) -> Said:
    """Ask for yes or no, repair once; anything else is a failure."""
    request = ChatRequest(
        messages=(Message(role="system", content=system), Message(role="user", content=user)),
        max_tokens=1,
        top_logprobs=_ALTERNATIVES,
    )
    try:
        said, asked = await Asking(model).ask(request, read_yes_or_no)
    except JudgingError as error:
        reason = _REASONS.get(error.outcome, "the model could not be asked")
        return Said(outcome=error.outcome, reason=reason, unreached=error.unreached)
    likelihood = yes_likelihood(asked.reply.alternatives)
    return Said(likelihood=float(said) if likelihood is None else likelihood)
