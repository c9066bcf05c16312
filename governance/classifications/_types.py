"""A classification as the record holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from risks.act import ActClass, Role, Status

__all__ = ["ClassificationState", "RecordedCase", "RecordedClassification"]


class ClassificationState(StrEnum):
    """What a classification counts for; only `confirmed` counts."""

    RECORDED = "recorded"  # waits for a second person
    CONFIRMED = "confirmed"
    OUTDATED = "outdated"  # purpose, prompt or model changed since, or the questions did
    SUPERSEDED = "superseded"  # a newer one was recorded


@dataclass(frozen=True, kw_only=True)
class RecordedCase:
    """A case that held, without the words of people."""

    id: str
    act_class: ActClass
    title: str
    ground: str
    applies_from: str  # ISO 8601; empty: not by a date
    applies_ground: str
    note: str
    explanation: str  # one sentence; whose words were erased are not in it


@dataclass(frozen=True, kw_only=True)
class RecordedClassification:
    """A classification as it stands."""

    id: str
    seq: int  # of its newest version
    system: str
    status: Status
    classes: tuple[ActClass, ...]
    cases: tuple[RecordedCase, ...]
    roles: tuple[Role, ...]
    open_questions: tuple[str, ...]
    marketed: str  # ISO 8601; empty: not said
    text_version: str
    tree: str  # digest of the questions
    digest: str  # of the document and the answers: what is confirmed
    rests_on: Mapping[str, str]
    state: ClassificationState
    changed: tuple[str, ...]  # what it rested on and is another now
    recorder: str
    confirmer: str | None
    four_eyes: bool | None  # False: a single user confirmed their own; None: nobody confirmed it yet
    recorded_at: str
    confirmed_at: str | None
    answers: Mapping[str, Mapping[str, str]] | None  # by question: answer, reason, person, date; None: erased
