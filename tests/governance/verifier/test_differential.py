"""Our tree, the writer's and the verifier's, against two other implementations: exhaustively where trees are small."""

import hashlib

import proofbundle.merkle as other
import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ledger import leaf_hash
from governance.verifier import verify_consistency, verify_inclusion
from governance.verifier._trees import GrowingTree
from tests.governance.ledger.test_tree import grown

MOST = 130
BODIES = [number.to_bytes(2, "big") for number in range(MOST)]


def growing_roots(bodies: list[bytes]) -> list[bytes]:
    """Return the verifier's root at each size, from 0."""
    tree = GrowingTree()
    roots = [tree.root()]
    for body in bodies:
        tree.add(hashlib.sha256(b"\x00" + body).digest())
        roots.append(tree.root())
    return roots


def test_roots_equal_those_of_both_others_at_every_size() -> None:
    """The writer's tree, the verifier's, pymerkle's and proofbundle's."""
    third = pymerkle.InmemoryTree(algorithm="sha256")
    tree, _ = grown(BODIES)
    for size, root in enumerate(growing_roots(BODIES)[1:], start=1):
        third.append_entry(BODIES[size - 1])
        assert root == tree.root(size) == third.get_root(size) == other.merkle_tree_hash(BODIES[:size])


@pytest.mark.parametrize("part", range(4))
def test_every_inclusion_proof_equals_the_others_and_verifies(part: int) -> None:
    """All leaves of all trees up to 130, each proof checked by both verifiers; the next leaf's does not hold."""
    tree, roots = grown(BODIES)[0], growing_roots(BODIES)
    for size in range(1 + part, MOST + 1, 4):
        for leaf in range(size):
            path = tree.inclusion(leaf, size)
            assert list(path) == other.inclusion_proof(BODIES[:size], leaf)
            assert verify_inclusion(leaf_hash(BODIES[leaf]), leaf, size, path, roots[size])
            assert other.verify_inclusion(BODIES[leaf], leaf, size, list(path), roots[size])
            assert not verify_inclusion(leaf_hash(BODIES[leaf]), leaf + 1, size, path, roots[size])


@pytest.mark.parametrize("part", range(4))
def test_every_consistency_proof_equals_the_others_and_verifies(part: int) -> None:
    """All pairs up to 130, each proof checked by both verifiers; none holds for another root."""
    tree, roots = grown(BODIES)[0], growing_roots(BODIES)
    for size in range(1 + part, MOST + 1, 4):
        for old in range(1, size + 1):
            path = tree.consistency(old, size)
            assert list(path) == other.consistency_proof(BODIES[:size], old)
            assert verify_consistency(old, roots[old], size, roots[size], path)
            assert other.verify_consistency(old, size, list(path), roots[old], roots[size])
            assert not verify_consistency(old, roots[old - 1], size, roots[size], path)


@settings(max_examples=200, deadline=None)
@given(data=st.data(), size=st.integers(1, 70))
def test_both_verifiers_refuse_and_accept_the_same_damaged_proofs(data: st.DataObject, size: int) -> None:
    """Paths with nodes dropped, doubled, swapped or flipped, and wrong places: one verdict."""
    bodies = BODIES[:size]
    leaf = data.draw(st.integers(0, size - 1))
    path = list(grown(bodies)[0].inclusion(leaf))
    place = data.draw(st.integers(0, max(0, len(path) - 1)))
    damage = data.draw(st.sampled_from(["none", "drop", "double", "flip", "reverse", "move"]))
    if path and damage == "drop":
        del path[place]
    elif path and damage == "double":
        path.insert(place, path[place])
    elif path and damage == "flip":
        path[place] = bytes([path[place][0] ^ 1]) + path[place][1:]
    elif damage == "reverse":
        path.reverse()
    claimed = data.draw(st.integers(0, size)) if damage == "move" else leaf
    root = growing_roots(bodies)[-1]
    ours = verify_inclusion(leaf_hash(bodies[leaf]), claimed, size, path, root)
    theirs = claimed < size and other.verify_inclusion(bodies[leaf], claimed, size, path, root)
    assert ours == theirs


def test_an_inner_node_is_no_leaf() -> None:
    """Second preimage: without the prefixes the two children of a node would pass for an entry."""
    tree, _ = grown(BODIES[:4])
    children = leaf_hash(BODIES[0]) + leaf_hash(BODIES[1])
    path, root = tree.inclusion(0)[1:], tree.root()
    assert not verify_inclusion(leaf_hash(children), 0, 2, path, root)
    assert not verify_inclusion(hashlib.sha256(children).digest(), 0, 2, path, root)
    assert not verify_inclusion(hashlib.sha256(b"\x01" + children).digest(), 0, 4, path, root)


@pytest.mark.parametrize("size", [255, 256, 257, 65_535, 65_536, 65_537])
def test_tiles_and_roots_at_the_borders_of_tiles(size: int) -> None:
    """The verifier's tree makes the same tiles as the writer's, one level and two levels up."""
    bodies = [number.to_bytes(3, "big") for number in range(size)]
    writer, tiles = grown(bodies)
    tree, found = GrowingTree(), dict[tuple[int, int], bytes]()
    for body in bodies:
        for level, position, hashes in tree.add(hashlib.sha256(b"\x00" + body).digest()):
            found[(level, position)] = hashes
    for level, tile in enumerate(tree.tiles):
        if tile:
            found[(level, tree.counts[level])] = b"".join(tile)
    assert (tree.root(), found) == (writer.root(), tiles)
