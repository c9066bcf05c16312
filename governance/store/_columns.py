"""Columns that tables share: whole numbers that fit both databases, and the stamp of a state row."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer

__all__ = ["BIG", "stamp"]

# SQLite's row ids and PostgreSQL's 8-byte integers alike
BIG = BigInteger().with_variant(Integer(), "sqlite")


def stamp(*, key: bool = True) -> "Column[int]":
    """Return the column by which a state row points at the ledger entry that recorded it.

    It is part of the key where newer versions come as new rows.
    """
    return Column(BIG, ForeignKey("ledger_entry.seq"), primary_key=key, autoincrement=False, index=True, nullable=False)
