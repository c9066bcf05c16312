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
    sentences = [plain(span.of(answer)).lstrip("\"'“*-• ") for span in claims(answer)]
    return 0 < len(sentences) <= _MOST_SENTENCES and all(_declines(sentence) for sentence in sentences)


def _declines(sentence: str) -> bool:
    known = phrases()
    found = known.abstention.match(sentence)
    return found is not None and known.turn.search(sentence, found.end()) is None
