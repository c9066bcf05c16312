"""Whether a checkpoint that a store does not continue was declared lost when a backup was put back.

Rules of this place: only an entry that the store's own signed tree contains declares anything, and only the very
checkpoint that it names is accepted.
"""

import hashlib

from sqlalchemy import Connection, select

from assay.kernel import parse_strict
from governance.ledger import Action, Checkpoint, entry_bodies, stored_tree
from governance.store import StoreRestoreRow, table_of
from governance.verifier import verify_inclusion

__all__ = ["is_declared_lost"]

_RESTORES = table_of(StoreRestoreRow)


def is_declared_lost(connection: Connection, newest: Checkpoint, note: str) -> bool:
    """Whether a restore that `newest` signs names this checkpoint as the last one of what was lost."""
    stamps = connection.execute(select(_RESTORES.c.seq).order_by(_RESTORES.c.seq.desc())).scalars().all()
    return any(_declares(connection, newest, int(seq), note) for seq in stamps if seq < newest.size)


def _declares(connection: Connection, newest: Checkpoint, seq: int, note: str) -> bool:
    body = next((found for _, found in entry_bodies(connection, first=seq, end=seq + 1)), b"{}")
    entry = parse_strict(body)
    details = entry.get("details") if isinstance(entry, dict) else None
    if not isinstance(details, dict) or details.get("lost_checkpoint") != note:
        return False
    path = stored_tree(connection, newest).inclusion(seq)
    leaf = hashlib.sha256(b"\x00" + body).digest()
    is_signed = verify_inclusion(leaf, seq, newest.size, list(path), newest.root)
    return is_signed and isinstance(entry, dict) and entry.get("action") == Action.RESTORE_DECLARED.value
