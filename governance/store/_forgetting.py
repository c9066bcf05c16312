"""Deleting payloads, files of evidence and names of documents so that their bytes are gone, not only their rows.

Rules of this place: payloads are the only rows of the ledger that may go, files and names the only ones beside it;
SQLite overwrites what is deleted and empties its log afterwards; PostgreSQL frees the space at once, and its own
write-ahead log and copies keep what they keep until they expire.
"""

from collections.abc import Collection

from sqlalchemy import Connection, Engine, delete, text

from governance.store._evidence_tables import EvidenceOriginalRow
from governance.store._ledger_tables import LedgerPayload
from governance.store._lineage_tables import LineageNameRow
from governance.store._tables import table_of

__all__ = ["delete_names", "delete_originals", "delete_payloads", "forget_deleted"]

_PAYLOADS, _ORIGINALS = table_of(LedgerPayload), table_of(EvidenceOriginalRow)
_NAMES = table_of(LineageNameRow)


def delete_payloads(connection: Connection, seqs: Collection[int]) -> int:
    """Delete the payloads of entries inside the caller's transaction; return how many were there."""
    _overwrite(connection)
    return connection.execute(delete(_PAYLOADS).where(_PAYLOADS.c.seq.in_(list(seqs)))).rowcount


def delete_originals(connection: Connection, digests: Collection[str]) -> int:
    """Delete files of evidence inside the caller's transaction; return how many were there."""
    _overwrite(connection)
    return connection.execute(delete(_ORIGINALS).where(_ORIGINALS.c.digest.in_(list(digests)))).rowcount


def delete_names(connection: Connection, pseudonyms: Collection[str]) -> int:
    """Delete names of documents inside the caller's transaction; return how many were there."""
    _overwrite(connection)
    return connection.execute(delete(_NAMES).where(_NAMES.c.pseudonym.in_(list(pseudonyms)))).rowcount


def _overwrite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))


def forget_deleted(engine: Engine) -> None:
    """Let the bytes of what was deleted leave the database's files, after the commit."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        else:
            connection.execute(text("VACUUM ledger_payload, evidence_original, lineage_name"))
