"""The two hashes of an RFC 6962 §2.1 tree, and folding full rows of nodes."""

import hashlib

__all__ = ["EMPTY_ROOT", "HASH_BYTES", "fold_full", "leaf_hash", "node_hash"]

HASH_BYTES = 32
_PAIR = 2 * HASH_BYTES
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(body: bytes) -> bytes:
    """Hash an entry: the prefix 0x00 keeps leaves and nodes apart."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children: prefix 0x01."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold_full(nodes: bytes) -> bytes:
    """Return the root over a power of two of nodes of one height, given one after the other."""
    sha256 = hashlib.sha256  # a proof folds hundreds of nodes: a call of `node_hash` for each would double its cost
    while len(nodes) > HASH_BYTES:
        nodes = b"".join([sha256(b"\x01" + nodes[i : i + _PAIR]).digest() for i in range(0, len(nodes), _PAIR)])
    return nodes
