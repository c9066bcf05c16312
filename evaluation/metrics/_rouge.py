"""ROUGE F1 of one answer against one reference (Lin 2004), without stemming.

Rules of this place: the values are those of the `rouge-score` package on ASCII text (tests hold both together). The
package itself is not used: it drops every letter outside a–z, loads 200 MiB of libraries, and its table for the longest
common subsequence grows with the product of the lengths, so that one long answer fills the memory.
"""

from collections import Counter
from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

from evaluation.metrics._words import words

__all__ = ["rouge_1", "rouge_2", "rouge_l"]


def rouge_1(answer: str, reference: str) -> float | None:
    """Shared words; None when the reference holds no word."""
    return _rouge_n(answer, reference, 1)


def rouge_2(answer: str, reference: str) -> float | None:
    """Shared pairs of neighbouring words; None when the reference holds no pair."""
    return _rouge_n(answer, reference, 2)


def rouge_l(answer: str, reference: str) -> float | None:
    """Longest common subsequence of words; None when the reference holds no word."""
    said, expected = words(answer), words(reference)
    if not expected:
        return None
    return _f1(LCSseq.similarity(said, expected), len(said), len(expected))


def _rouge_n(answer: str, reference: str, order: int) -> float | None:
    said, expected = _grams(words(answer), order), _grams(words(reference), order)
    if not expected:
        return None
    return _f1((said & expected).total(), said.total(), expected.total())


def _grams(tokens: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(tokens[start:] for start in range(order)), strict=False))


def _f1(shared: int, said: int, expected: int) -> float:
    return 2 * shared / (said + expected) if shared else 0.0
