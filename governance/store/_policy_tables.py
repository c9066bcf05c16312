"""The table of gate policies that people registered."""

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from governance.store._columns import stamp

__all__ = ["GatePolicyRow"]


class GatePolicyRow(SQLModel, table=True):
    """A version of a registration: the policy that may decide about a system, and who said so; later, its end."""

    __tablename__ = "gate_policy"
    gate_policy: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    digest: str = Field(index=True)  # of the document
    name: str
    system: str = Field(index=True)  # * for all
    document: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON: what the digest covers
    registered_by: str
    role: str  # in which they registered it
    author: str
    registered_at: str
    withdrawn_at: str | None = None
    withdrawn_by: str | None = None
