"""The tables of keeping, erasing and restoring."""

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from governance.store._columns import BIG, stamp

__all__ = ["ErasureRow", "LegalHoldRow", "StoreBackupRow", "StoreRestoreRow"]


class LegalHoldRow(SQLModel, table=True):
    """A version of a hold: what it covers is erased by nobody until it is lifted; the reason is the entry's payload."""

    __tablename__ = "legal_hold"
    legal_hold: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    scope_type: str  # system | run | person | all
    scope: str
    placed_at: str
    lifted_at: str | None = None


class ErasureRow(SQLModel, table=True):
    """What was erased and why; what it said is gone."""

    __tablename__ = "erasure"
    erasure: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    subject_type: str  # person | run | row | text
    subject: str  # an id or a keyed digest, never the data
    ground: str  # request | retention_end | withdrawn_consent | court_order | mistake
    places: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON: where → how many
    withheld: str | None = Field(default=None, sa_column=Column(Text))  # canonical JSON: what a hold or duty keeps
    backups_until: str | None = None  # until when copies may still hold it
    recorded_at: str


class StoreBackupRow(SQLModel, table=True):
    """A copy of the store that was made."""

    __tablename__ = "store_backup"
    store_backup: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    digest: str
    size: int = Field(sa_column=Column(BIG, nullable=False))  # entries that it holds
    expires_at: str | None = None
    recorded_at: str


class StoreRestoreRow(SQLModel, table=True):
    """A copy that was put back: what was lost between, and who agreed."""

    __tablename__ = "store_restore"
    store_restore: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    backup_digest: str
    restored_size: int = Field(sa_column=Column(BIG, nullable=False))  # entries that the copy held
    lost_until: int = Field(sa_column=Column(BIG, nullable=False))  # entries that were witnessed before
    declared_by: str
    approvals: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON: the approvers, and whether two
    recorded_at: str
