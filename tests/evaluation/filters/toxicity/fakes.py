"""A reader that says what it is told."""

import re
from collections.abc import Mapping, Sequence

from evaluation.filters.toxicity._categories import Category
from evaluation.filters.toxicity._reading import Reading, Stretch

__all__ = ["WordReader", "stretch"]


def stretch(start: int, end: int, score: float, **categories: float) -> Stretch:
    """Return a stretch whose categories are 0 but those that are named."""
    said = {category: categories.get(category.value, 0.0) for category in Category}
    return Stretch(start=start, end=end, score=score, categories={**said, Category.TOXICITY: score})


class WordReader:
    """Scores a text, or each line of it, by the words that it holds; remembers what it was asked."""

    def __init__(self, scores: Mapping[str, float], *, complete: bool = True) -> None:
        """Score 0 for a stretch without any of the words."""
        self._scores = scores
        self._complete = complete
        self.asked: list[list[str]] = []

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return one stretch a line."""
        self.asked.append(list(texts))
        return [Reading(stretches=tuple(self._stretches(text)), complete=self._complete) for text in texts]

    def _stretches(self, text: str) -> list[Stretch]:
        return [stretch(line.start(), line.end(), self._score(line[0])) for line in re.finditer(r"[^|]+", text)]

    def _score(self, line: str) -> float:
        return max((score for word, score in self._scores.items() if word in line), default=0.0)
