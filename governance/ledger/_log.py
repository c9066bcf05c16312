"""Appending to the ledger and reading it, on a connection whose transaction belongs to the caller.

Rules of this place: entry, tiles and the signed checkpoint are written in the transaction of the change that they
record; a batch of entries gets one checkpoint; nothing is signed that does not extend the last checkpoint.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, insert, select, update

from assay.kernel import IntegrityError, MissingError
from governance.ledger._entry import EntryDraft, entry_body
from governance.ledger._hashing import leaf_hash
from governance.ledger._notes import Checkpoint, Signer, Verifier, parse_checkpoint
from governance.ledger._tree import TILE_HEIGHT, TILE_WIDTH, Nodes, Tiles, Tree
from governance.store import LedgerCheckpoint, LedgerEntry, LedgerKey, LedgerLog, LedgerTile, table_of, write_rows

__all__ = [
    "CheckedTree",
    "LedgerAppender",
    "LogEnd",
    "entry_bodies",
    "key_is_overdue",
    "last_checkpoint",
    "log_identity",
    "log_keys",
    "newest_key",
    "stored_tree",
]

_ENTRIES, _TILES, _KEYS = table_of(LedgerEntry), table_of(LedgerTile), table_of(LedgerKey)
_CHECKPOINTS, _LOG = table_of(LedgerCheckpoint), table_of(LedgerLog)
_NEWEST_NOTE = select(_CHECKPOINTS.c.note).order_by(_CHECKPOINTS.c.size.desc()).limit(1)
_NEWEST_KEY = select(_KEYS).order_by(_KEYS.c.seq.desc()).limit(1)
_END = select(_NEWEST_NOTE.scalar_subquery(), select(func.max(_ENTRIES.c.seq) + 1).scalar_subquery())
_BODIES = (
    select(_ENTRIES.c.seq, _ENTRIES.c.body)
    .where(_ENTRIES.c.seq >= bindparam("begin"), _ENTRIES.c.seq < bindparam("end"))
    .order_by(_ENTRIES.c.seq)
)
_TILE = select(_TILES.c.hashes).where(_TILES.c.level == bindparam("of"), _TILES.c.position == bindparam("at"))


@dataclass(frozen=True, kw_only=True)
class LogEnd:
    """The end of a log as it was signed: enough to go on from, as long as nobody else did."""

    checkpoint: Checkpoint
    edge: Tiles


class LedgerAppender:
    """The entries of one transaction."""

    def __init__(self, connection: Connection, signer: Signer, known: LogEnd | None = None) -> None:
        """Read the state that the entries extend, but for what is `known` of it.

        Raise `IntegrityError` where checkpoint and entries disagree.
        """
        self._connection = connection
        self._signer = signer
        self._tree = _continued(connection, signer.verifier, known)
        self._held = self._tree.size  # entries before this transaction
        self._leaves: list[bytes] = []
        self.successor: Signer | None = None  # signs from this transaction on

    @property
    def size(self) -> int:
        """Number of entries, those of this transaction included."""
        return self._tree.size + len(self._leaves)

    def append(self, drafts: Sequence[EntryDraft]) -> int:
        """Write entries; return the sequence number of the first one, from 0."""
        first = self.size
        log = self._signer.verifier.name
        bodies = [entry_body(draft, log=log, seq=seq) for seq, draft in enumerate(drafts, start=first)]
        rows = [{"seq": seq, "body": body} for seq, body in enumerate(bodies, start=first)]
        write_rows(self._connection, _ENTRIES, rows)
        self._leaves += map(leaf_hash, bodies)
        return first

    def take_back(self, size: int) -> None:
        """Forget the entries from a size on: their rows were rolled back."""
        del self._leaves[size - self._tree.size :]

    def seal(self) -> LogEnd | None:
        """Write the tiles and one signed checkpoint over everything appended; `None` where nothing was."""
        if not self._leaves:
            return None
        changed = self._tree.grow(self._leaves)
        self._leaves = []
        self._write_tiles(changed)
        checkpoint = self._signer.sign(self._tree.size, self._tree.root(), self.successor)
        self._connection.execute(insert(_CHECKPOINTS), {"size": checkpoint.size, "note": checkpoint.note})
        return LogEnd(checkpoint=checkpoint, edge=self._tree.edge)

    def _write_tiles(self, changed: Tiles) -> None:
        for (level, position), hashes in changed.items():
            count, place = self._held >> TILE_HEIGHT * level, (level, position)
            if count % TILE_WIDTH and position == count // TILE_WIDTH:
                grown = update(_TILES).where(_TILES.c.level == level, _TILES.c.position == position)
                if self._connection.execute(grown.values(hashes=hashes)).rowcount == 1:
                    continue
                raise IntegrityError(f"the ledger's tile {place} is not there", hint="assay ledger verify")
            self._connection.execute(insert(_TILES), {"level": level, "position": position, "hashes": hashes})


def _continued(connection: Connection, verifier: Verifier, known: LogEnd | None) -> Tree:
    """Return the tree to go on from: the known one where the store still ends with it, else the stored one, checked."""
    if known is None:
        return stored_tree(connection, last_checkpoint(connection, verifier))
    note, size = connection.execute(_END).one()
    if note == known.checkpoint.note and size == known.checkpoint.size:
        return Tree(int(size), _reader(connection), known.edge)
    return stored_tree(connection, last_checkpoint(connection, verifier))


def log_identity(connection: Connection) -> Verifier | None:
    """Return the keys that the store says it is signed with now; `None` for a store without a log."""
    if connection.dialect.has_table(connection, _KEYS.name):
        row = connection.execute(_NEWEST_KEY).first()
        if row is not None:
            return Verifier.parse(row.vkey, row.post_quantum)
    text = connection.execute(select(_LOG.c.vkey)).scalar()  # a store of an earlier version, or none
    return None if text is None else Verifier.parse(str(text))


def log_keys(connection: Connection) -> Iterator[Verifier]:
    """Yield the keys that sign or signed the log, the newest first."""
    for row in connection.execute(select(_KEYS).order_by(_KEYS.c.seq.desc())):
        yield Verifier.parse(row.vkey, row.post_quantum)


def newest_key(connection: Connection) -> tuple[str, str | None]:
    """Return the lines of the keys that sign now: `log_identity` unparsed, for the hot path."""
    row = connection.execute(_NEWEST_KEY).one()
    return str(row.vkey), row.post_quantum


def key_is_overdue(connection: Connection, at: str) -> str | None:
    """Return the time by which the key in use was to be rotated, where it is past."""
    if not connection.dialect.has_table(connection, _KEYS.name):
        return None
    row = connection.execute(_NEWEST_KEY).first()
    return row.valid_until if row is not None and row.valid_until is not None and row.valid_until <= at else None


def last_checkpoint(connection: Connection, verifier: Verifier) -> Checkpoint | None:
    """Return the newest checkpoint, its signature checked; `None` for an empty log."""
    note = connection.execute(_NEWEST_NOTE).scalar()
    return None if note is None else parse_checkpoint(str(note), verifier)


class CheckedTree:
    """The tree under the newest checkpoint, for many proofs: what was checked of a checkpoint is not checked again."""

    def __init__(self) -> None:
        """Begin with nothing checked."""
        self._checked: Checkpoint | None = None
        self._nodes: Nodes = {}

    def at_end(self, connection: Connection, verifier: Verifier) -> tuple[Checkpoint | None, Tree]:
        """Return the newest checkpoint and its tree; raise `IntegrityError` where the store does not hold it."""
        known = self._checked
        if known is not None and tuple(connection.execute(_END).one()) == (known.note, known.size):
            return known, Tree(known.size, _reader(connection), nodes=self._nodes)
        checkpoint = last_checkpoint(connection, verifier)
        try:
            tree = stored_tree(connection, checkpoint, nodes=self._nodes)
        except IntegrityError:
            self._nodes.clear()  # of a store that may be mended
            raise
        self._checked = checkpoint
        return checkpoint, tree


def stored_tree(connection: Connection, checkpoint: Checkpoint | None, *, nodes: Nodes | None = None) -> Tree:
    """Return the tree under a checkpoint; raise `IntegrityError` where the store does not hold what was signed."""
    newest = connection.execute(select(func.max(_ENTRIES.c.seq))).scalar()
    entries = 0 if newest is None else int(newest) + 1
    size = 0 if checkpoint is None else checkpoint.size
    tree = Tree(size, _reader(connection), nodes=nodes)
    if entries != size or (checkpoint is not None and tree.root() != checkpoint.root):
        raise IntegrityError(
            f"the ledger holds {entries} entries, its last checkpoint signs {size}, and they do not fit together",
            hint="assay ledger verify",
        )
    return tree


def _reader(connection: Connection) -> Callable[[int, int], bytes]:
    def read(level: int, position: int) -> bytes:
        return bytes(connection.execute(_TILE, {"of": level, "at": position}).scalar() or b"")

    return read


def entry_bodies(connection: Connection, *, first: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield (seq, body) for first ≤ seq < end; raise `MissingError` for a range that starts beyond the ledger."""
    found = False
    for seq, body in connection.execute(_BODIES, {"begin": first, "end": end}):
        found = True
        yield int(seq), bytes(body)
    if not found and first:
        raise MissingError(f"the ledger has no entry {first}", hint="assay ledger log")
