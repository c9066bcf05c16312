"""One question, one token: the probability that a model gives to yes.

Rules of this place: a small model's word is worth little, since it says yes too often; its probability ranks. It is
read at the first token, between yes and no alone; a model that gives no token probabilities cannot be read this way.
"""

import math
from collections.abc import Sequence
from typing import Final

from evaluation.judges._asking import Asking, JudgingError
from evaluation.judges._replies import read_yes_or_no
from evaluation.llm import ChatRequest, Message, TokenAlternative
from evaluation.verdicts import Outcome

__all__ = ["probability_of_yes", "yes_likelihood"]

_ALTERNATIVES: Final = 20
_TINY: Final = 1e-6


async def probability_of_yes(asking: Asking, system: str, user: str, *, repeat: int) -> float:
    """Ask, repair once, and return P(yes), 0..1; raise `JudgingError` for what cannot be read."""
    request = ChatRequest(
        messages=(Message(role="system", content=system), Message(role="user", content=user)),
        max_tokens=1,
        top_logprobs=_ALTERNATIVES,
        repeat=repeat,
    )
    _, asked = await asking.ask(request, read_yes_or_no)
    likelihood = yes_likelihood(asked.reply.alternatives)
    if likelihood is None:
        raise JudgingError(Outcome.ERROR, "the model gave no token probabilities, which this judge reads")
    return likelihood


def yes_likelihood(alternatives: Sequence[TokenAlternative]) -> float | None:
    """Return P(yes) / (P(yes) + P(no)) at the first token, or None where neither has a probability."""
    weights = {"yes": 0.0, "no": 0.0}
    for alternative in alternatives:
        word = alternative.token.strip().lower()
        if alternative.position == 0 and word in weights:
            weights[word] += math.exp(alternative.logprob)
    total = sum(weights.values())
    return (weights["yes"] + _TINY) / (total + 2 * _TINY) if total > 0 else None
