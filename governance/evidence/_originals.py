"""The bytes of files: once under their digest, until somebody erases them.

Rules of this place: what is read is what was handed in, or an error.
"""

from sqlalchemy import Connection, insert, select

from assay.kernel import IntegrityError, digest_bytes
from governance.store import EvidenceOriginalRow, table_of

__all__ = ["keep_original", "read_original"]

_ORIGINALS = table_of(EvidenceOriginalRow)


def keep_original(connection: Connection, digest: str, data: bytes) -> None:
    """Keep a file's bytes, also where they were erased before."""
    is_there = select(_ORIGINALS.c.digest).where(_ORIGINALS.c.digest == digest)
    if connection.execute(is_there).first() is None:
        connection.execute(insert(_ORIGINALS), {"digest": digest, "size": len(data), "data": data})


def read_original(connection: Connection, digest: str) -> bytes | None:
    """Return a file's bytes, `None` where they were erased; raise `IntegrityError` where they are others."""
    data = connection.execute(select(_ORIGINALS.c.data).where(_ORIGINALS.c.digest == digest)).scalar()
    if data is not None and digest_bytes(bytes(data)) != digest:
        raise IntegrityError(f"the bytes kept as {digest} are others", hint="assay ledger verify")
    return None if data is None else bytes(data)
