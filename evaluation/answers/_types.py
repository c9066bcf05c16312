"""The answer: what the target said, or how it failed to; and the item that a judge sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Answer", "AnswerOutcome", "Item"]


class AnswerOutcome(StrEnum):
    """How asking ended. Everything but `ANSWERED` leaves every metric unscored, counted and bounded."""

    ANSWERED = "answered"
    REFUSED = "refused"  # the endpoint refused to serve (policy filter, 4xx), not an abstaining text
    UNPARSABLE = "unparsable"  # something came back in which no answer was found
    TIMED_OUT = "timed_out"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back for one question."""

    outcome: AnswerOutcome
    text: str  # "" unless answered; an answered "" is an empty answer
    contexts: tuple[str, ...] | None  # None: the target gave none to see; (): it retrieved nothing
    reason: str = ""  # for failures: what was seen, what was expected
    latency_ms: int = 0
    model: str = ""  # the version that the application reported, "" when it said nothing


@dataclass(frozen=True, kw_only=True)
class Item:
    """One row for a judge: a question with the answer that was given to it."""

    id: str
    question: str
    answer: Answer
    reference: str | None = None
    document: str | None = None  # cluster for statistics
    relevant: tuple[str, ...] = ()  # texts that retrieval had to find, for retrieval metrics; () when not known
    tags: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)  # unknown fields of an answers file, kept unread
