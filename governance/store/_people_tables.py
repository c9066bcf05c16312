"""The tables of people and rights.

Rules of this place: a person is a pseudonym; name, address and how somebody signs in are payloads of ledger entries,
which can be erased; a newer version of a person, grant or token is a new row, and the newest one counts; sessions and
the last use of a token are not part of the record.
"""

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from governance.store._columns import stamp

__all__ = ["PersonRow", "RoleGrantRow", "SessionRow", "TokenRow", "TokenUseRow"]


class PersonRow(SQLModel, table=True):
    """A version of a person or of a service account; the payload of its entry holds name and sign-ins."""

    __tablename__ = "person"
    person: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    kind: str  # human | service
    status: str  # active | disabled
    recorded_at: str


class RoleGrantRow(SQLModel, table=True):
    """A version of a role that a person has on a system for a time."""

    __tablename__ = "role_grant"
    role_grant: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    person: str = Field(index=True)
    role: str
    system: str  # an id, or * for all
    valid_from: str
    valid_until: str
    delegated_by: str | None = None  # the person whose role this is, for as long as they have it
    revoked_at: str | None = None


class TokenRow(SQLModel, table=True):
    """A version of an API token: what it may do, never the token itself."""

    __tablename__ = "token"
    token: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    person: str = Field(index=True)
    secret_digest: str = Field(index=True)  # SHA-256 of 256 random bits
    scopes: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON: permissions
    system: str  # an id, or * for all
    expires_at: str
    revoked_at: str | None = None
    recorded_at: str


class TokenUseRow(SQLModel, table=True):
    """When a token was used last."""

    __tablename__ = "token_use"
    token: str = Field(primary_key=True)
    used_at: str


class SessionRow(SQLModel, table=True):
    """Somebody who is signed in: ends when idle, when old, when signed out, or when the person is disabled."""

    __tablename__ = "session"
    session: str = Field(primary_key=True)  # SHA-256 of the secret that the browser holds
    person: str = Field(index=True)
    started_at: str
    seen_at: str
    authenticated_at: str  # when the identity provider last asked for proof
    ended_at: str | None = None
