"""What people and other tools hand in, what others say of it, and what is still asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from governance.evidence._types import Conclusion, EvidenceOrigin, Fact

__all__ = [
    "CHECKED_KINDS",
    "DOCUMENT",
    "LARGEST_FILE",
    "EvidenceRequest",
    "Item",
    "ItemState",
    "RequestDraft",
    "RequestState",
    "Review",
    "ReviewVerdict",
    "Stated",
    "SubmissionDraft",
    "Submitted",
]

DOCUMENT: Final = "document"  # format of a file that is kept and not read
LARGEST_FILE: Final = 32 << 20  # bytes
# What the product finds out by itself: see `_checks`.
CHECKED_KINDS: Final = frozenset({"run_log", "evaluation_set", "lineage", "approval", "ledger_verification"})


class ReviewVerdict(StrEnum):
    """What somebody else says of a submission."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


class ItemState(StrEnum):
    """What has become of a submission; only `accepted` counts."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"  # a newer version of the same thing stands in its place


class RequestState(StrEnum):
    """What has become of a request."""

    OPEN = "open"
    OVERDUE = "overdue"
    SUBMITTED = "submitted"  # something was handed in, and waits for somebody to accept it
    MET = "met"


@dataclass(frozen=True, kw_only=True)
class Stated:
    """One thing that a file states, before it is recorded."""

    kind: str  # risks.EvidenceKind
    of: str
    conclusion: Conclusion | None
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    n: int = 0
    failures: int = 0
    open_findings: int | None = None
    by_severity: Mapping[str, int] | None = None


@dataclass(frozen=True, kw_only=True)
class SubmissionDraft:
    """A file and what it states, before it is recorded."""

    system: str
    data: bytes
    name: str  # of the file; kept where it can be erased
    stated: tuple[Stated, ...]
    format: str = DOCUMENT
    tool: str = ""  # that made an imported report
    part: str = ""  # which of several such things of a system this is; kept where it can be erased
    owner: str | None = None  # pseudonym of who answers for it; None: who hands it in
    issued_at: datetime | None = None  # None: nobody says, so the time of handing in
    expires_at: datetime | None = None
    note: str = ""  # for people; kept where it can be erased


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What became of a file that was handed in."""

    evidence: str  # id
    seq: int
    version: int
    digest: str
    is_new: bool  # False where exactly this was there already


@dataclass(frozen=True, kw_only=True)
class Review:
    """What somebody else said."""

    seq: int
    verdict: ReviewVerdict
    reviewer: str
    role: str
    four_eyes: bool  # False: a single user accepted their own
    recorded_at: str
    comment: str | None  # None: none was given, or it was erased


@dataclass(frozen=True, kw_only=True)
class Item:
    """A submission as it stands now."""

    id: str
    seq: int
    system: str
    thing: str
    version: int
    format: str
    digest: str
    size: int
    media_type: str
    submitter: str
    owner: str
    origin: EvidenceOrigin
    issued_at: str
    expires_at: str | None
    recorded_at: str
    state: ItemState
    review: Review | None
    is_kept: bool  # whether the original's bytes are there, and were not erased
    name: str | None  # None where it was erased
    part: str | None
    note: str | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class RequestDraft:
    """A question to a person, before it is recorded."""

    system: str
    kind: str  # risks.EvidenceKind
    of: str
    person: str  # pseudonym
    due_at: datetime
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class EvidenceRequest:
    """A recorded request as it stands now."""

    id: str
    seq: int
    system: str
    kind: str
    of: str
    person: str
    requester: str
    due_at: str
    recorded_at: str
    state: RequestState
    answered_by: str | None  # id of the newest evidence that was handed in since
    comment: str | None
