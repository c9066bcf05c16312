"""The question: what is asked of the target, and what is known about its right answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Question", "QuestionOrigin"]


class QuestionOrigin(StrEnum):
    """Who wrote a question."""

    GENERATED = "generated"
    IMPORTED = "imported"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a set. Unknown fields of an imported file are kept in `extra`, unread."""

    id: str  # kept verbatim when imported; content id when generated
    text: str
    turns: tuple[str, ...] = ()  # what is said in order, where a conversation asks; `text` then holds all of it as one
    reference: str | None = None  # expected answer
    document: str | None = None  # Document.id, or what the importer called its source: the cluster of statistics
    passage: str | None = None  # Passage.id that supports the reference
    relevant: tuple[str, ...] = ()  # texts that retrieval has to find; () when not known
    tags: tuple[str, ...] = ()
    origin: QuestionOrigin = QuestionOrigin.IMPORTED
    extra: Mapping[str, object] = field(default_factory=dict)
