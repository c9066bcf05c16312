"""The tables of systems and releases.

Rules of this place: a profile and an event of a release are rows that nobody changes, a newer one is a new row; two
events never follow the same one, and the database itself refuses that something is released without an approval.
"""

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from governance.store._columns import stamp

__all__ = ["ReleaseEventRow", "ReleaseRow", "SystemProfileRow"]


class SystemProfileRow(SQLModel, table=True):
    """A version of what is said of a system; names and purpose in people's words are the entry's payload."""

    __tablename__ = "system_profile"
    __table_args__ = (UniqueConstraint("system", "version"),)
    system: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    version: int
    owner: str = Field(index=True)  # pseudonym
    profile: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON, no free text
    recorded_at: str


class ReleaseRow(SQLModel, table=True):
    """A candidate: what it is made of and what was measured of it, fixed for ever."""

    __tablename__ = "release"
    release: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp(key=False))
    system: str = Field(index=True)
    version: str  # the name that people call it
    deployment: str
    digest: str = Field(index=True)  # of the manifest
    manifest: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON
    recorded_at: str


class ReleaseEventRow(SQLModel, table=True):
    """What happened to a release, and the state after it."""

    __tablename__ = "release_event"
    release: str = Field(primary_key=True)
    position: int = Field(primary_key=True)  # 1, 2, …: two events never follow the same one
    seq: int = Field(sa_column=stamp(key=False))
    system: str = Field(index=True)
    event: str
    state: str  # after it
    request: str | None = None  # of approval, the newest one
    decision: str | None = None  # that the request rests on
    recorded_at: str
