"""A Merkle tree over tiles: roots, inclusion and consistency proofs, and growth.

Rules of this place: the shape is RFC 6962 §2.1; tiles are those of C2SP tlog-tiles with height 8, so a tile at
(level, position) holds up to 256 hashes of nodes of height 8 · level, and a full tile's root is one hash of the level
above. Nothing here reads a database: tiles come through a function and changes are returned.
"""

from collections.abc import Callable, Sequence
from typing import Final

from assay.kernel import InputError, IntegrityError
from governance.ledger._hashing import EMPTY_ROOT, HASH_BYTES, fold_full, node_hash

__all__ = ["TILE_HEIGHT", "TILE_WIDTH", "Nodes", "Tiles", "Tree"]

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT

Tiles = dict[tuple[int, int], bytes]  # (level, position) → hashes, one after the other
Nodes = dict[tuple[int, int], bytes]  # (height, index) → root of a full subtree
_MOST_NODES: Final = 1 << 15  # a few MiB; a log of eight million entries fits
ReadTile = Callable[[int, int], bytes]


class Tree:
    """The tree of one size over stored tiles."""

    def __init__(self, size: int, read: ReadTile, known: Tiles | None = None, *, nodes: Nodes | None = None) -> None:
        """Take the number of leaves, the way to a tile's bytes (empty where there is none), and tiles read before.

        `nodes` keeps the roots of subtrees above the lowest tiles, which are the same in every later tree of this log.
        """
        self.size = size
        self._read = read
        self._nodes = {} if nodes is None else nodes
        self._seen: Tiles = dict(known or {})

    @property
    def edge(self) -> Tiles:
        """The tiles of the right edge that are not full: all that its growth and its root need."""
        return {
            (level, position): hashes
            for (level, position), hashes in self._seen.items()
            if position == self.size >> TILE_HEIGHT * (level + 1)
        }

    def root(self, size: int | None = None) -> bytes:
        """Return the root hash of the first `size` leaves (default: all)."""
        end = self._checked(self.size if size is None else size)
        return self._range(0, end) if end else EMPTY_ROOT

    def inclusion(self, leaf: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return PATH(leaf, D[size]), RFC 6962 §2.1.1; raise `InputError` for a leaf that is not in it."""
        end = self._checked(self.size if size is None else size)
        if not 0 <= leaf < end:
            raise InputError(f"entry {leaf!r} is not in a ledger of size {end}", hint="assay ledger log")
        path, start = [], 0
        while end - start > 1:
            middle = start + _split(end - start)
            if leaf < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return tuple(reversed(path))

    def consistency(self, old: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return PROOF(old, D[size]), RFC 6962 §2.1.2; raise `InputError` where `old` is larger than `size`."""
        end = self._checked(self.size if size is None else size)
        if not 0 <= old <= end:
            raise InputError(f"a ledger of size {end} has no earlier state of size {old!r}")
        if old in {0, end}:
            return ()
        path, start, whole = [], 0, True
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start, whole = middle, False
        if not whole:
            path.append(self._range(start, end))
        return tuple(reversed(path))

    def grow(self, leaves: Sequence[bytes]) -> Tiles:
        """Append leaf hashes; return every tile that changed, with its new bytes."""
        changed: Tiles = {}
        self._extend(0, self.size, leaves, changed)
        self.size += len(leaves)
        return changed

    def _extend(self, level: int, count: int, hashes: Sequence[bytes], changed: Tiles) -> None:
        position, held = divmod(count, TILE_WIDTH)
        tile = self._tile(level, position)[: held * HASH_BYTES] if held else b""
        full: list[bytes] = []
        start = 0
        while start < len(hashes):
            end = start + TILE_WIDTH - len(tile) // HASH_BYTES
            tile += b"".join(hashes[start:end])
            changed[(level, position)] = self._seen[(level, position)] = tile
            if len(tile) == TILE_WIDTH * HASH_BYTES:
                full.append(fold_full(tile))
                position, tile = position + 1, b""
            start = end
        if full:
            self._extend(level + 1, count // TILE_WIDTH, full, changed)

    def _range(self, start: int, end: int) -> bytes:
        """Return the root over leaves [start, end), `start` aligned as RFC 6962 splits are."""
        roots = []
        while start < end:
            height = (end - start).bit_length() - 1
            roots.append(self._subtree(height, start >> height))
            start += 1 << height
        root = roots.pop()
        while roots:
            root = node_hash(roots.pop(), root)
        return root

    def _subtree(self, height: int, index: int) -> bytes:
        """Return the root of the full subtree of 2^height leaves that is the index-th of its height."""
        if height < TILE_HEIGHT:
            return self._folded(height, index)
        place = (height, index)
        found = self._nodes.get(place)
        if found is None:
            if len(self._nodes) >= _MOST_NODES:
                self._nodes.clear()
            found = self._nodes[place] = self._folded(height, index)
        return found

    def _folded(self, height: int, index: int) -> bytes:
        level, rest = divmod(height, TILE_HEIGHT)
        position, start = divmod(index << rest, TILE_WIDTH)
        part = self._tile(level, position)[start * HASH_BYTES : (start + (1 << rest)) * HASH_BYTES]
        if len(part) != HASH_BYTES << rest:
            raise IntegrityError(
                f"the ledger's tile {level}/{position} is too short for size {self.size}", hint="assay ledger verify"
            )
        return fold_full(part)

    def _tile(self, level: int, position: int) -> bytes:
        key = (level, position)
        if key not in self._seen:
            self._seen[key] = self._read(level, position)
        return self._seen[key]

    def _checked(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise InputError(f"the ledger has {self.size} entries, got size {size!r}")
        return size


def _split(count: int) -> int:
    """Return the largest power of two smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1
