"""Deleting payloads so that their bytes are gone, not only their rows.

Rules of this place: payloads are the only rows of the ledger that may go; SQLite overwrites what is deleted and empties
its log afterwards; PostgreSQL frees the space at once, and its own write-ahead log and copies keep what they keep until
they expire.
"""

from collections.abc import Collection

from sqlalchemy import Connection, Engine, delete, text

from governance.store._ledger_tables import LedgerPayload
from governance.store._tables import table_of

__all__ = ["delete_payloads", "forget_deleted"]

_PAYLOADS = table_of(LedgerPayload)


def delete_payloads(connection: Connection, seqs: Collection[int]) -> int:
    """Delete the payloads of entries inside the caller's transaction; return how many were there."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))
    return connection.execute(delete(_PAYLOADS).where(_PAYLOADS.c.seq.in_(list(seqs)))).rowcount


def forget_deleted(engine: Engine) -> None:
    """Let the bytes of deleted payloads leave the database's files, after the commit."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        else:
            connection.execute(text("VACUUM ledger_payload"))
