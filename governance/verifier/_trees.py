"""Merkle trees as RFC 9162 §2.1 verifies them, and one that grows while entries stream by."""

import hashlib
from collections.abc import Sequence

__all__ = ["GrowingTree", "verify_consistency", "verify_inclusion"]

_TILE_HEIGHT = 8
_TILE = 1 << _TILE_HEIGHT


def verify_inclusion(leaf: bytes, seq: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf hash to the root (RFC 9162 §2.1.3.2)."""
    if not 0 <= seq < size:
        return False
    index, last, node = seq, size - 1, leaf
    for one in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            node = _inner(one, node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = _inner(node, one)
        index, last = index >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the larger tree begins with the smaller one (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new or (old in {0, new} and path):
        return False
    if old == 0:
        return old_root == hashlib.sha256(b"").digest()
    if old == new:
        return old_root == new_root
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return False
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    first = second = steps[0]
    for one in steps[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            first, second = _inner(one, first), _inner(one, second)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            second = _inner(second, one)
        index, last = index >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _inner(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class GrowingTree:
    """The tree while entries stream by: the roots of its full subtrees, and its unfinished tiles."""

    def __init__(self) -> None:
        """Begin with no leaf."""
        self.size = 0
        self.tiles: list[list[bytes]] = [[]]  # per level: hashes of the tile that is not full yet
        self.counts: list[int] = [0]  # per level: full tiles
        self._peaks: list[bytes] = []  # roots of the full subtrees, largest first: one for each bit of the size

    def add(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Append a leaf; return the (level, position, bytes) of tiles that it filled."""
        tile, peaks, carry, node = self.tiles[0], self._peaks, self.size, leaf
        tile.append(leaf)
        self.size = carry + 1
        if len(tile) == _TILE:
            return self._fill(0)
        while carry & 1:
            node = hashlib.sha256(b"\x01" + peaks.pop() + node).digest()
            carry >>= 1
        peaks.append(node)
        return []

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        node = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            node = _inner(peak, node)
        return node

    def _fill(self, level: int) -> list[tuple[int, int, bytes]]:
        """Close the full tile of a level: its root is one hash of the level above, and of the peaks."""
        tile = self.tiles[level]
        done = (level, self.counts[level], b"".join(tile))
        self.counts[level] += 1
        node, self.tiles[level] = tile[-1], []
        for _ in range(_TILE_HEIGHT):  # the last leaf closes a subtree of each height within the tile
            node = _inner(self._peaks.pop(), node)
        if level + 1 == len(self.tiles):
            self.tiles.append([])
            self.counts.append(0)
        above = self.tiles[level + 1]
        above.append(node)
        if len(above) == _TILE:
            return [done, *self._fill(level + 1)]
        carry = len(above) - 1
        while carry & 1:
            node = _inner(self._peaks.pop(), node)
            carry >>= 1
        self._peaks.append(node)
        return [done]
