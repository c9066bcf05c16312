"""What a stage has to say of a stretch of a text."""

from dataclasses import dataclass
from typing import Protocol

from evaluation.filters.injection._families import Family

__all__ = ["Evidence", "Stage"]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One stretch that one stage takes for an attack."""

    family: Family
    start: int  # code points of the text that the stage was given
    end: int
    strength: float  # 0..1
    rule: str  # for people: the stage, and which rule of it


class Stage(Protocol):
    """A stage that needs no model."""

    def find(self, text: str) -> list[Evidence]:
        """Return what it finds, in no order; time is bounded by the length of the text."""
