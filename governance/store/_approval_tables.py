"""The tables of approvals.

Rules of this place: a request fixes the digest of what is to be seen, who asks, and who may not answer; the database
itself refuses an approval by the requester or by anybody who is barred, by a token, of another digest, or a second one
by the same person. One exception stands in the open: `four_eyes = 0`, in a store that never had a team.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from governance.store._columns import stamp

__all__ = ["ApprovalBarRow", "ApprovalRequestRow", "ApprovalRow", "BreakGlassRow"]


class ApprovalRequestRow(SQLModel, table=True):
    """A question to people: whether this, with this digest, may be done."""

    __tablename__ = "approval_request"
    __table_args__ = (UniqueConstraint("request", "requester", "subject_digest"),)
    request: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp(key=False))
    purpose: str  # release | restore | waiver | policy | erasure | decision
    system: str = Field(index=True)
    subject_type: str
    subject: str = Field(index=True)
    subject_digest: str
    requester: str
    needed: int  # approvals by different people
    roles: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON: the roles that may approve
    expires_at: str
    recorded_at: str


class ApprovalBarRow(SQLModel, table=True):
    """Somebody who may not answer a request, and on what ground."""

    __tablename__ = "approval_bar"
    request: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    ground: str = Field(primary_key=True)  # requester | evidence_submitter | policy_author | delegate_of_barred
    seq: int = Field(sa_column=stamp(key=False))


class ApprovalRow(SQLModel, table=True):
    """One person's answer."""

    __tablename__ = "approval"
    __table_args__ = (
        ForeignKeyConstraint(
            ["request", "requester", "subject_digest"],
            ["approval_request.request", "approval_request.requester", "approval_request.subject_digest"],
        ),
        UniqueConstraint("request", "approver"),
        CheckConstraint("four_eyes = 0 OR approver <> requester", name="approval_by_another"),
        CheckConstraint("method <> 'token'", name="approval_by_a_person"),
        CheckConstraint("verdict IN ('approved', 'rejected')", name="approval_verdict"),
    )
    approval: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp(key=False))
    request: str = Field(index=True)
    requester: str
    subject_digest: str
    approver: str
    role: str
    method: str  # local | oidc
    verdict: str  # approved | rejected
    four_eyes: int  # 0: single user, not four eyes
    expires_at: str
    recorded_at: str


class BreakGlassRow(SQLModel, table=True):
    """A version of an emergency: rights taken without approval, with a reason (payload) and a review that is due."""

    __tablename__ = "break_glass"
    break_glass: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    person: str = Field(index=True)
    system: str
    permissions: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON
    begins_at: str
    ends_at: str
    review_due: str
    reviewed_by: str | None = None  # never the person themselves
    reviewed_at: str | None = None
