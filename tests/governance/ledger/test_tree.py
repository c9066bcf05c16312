"""The tree against RFC 6962's definition, its published vectors, and another implementation."""

import hashlib
from collections.abc import Sequence

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.kernel import InputError, IntegrityError
from governance.ledger import EMPTY_ROOT, Tiles, Tree, leaf_hash, node_hash
from governance.verifier import verify_consistency, verify_inclusion

# The leaves and roots of the test data that certificate-transparency implementations share (RFC 6962 §2.1).
LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def grown(bodies: Sequence[bytes], steps: Sequence[int] = ()) -> tuple[Tree, Tiles]:
    """Return a tree over the bodies, appended in batches of these sizes and the rest at once."""
    tiles: Tiles = {}
    size = 0
    for step in [*steps, len(bodies)]:
        batch = bodies[size : size + step]
        tree = Tree(size, lambda level, position: tiles.get((level, position), b""))
        tiles.update(tree.grow([leaf_hash(body) for body in batch]))
        size += len(batch)
    return Tree(size, lambda level, position: tiles.get((level, position), b"")), tiles


def defined_root(bodies: Sequence[bytes]) -> bytes:
    """Return MTH(D) as RFC 6962 §2.1 writes it."""
    if len(bodies) <= 1:
        return leaf_hash(bodies[0]) if bodies else hashlib.sha256(b"").digest()
    split = 1
    while split * 2 < len(bodies):
        split *= 2
    return node_hash(defined_root(bodies[:split]), defined_root(bodies[split:]))


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    """RFC 6962 §2.1: the hash of an empty list is the hash of an empty string."""
    assert grown([])[0].root() == EMPTY_ROOT == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_come_out(size: int) -> None:
    """The shared vectors of eight leaves hold at every size."""
    assert grown(LEAVES[:size])[0].root().hex() == ROOTS[size - 1]


def test_every_proof_of_every_small_tree_verifies_and_no_other_does() -> None:
    """All inclusion and consistency proofs up to 64 leaves hold for their own leaf and root, and for no neighbour."""
    bodies = [number.to_bytes(2, "big") for number in range(64)]
    tree, _ = grown(bodies)
    roots = [tree.root(size) for size in range(65)]
    assert roots == [defined_root(bodies[:size]) for size in range(65)]
    for size in range(1, 65):
        for leaf in range(size):
            path = tree.inclusion(leaf, size)
            assert verify_inclusion(leaf_hash(bodies[leaf]), leaf, size, path, roots[size])
            assert not verify_inclusion(leaf_hash(bodies[leaf] + b"x"), leaf, size, path, roots[size])
            assert not verify_inclusion(leaf_hash(bodies[leaf]), leaf, size, [*path, roots[0]], roots[size])
        for old in range(size + 1):
            steps = tree.consistency(old, size)
            assert verify_consistency(old, roots[old], size, roots[size], steps)
            assert not verify_consistency(old, bytes(32), size, roots[size], steps)


def test_another_implementation_agrees_across_tile_borders() -> None:
    """Roots and proofs equal pymerkle's at sizes around one tile and two levels of tiles."""
    bodies = [number.to_bytes(4, "big") for number in range(1030)]
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for body in bodies:
        other.append_entry(body)
    tree, _ = grown(bodies, [1, 254, 1, 1, 300])
    for size in (1, 2, 255, 256, 257, 511, 512, 513, 1024, 1030):
        assert tree.root(size) == other.get_root(size)
        assert verify_inclusion(leaf_hash(bodies[0]), 0, size, tree.inclusion(0, size), other.get_root(size))
        path = tree.consistency(255 if size > 255 else 1, size)
        old = 255 if size > 255 else 1
        assert verify_consistency(old, other.get_root(old), size, other.get_root(size), path)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 300), max_size=6), st.integers(0, 40))
def test_the_tiles_do_not_depend_on_the_batches(steps: list[int], rest: int) -> None:
    """However entries were batched, the tiles are the same and full ones never change."""
    bodies = [number.to_bytes(4, "big") for number in range(sum(steps) + rest)]
    tree, tiles = grown(bodies, steps)
    once, expected = grown(bodies)
    assert tiles == expected
    assert tree.root() == once.root()


def test_a_leaf_that_is_not_there_has_no_proof() -> None:
    """Misuse is refused rather than answered."""
    tree, _ = grown(LEAVES)
    with pytest.raises(InputError, match="not in a ledger of size 8"):
        tree.inclusion(8)
    with pytest.raises(InputError, match="no earlier state"):
        tree.consistency(5, 4)


def test_a_tile_that_is_too_short_is_noticed() -> None:
    """A damaged tile is an error, never a wrong proof."""
    _, tiles = grown(LEAVES)
    damaged = Tree(8, lambda level, position: tiles[(level, position)][:-32])
    with pytest.raises(IntegrityError, match="too short"):
        damaged.root()
