"""P(supported) from the alternatives of the verdict's token.

Rules of this place: the chosen tokens are followed through the reply's text, so that a word inside the quote is never
taken for the verdict; where the alternatives do not tell, there is no probability rather than a guess.
"""

import math
from collections import defaultdict
from collections.abc import Sequence

from evaluation.llm import TokenAlternative
from evaluation.verdicts import Support

__all__ = ["supported_likelihood"]

_FIELD = '"verdict"'  # quote marks inside a JSON quote are escaped, so the field stands once
_LINE = "verdict:"  # the first: a later one is part of the quote


def supported_likelihood(text: str, alternatives: Sequence[TokenAlternative]) -> float | None:
    """Return P(supported) among the three verdicts at the position where the verdict begins, or None."""
    lowered = text.lower()
    mark = _FIELD if _FIELD in lowered else _LINE
    if mark not in lowered:
        return None
    after = lowered.find(mark) + len(mark)
    begin = next((at for at in range(after, len(lowered)) if lowered[at].isalpha()), -1)
    tokens = _at(text, begin, alternatives)
    weights: defaultdict[Support, float] = defaultdict(float)
    for token in tokens:
        word = token.token.strip(' "\n\t:').lower()
        for support in Support:
            if word and support.value.startswith(word):
                weights[support] += math.exp(token.logprob)
    total = sum(weights.values())
    return weights[Support.SUPPORTED] / total if total > 0 else None


def _at(text: str, begin: int, alternatives: Sequence[TokenAlternative]) -> list[TokenAlternative]:
    """Return the alternatives of the token that holds the character at `begin`."""
    by_position: defaultdict[int, list[TokenAlternative]] = defaultdict(list)
    for alternative in alternatives:
        by_position[alternative.position].append(alternative)
    reached = 0
    for position in sorted(by_position):
        fitting = [a for a in by_position[position] if a.token and text.startswith(a.token, reached)]
        if not fitting:
            return []
        chosen = max(fitting, key=lambda a: a.logprob)
        if reached <= begin < reached + len(chosen.token):
            return by_position[position]
        reached += len(chosen.token)
    return []
