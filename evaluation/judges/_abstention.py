"""Whether an answer only says that it cannot answer.

Rules of this place: conservative. Every sentence must decline, the answer is short, and a sentence that turns ("…, but
the fee is 12 €") says something. An abstention has no claim to be faithful to, and it addresses no question.
"""

from evaluation.judges._phrases import phrases, plain
from evaluation.judges._sentences import claims

__all__ = ["abstains"]

_LONGEST = 400  # code points
_MOST_SENTENCES = 3


def abstains(answer: str) -> bool:
    """Return True when every sentence that says something declines to answer (en, de, fr, es, it)."""
    if len(answer) > _LONGEST:
        return False
    spans = claims(answer)
    return 0 < len(spans) <= _MOST_SENTENCES and all(_declines(span.of(answer)) for span in spans)


def _declines(said: str) -> bool:
    known, sentence = phrases(), plain(said).lstrip("\"'“*-• ")
    found = known.abstention.match(sentence)
    return found is not None and known.turn.search(sentence, found.end()) is None
