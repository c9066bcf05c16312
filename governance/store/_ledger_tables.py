"""The tables of the ledger itself."""

from sqlalchemy import Column, ForeignKey, LargeBinary, Text
from sqlmodel import Field, SQLModel

from governance.store._columns import BIG

__all__ = ["LedgerCheckpoint", "LedgerEntry", "LedgerLog", "LedgerPayload", "LedgerTile"]


class LedgerLog(SQLModel, table=True):
    """The one row that names this store's log and the key that signs it."""

    __tablename__ = "ledger_log"
    id: int = Field(primary_key=True)
    origin: str
    vkey: str
    created_at: str


class LedgerEntry(SQLModel, table=True):
    """An entry's canonical bytes."""

    __tablename__ = "ledger_entry"
    seq: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LedgerPayload(SQLModel, table=True):
    """What an entry commits to; the only part of the ledger that may be deleted."""

    __tablename__ = "ledger_payload"
    seq: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LedgerTile(SQLModel, table=True):
    """C2SP tile: up to 256 node hashes; the last one of a level grows in place and can be recomputed."""

    __tablename__ = "ledger_tile"
    level: int = Field(primary_key=True)
    position: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    hashes: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LedgerCheckpoint(SQLModel, table=True):
    """A signed note; its size is the key."""

    __tablename__ = "ledger_checkpoint"
    size: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    note: str = Field(sa_column=Column(Text, nullable=False))


class LedgerKey(SQLModel, table=True):
    """A key that signs the log from an entry on: the first one, and one row for each rotation.

    A checkpoint is signed by the key of the newest row that it covers; the first checkpoint that covers a rotation is
    signed by the key before it, too.
    """

    __tablename__ = "ledger_key"
    seq: int = Field(sa_column=Column(BIG, ForeignKey("ledger_entry.seq"), primary_key=True, autoincrement=False))
    vkey: str = Field(sa_column=Column(Text, nullable=False))
    post_quantum: str | None = Field(default=None, sa_column=Column(Text))  # vkey of the second line, ML-DSA-44
    valid_until: str | None = None  # a promise to rotate before, not an end: what was signed stays signed


class LedgerWitness(SQLModel, table=True):
    """What another party said of a checkpoint: a cosignature line, or a time stamp of RFC 3161."""

    __tablename__ = "ledger_witness"
    size: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    kind: str = Field(primary_key=True)  # cosignature | rfc3161
    witness: str = Field(primary_key=True)  # name of the key, or address of the time-stamping authority
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    obtained_at: str
