"""Questions that ask the same thing twice.

Rules of this place: letter case, punctuation and order of words do not make another question; another number does
("Govern 1.1" is not "Govern 1.2").
"""

import re
from collections.abc import Iterable

__all__ = ["AskedQuestions"]

_NEAR = 90.0  # token sort ratio, 0..100: from here on two questions are taken for the same
_PUNCTUATION = re.compile(r"[^\w\s]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class AskedQuestions:
    """Remembers what was asked."""

    def __init__(self, questions: Iterable[str] = ()) -> None:
        """Start from questions that exist."""
        self._numbers: dict[str, frozenset[str]] = {}
        for question in questions:
            self.remember(question)

    def remember(self, question: str) -> None:
        """Count the question as asked."""
        self._numbers[_normal(question)] = frozenset(_NUMBER.findall(question))

    def find(self, question: str) -> str | None:
        """Return the asked question, in its normal form, that this one repeats; None for a new one."""
        # Lazy: only generation needs it.
        from rapidfuzz import fuzz, process  # noqa: PLC0415

        normal, numbers = _normal(question), frozenset(_NUMBER.findall(question))
        if normal in self._numbers and self._numbers[normal] == numbers:
            return normal
        near = process.extract(
            normal, list(self._numbers), scorer=fuzz.token_sort_ratio, score_cutoff=_NEAR, limit=None
        )
        return next((asked for asked, *_ in near if self._numbers[asked] == numbers), None)


def _normal(question: str) -> str:
    return " ".join(_PUNCTUATION.sub(" ", question.casefold()).split())
