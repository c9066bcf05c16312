"""Proofs out of the store: an entry is in the log, the log continues an older checkpoint, the keys followed each other.

Rules of this place: all parts of a proof are of one state of the store; what is proved is checked by `verify --proof`,
which shares no code with this.
"""

from sqlalchemy import Connection, bindparam, select

from assay.kernel import CannotDecideError, InputError
from governance._readers import base64_text
from governance._types import ConsistencyProof, Proof, RotationProof
from governance.ledger import Checkpoint, Tree, entry_bodies, leaf_hash, stored_tree
from governance.store import LedgerCheckpoint, LedgerKey, table_of

__all__ = ["prove"]

_CHECKPOINTS, _KEYS = table_of(LedgerCheckpoint), table_of(LedgerKey)
_ROTATIONS = select(_KEYS.c.seq).where(_KEYS.c.seq > 0).order_by(_KEYS.c.seq)
_COVERING = select(_CHECKPOINTS).where(_CHECKPOINTS.c.size > bindparam("seq")).order_by(_CHECKPOINTS.c.size).limit(1)


def prove(
    connection: Connection,
    checkpoint: Checkpoint | None,
    vkey: str,
    *,
    seq: int | None,
    since: str | None,
    checked: Tree | None = None,
) -> Proof:
    """Prove an entry, a checkpoint that somebody kept, or both, under the newest checkpoint, whose tree may be at hand.

    Raise `InputError` for an entry that is not there or a checkpoint that is none or is newer than the store,
    `CannotDecideError` for a store without a checkpoint.
    """
    if checkpoint is None:
        raise CannotDecideError("the ledger has no checkpoint", hint="assay ledger verify")
    tree = stored_tree(connection, checkpoint) if checked is None else checked
    path = () if seq is None else tree.inclusion(seq)
    body = b"" if seq is None else _body(connection, seq)
    return Proof(
        seq=seq,
        body=body,
        leaf="" if seq is None else leaf_hash(body).hex(),
        path=_texts(path),
        checkpoint=checkpoint.note,
        vkey=vkey,
        since=None if since is None else ConsistencyProof(checkpoint=since, path=_consistency(tree, since)),
        rotations=_rotations(connection, tree),
    )


def _rotations(connection: Connection, tree: Tree) -> tuple[RotationProof, ...]:
    """Prove each rotation under the first checkpoint that covers it: the keys before and after it signed that one."""
    found = []
    for (seq,) in connection.execute(_ROTATIONS).all():
        row = connection.execute(_COVERING, {"seq": seq}).one()
        path = _texts(tree.inclusion(seq, row.size))
        found.append(RotationProof(seq=seq, body=_body(connection, seq), path=path, checkpoint=row.note))
    return tuple(found)


def _consistency(tree: Tree, since: str) -> tuple[str, ...]:
    size = since.split("\n")[1:2]
    if not size or not size[0].isascii() or not size[0].isdigit():
        raise InputError(f"not a checkpoint: {since[:80]!r}", hint="assay ledger checkpoint > FILE writes one")
    return _texts(tree.consistency(int(size[0])))


def _body(connection: Connection, seq: int) -> bytes:
    ((_, body),) = entry_bodies(connection, first=seq, end=seq + 1)
    return body


def _texts(path: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(base64_text(one) for one in path)
