"""The tables of what people decide about risks and duties: waivers, ratings, actions, classifications, assignments.

Rules of this place: what people wrote is in the payloads of the entries; whoever confirms a classification is not who
recorded it, and the database says so too.
"""

from sqlalchemy import CheckConstraint, Column, Text
from sqlmodel import Field, SQLModel

from governance.store._columns import stamp

__all__ = ["ClassificationRow", "CorrectiveActionRow", "DutyAssignmentRow", "RiskRatingRow", "WaiverRow"]


class WaiverRow(SQLModel, table=True):
    """A wish to do without a control until a day; it counts while the request about it is approved."""

    __tablename__ = "waiver"
    waiver: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp(key=False))
    system: str = Field(index=True)
    control: str
    risk: str | None = None  # None: whatever the risk
    digest: str  # of system, control, risk, end and reason: what is approved
    requester: str
    expires_at: str
    recorded_at: str


class RiskRatingRow(SQLModel, table=True):
    """A version of how a system's risk is rated and treated."""

    __tablename__ = "risk_rating"
    system: str = Field(primary_key=True)
    risk: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    inherent_likelihood: int  # 1..5
    inherent_impact: int
    residual_likelihood: int
    residual_impact: int
    treatment: str  # mitigate | avoid | transfer | accept
    owner: str  # pseudonym
    due: str | None = None  # of the treatment; ISO 8601 date
    review_by: str  # ISO 8601 date
    framework: str  # digest of the catalogue under which it was rated
    rater: str
    recorded_at: str


class CorrectiveActionRow(SQLModel, table=True):
    """A version of something that is to be mended."""

    __tablename__ = "corrective_action"
    action: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    system: str = Field(index=True)
    risk: str | None = None
    control: str | None = None
    state: str  # open | closed
    owner: str
    due: str  # ISO 8601 date
    raised_by: str
    evidence: str | None = None  # that closed it
    recorded_at: str


class ClassificationRow(SQLModel, table=True):
    """A version of how a system is classified under the AI Act: recorded by one person, confirmed by another."""

    __tablename__ = "classification"
    __table_args__ = (CheckConstraint("four_eyes = 0 OR confirmer <> recorder", name="classification_by_another"),)
    classification: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    system: str = Field(index=True)
    digest: str  # of the document and the answers: what is confirmed
    document: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON: status, classes, cases, questions
    rests_on: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON: digests of profile, prompt, model
    tree: str  # digest of the questions
    recorder: str
    confirmer: str | None = None
    four_eyes: int | None = None  # 0: single user, not four eyes
    recorded_at: str


class DutyAssignmentRow(SQLModel, table=True):
    """A version of who sees to a duty of a system, and until when."""

    __tablename__ = "duty_assignment"
    system: str = Field(primary_key=True)
    duty: str = Field(primary_key=True)  # a provision, or an article with all its points
    seq: int = Field(sa_column=stamp())
    owner: str  # pseudonym
    due: str  # ISO 8601 date
    assigner: str
    recorded_at: str
