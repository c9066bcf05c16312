"""The tables of evidence that is handed in, of requests for it, and of comments.

Rules of this place: what was measured stays in the tables of runs and scans, here is what came from elsewhere; a file's
bytes are kept once, under their digest, and are no state: they can be erased, and every row and entry still holds. The
database itself refuses a review by the submitter, by a token, or by one pair of eyes in a store with a team.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from governance.store._columns import BIG, stamp

__all__ = [
    "CommentRow",
    "EvidenceFactRow",
    "EvidenceOriginalRow",
    "EvidenceRequestRow",
    "EvidenceReviewRow",
    "EvidenceSubmissionRow",
]


class EvidenceSubmissionRow(SQLModel, table=True):
    """A file that was handed in as evidence; a newer version of the same thing is a submission of its own."""

    __tablename__ = "evidence_submission"
    __table_args__ = (UniqueConstraint("evidence", "submitter"), UniqueConstraint("thing", "version"))
    evidence: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp(key=False))
    thing: str  # what newer versions of it share; a digest of what it is about
    version: int  # 1 for the first
    system: str = Field(index=True)
    format: str  # document | the format of an imported report
    digest: str = Field(index=True)  # of the original's bytes
    size: int = Field(sa_column=Column(BIG, nullable=False))  # bytes
    media_type: str
    content: str  # digest of all that the submission says: the same again changes nothing
    submitter: str
    owner: str  # who answers for it
    origin: str  # ci | person
    issued_at: str
    expires_at: str | None = None
    recorded_at: str


class EvidenceFactRow(SQLModel, table=True):
    """One thing that a submission states."""

    __tablename__ = "evidence_fact"
    evidence: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    seq: int = Field(sa_column=stamp(key=False))
    kind: str
    of: str
    conclusion: str | None = None
    value: str | None = None
    lower: str | None = None
    upper: str | None = None
    n: int
    failures: int
    open_findings: int | None = None
    by_severity: str | None = Field(default=None, sa_column=Column(Text))  # canonical JSON: severity → open findings


class EvidenceReviewRow(SQLModel, table=True):
    """What somebody else said of a submission; the newest counts."""

    __tablename__ = "evidence_review"
    __table_args__ = (
        ForeignKeyConstraint(
            ["evidence", "submitter"], ["evidence_submission.evidence", "evidence_submission.submitter"]
        ),
        CheckConstraint("four_eyes = 0 OR reviewer <> submitter", name="review_by_another"),
        CheckConstraint("method <> 'token'", name="review_by_a_person"),
        CheckConstraint("verdict IN ('accepted', 'returned')", name="review_verdict"),
    )
    evidence: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    system: str
    submitter: str
    reviewer: str
    role: str
    method: str  # local | oidc
    verdict: str  # accepted | returned
    four_eyes: int  # 0: single user, not four eyes
    recorded_at: str


class EvidenceRequestRow(SQLModel, table=True):
    """A question to a person: evidence of a kind, by a day."""

    __tablename__ = "evidence_request"
    evidence_request: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp(key=False))
    system: str = Field(index=True)
    kind: str
    of: str
    person: str = Field(index=True)
    requester: str
    due_at: str
    recorded_at: str


class EvidenceOriginalRow(SQLModel, table=True):
    """The bytes of a file, under their digest."""

    __tablename__ = "evidence_original"
    digest: str = Field(primary_key=True)
    size: int = Field(sa_column=Column(BIG, nullable=False))
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CommentRow(SQLModel, table=True):
    """What somebody said of something in the record; the words are the entry's payload."""

    __tablename__ = "comment"
    comment: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp(key=False))
    system: str = Field(index=True)  # * where it is of the whole store
    subject_type: str
    subject: str = Field(index=True)
    author: str
    recorded_at: str
