"""The two hashes of an RFC 6962 §2.1 tree, and folding full rows of nodes."""

import hashlib
from collections.abc import Sequence

__all__ = ["EMPTY_ROOT", "HASH_BYTES", "fold_full", "leaf_hash", "node_hash"]

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(body: bytes) -> bytes:
    """Hash an entry: the prefix 0x00 keeps leaves and nodes apart."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children: prefix 0x01."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold_full(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a power of two of nodes of one height."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]
