"""The tables of lineage: artefacts, what rests on what, which version was seen last, and names that people gave.

Rules of this place: links join whole numbers, so that a graph of millions fits in memory; links and sightings only
grow. A name that people gave to a file may be a person's, so the artefact has a pseudonym for it and the name stands
in a table of its own, from which it can be erased.
"""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from governance.store._columns import BIG, stamp

__all__ = ["LineageArtefactRow", "LineageLinkRow", "LineageNameRow", "LineageSightingRow"]


def _artefact() -> "Column[int]":
    return Column(BIG, ForeignKey("lineage_artefact.artefact"), primary_key=True, autoincrement=False, nullable=False)


class LineageArtefactRow(SQLModel, table=True):
    """One version of something."""

    __tablename__ = "lineage_artefact"
    __table_args__ = (UniqueConstraint("name", "digest", "kind", "system"),)
    artefact: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    seq: int = Field(sa_column=stamp(key=False))
    kind: str
    name: str  # or the pseudonym of a name that people gave
    digest: str  # "" where it has none: a null would be unlike every other null
    system: str = Field(index=True)  # * for what belongs to no system


class LineageLinkRow(SQLModel, table=True):
    """That one thing rests on another."""

    __tablename__ = "lineage_link"
    __table_args__ = (
        Index("ix_lineage_link_downstream", "downstream", "upstream"),
        {"sqlite_with_rowid": False},  # one tree in place of two: half the file, twice the speed
    )
    upstream: int = Field(sa_column=_artefact())
    downstream: int = Field(sa_column=_artefact())
    relation: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp(key=False))


class LineageSightingRow(SQLModel, table=True):
    """That a version was seen, or seen to be gone; those that were seen last are the current ones of their name."""

    __tablename__ = "lineage_sighting"
    artefact: int = Field(sa_column=_artefact())
    seq: int = Field(sa_column=stamp())
    seen_at: str
    present: int  # 0: it was removed


class LineageNameRow(SQLModel, table=True):
    """A name that people gave, behind its pseudonym; the only rows of lineage that may be deleted."""

    __tablename__ = "lineage_name"
    pseudonym: str = Field(primary_key=True)
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    name_digest: str = Field(index=True)
