"""What an engine makes of texts, whatever engine it is: scores of stretches, in code points of the text as it came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from evaluation.filters.toxicity._categories import Category

__all__ = ["Reader", "Reading", "Stretch"]


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """One part of a text and what the engine says of it."""

    start: int  # code points, inclusive
    end: int  # exclusive
    score: float  # 0..1, how sure the engine is that it is to be flagged
    categories: Mapping[Category, float]  # 0..1, all six


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All parts of one text; none where there is nothing to read."""

    stretches: tuple[Stretch, ...]
    complete: bool  # whether the whole text was read


class Reader(Protocol):
    """An engine."""

    def read(self, texts: Sequence[str]) -> Sequence[Reading]:
        """Return one reading for each text, in their order; a text's reading does not depend on its neighbours."""
