"""Appending to the ledger and reading it, on a connection whose transaction belongs to the caller.

Rules of this place: entry, tiles and the signed checkpoint are written in the transaction of the change that they
record; a batch of entries gets one checkpoint; nothing is signed that does not extend the last checkpoint.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, delete, func, insert, select

from assay.kernel import IntegrityError, MissingError
from governance.ledger._entry import EntryDraft, entry_body
from governance.ledger._hashing import leaf_hash
from governance.ledger._notes import Checkpoint, Signer, Verifier, parse_checkpoint
from governance.ledger._tree import Tree
from governance.store import LedgerCheckpoint, LedgerEntry, LedgerLog, LedgerTile, table_of

__all__ = ["LedgerAppender", "entry_bodies", "last_checkpoint", "log_identity", "stored_tree"]

_ENTRIES, _TILES = table_of(LedgerEntry), table_of(LedgerTile)
_CHECKPOINTS, _LOG = table_of(LedgerCheckpoint), table_of(LedgerLog)


class LedgerAppender:
    """The entries of one transaction."""

    def __init__(self, connection: Connection, signer: Signer) -> None:
        """Read the state that the entries extend; raise `IntegrityError` where checkpoint and entries disagree."""
        self._connection = connection
        self._signer = signer
        self._tree = stored_tree(connection, last_checkpoint(connection, signer.verifier))
        self._leaves: list[bytes] = []

    @property
    def size(self) -> int:
        """Number of entries, those of this transaction included."""
        return self._tree.size + len(self._leaves)

    def append(self, draft: EntryDraft) -> int:
        """Write an entry; return its sequence number, from 0."""
        seq = self.size
        body = entry_body(draft, log=self._signer.verifier.name, seq=seq)
        self._connection.execute(insert(_ENTRIES), {"seq": seq, "body": body})
        self._leaves.append(leaf_hash(body))
        return seq

    def seal(self) -> Checkpoint | None:
        """Write the tiles and one signed checkpoint over everything appended; `None` where nothing was."""
        if not self._leaves:
            return None
        changed = self._tree.grow(self._leaves)
        self._leaves = []
        for (level, position), hashes in changed.items():
            place = (_TILES.c.level == level) & (_TILES.c.position == position)
            self._connection.execute(delete(_TILES).where(place))
            self._connection.execute(insert(_TILES), {"level": level, "position": position, "hashes": hashes})
        checkpoint = self._signer.sign(self._tree.size, self._tree.root())
        self._connection.execute(insert(_CHECKPOINTS), {"size": checkpoint.size, "note": checkpoint.note})
        return checkpoint


def log_identity(connection: Connection) -> Verifier | None:
    """Return the key that the store says it is signed with; `None` for a store without a log."""
    text = connection.execute(select(_LOG.c.vkey)).scalar()
    return None if text is None else Verifier.parse(str(text))


def last_checkpoint(connection: Connection, verifier: Verifier) -> Checkpoint | None:
    """Return the newest checkpoint, its signature checked; `None` for an empty log."""
    note = connection.execute(select(_CHECKPOINTS.c.note).order_by(_CHECKPOINTS.c.size.desc()).limit(1)).scalar()
    return None if note is None else parse_checkpoint(str(note), verifier)


def stored_tree(connection: Connection, checkpoint: Checkpoint | None) -> Tree:
    """Return the tree under a checkpoint; raise `IntegrityError` where the store does not hold what was signed."""
    newest = connection.execute(select(func.max(_ENTRIES.c.seq))).scalar()
    entries = 0 if newest is None else int(newest) + 1
    size = 0 if checkpoint is None else checkpoint.size

    def tile(level: int, position: int) -> bytes:
        where = (_TILES.c.level == level) & (_TILES.c.position == position)
        return bytes(connection.execute(select(_TILES.c.hashes).where(where)).scalar() or b"")

    tree = Tree(size, tile)
    if entries != size or (checkpoint is not None and tree.root() != checkpoint.root):
        raise IntegrityError(
            f"the ledger holds {entries} entries, its last checkpoint signs {size}, and they do not fit together",
            hint="assay ledger verify",
        )
    return tree


def entry_bodies(connection: Connection, *, first: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield (seq, body) for first ≤ seq < end; raise `MissingError` for a range that starts beyond the ledger."""
    wanted = select(_ENTRIES.c.seq, _ENTRIES.c.body).where(_ENTRIES.c.seq >= first, _ENTRIES.c.seq < end)
    found = False
    for seq, body in connection.execute(wanted.order_by(_ENTRIES.c.seq)):
        found = True
        yield int(seq), bytes(body)
    if not found and first:
        raise MissingError(f"the ledger has no entry {first}", hint="assay ledger log")
