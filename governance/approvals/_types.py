"""Requests for approval, answers, and what follows from them."""

from dataclasses import dataclass
from enum import StrEnum

from governance.access import Role

__all__ = [
    "Answer",
    "ApprovalDraft",
    "ApprovalPurpose",
    "ApprovalRequest",
    "ApprovalState",
    "Ground",
    "Standing",
    "Verdict",
]


class ApprovalPurpose(StrEnum):
    """What is to be allowed."""

    DECISION = "decision"  # what a gate decided
    RELEASE = "release"
    POLICY = "policy"
    WAIVER = "waiver"
    ERASURE = "erasure"
    RESTORE = "restore"


class Verdict(StrEnum):
    """What one person answers."""

    APPROVED = "approved"
    REJECTED = "rejected"


class Ground(StrEnum):
    """Why somebody may not answer."""

    REQUESTER = "requester"
    EVIDENCE_SUBMITTER = "evidence_submitter"
    POLICY_AUTHOR = "policy_author"


class ApprovalState(StrEnum):
    """What the answers amount to at a moment; all but `approved` block."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    VOID = "void"  # what was seen is not what is there now


@dataclass(frozen=True, kw_only=True)
class ApprovalDraft:
    """A request before it is recorded."""

    purpose: ApprovalPurpose
    system: str | None  # None: the whole store
    subject_type: str  # run | decision | report | scan | backup | …
    subject: str
    subject_digest: str  # of what people are to look at
    needed: int = 1
    roles: tuple[Role, ...] = (Role.REVIEWER, Role.APPROVER)
    days: int = 14  # for which it can be answered
    barred: tuple[tuple[str, Ground], ...] = ()  # besides those whom the record knows
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class ApprovalRequest:
    """A recorded request."""

    id: str
    seq: int
    purpose: ApprovalPurpose
    system: str | None
    subject_type: str
    subject: str
    subject_digest: str
    requester: str
    needed: int
    roles: tuple[Role, ...]
    barred: tuple[tuple[str, Ground], ...]
    expires_at: str
    recorded_at: str
    comment: str | None  # None: none was given, or it was erased


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One person's answer."""

    id: str
    seq: int
    request: str
    approver: str
    role: str
    method: str
    verdict: Verdict
    four_eyes: bool  # False: a single user answered their own request
    subject_digest: str  # of what they saw
    expires_at: str
    recorded_at: str
    comment: str | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What became of a request so far."""

    request: ApprovalRequest
    answers: tuple[Answer, ...]
    state: ApprovalState
    missing: int  # approvals that are still needed
    four_eyes: bool  # whether every approval that counts was given by somebody else than the requester
