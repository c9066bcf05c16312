"""Proofs that are checked without the store: what follows from a key and a checkpoint, and what does not."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pytest

from governance.ledger import Signer
from governance.verifier import LedgerVerdict, ProofResult, verify_proof
from tests.governance.samples import Place
from tests.governance.verifier.stores import (
    SIZE,
    add_report,
    attacked,
    rotate,
    signed,
    signer_of,
    successor,
    vkey_of,
)
from tests.governance.verifier.test_witness import witness_lines

Document = dict[str, Any]


def proved(place: Place, seq: int | None = 4, since: str | None = None) -> Document:
    """Return the proof that the record makes."""
    record = place.open()
    try:
        return {**record.prove(seq, since=since).document()}
    finally:
        record.close()


def checked(document: Document, vkey: str | None, trusted: Iterable[str] = ()) -> ProofResult:
    """Check a proof as it comes out of a file."""
    return verify_proof(json.dumps(document).encode(), vkey=vkey, trusted=trusted)


def test_an_entry_is_proved_under_a_key_and_a_checkpoint(filled: Place) -> None:
    """The store is not needed, the checkpoint of the proof is the one that was kept."""
    result = checked(proved(filled), filled.vkey, witness_lines(filled))
    assert (result.verdict, result.findings, result.size) == (LedgerVerdict.OK, (), SIZE)
    assert "entry 4 (report.built" in result.shown[0]


@pytest.mark.parametrize("lacks", ["key", "checkpoint", "fitting checkpoint"])
def test_a_proof_alone_decides_nothing(filled: Place, lacks: str) -> None:
    """Its own key and its own checkpoint are its own word."""
    trusted = {"key": witness_lines(filled), "checkpoint": [], "fitting checkpoint": witness_lines(filled)[:3]}
    result = checked(proved(filled), None if lacks == "key" else filled.vkey, trusted[lacks])
    assert (result.verdict, result.findings) == (LedgerVerdict.CANNOT_DECIDE, ())
    assert len(result.notes) == 1


@pytest.mark.parametrize("seq", [None, 4])
def test_an_older_checkpoint_is_continued(filled: Place, seq: int | None) -> None:
    """With `since` the checkpoint that was kept may be an old one."""
    kept = witness_lines(filled)[3]
    result = checked(proved(filled, seq, kept), filled.vkey, [kept])
    assert (result.verdict, result.findings) == (LedgerVerdict.OK, ())
    assert "begins with the 5 of" in result.shown[-1]


def test_another_history_does_not_continue_what_was_kept(filled: Place) -> None:
    """A fork under the same key is found by the checkpoint, of the same size or of an older one."""
    kept, signer = witness_lines(filled)[3], signer_of(filled)
    other = signer.sign(5, bytes(32)).note
    result = checked(proved(filled, None, kept), filled.vkey, [other])
    assert result.findings[0].position == "trusted checkpoint 5"
    newest = signer.sign(SIZE, bytes(32)).note
    assert checked(proved(filled), filled.vkey, [newest]).verdict is LedgerVerdict.TAMPERED


def rotated(place: Place) -> list[Signer]:
    """Rotate the key of the store twice, and put the newest one into the folder of keys."""
    signers = [signer_of(place), successor(place, 1), successor(place, 2)]

    def work(database: sqlite3.Connection) -> None:
        for old, new in pairwise(signers):
            rotate(database, vkey_of(old), vkey_of(new))
            signed(database, old, new)
            add_report(database)
            signed(database, new)

    attacked(place, work)
    return signers


def rotated_proof(place: Place) -> tuple[Document, list[Signer], str]:
    """Return a proof out of a store whose key rotated twice, the signers and the newest checkpoint."""
    first = place.open()
    signers = rotated(place)
    note = place.sql("SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")[0][0]
    from governance._proving import prove  # noqa: PLC0415  as the record does, without its key
    from governance.ledger import parse_checkpoint  # noqa: PLC0415

    with first._door.reading() as connection:
        newest = parse_checkpoint(note, signers[-1].verifier)
        document = prove(connection, newest, vkey_of(signers[-1]), seq=4, since=None).document()
    first.close()
    return {**document}, signers, note


@pytest.mark.parametrize("held", [0, 1, 2])
def test_a_proof_is_followed_from_any_key_to_the_newest(filled: Place, held: int) -> None:
    """The document brings the rotations, each under a checkpoint of both keys."""
    document, signers, note = rotated_proof(filled)
    result = checked(document, vkey_of(signers[held]), [note])
    assert (result.verdict, result.findings) == (LedgerVerdict.OK, ())


def test_a_rotation_that_the_old_key_did_not_sign_is_not_followed(filled: Place) -> None:
    """A thief of the newest key alone cannot lead from the reader's key to it."""
    document, signers, note = rotated_proof(filled)
    head, lines = document["rotations"][0]["checkpoint"].split("\n\n")
    document["rotations"][0]["checkpoint"] = f"{head}\n\n{lines.split(chr(10))[1]}\n"
    result = checked(document, vkey_of(signers[0]), [note])
    assert (result.verdict, result.findings[0].position) == (LedgerVerdict.TAMPERED, "entry 12")


def change(*path: str | int, to: object) -> Callable[[Document], None]:
    """Return the change of one place in a document."""

    def apply(document: Document) -> None:
        place: Any = document
        for one in path[:-1]:
            place = place[one]
        place[path[-1]] = to(place[path[-1]]) if callable(to) else to

    return apply


CHANGES: dict[str, tuple[Callable[[Document], None], str]] = {
    "another body": (change("body", to=lambda body: body.replace("p-1", "p-2")), "entry 4"),
    "another number": (change("seq", to=5), "entry 5"),
    "a number that is true": (change("seq", to=True), "entry True"),
    "a shorter path": (change("path", to=lambda path: path[:-1]), "entry 4"),
    "a longer path": (change("path", to=lambda path: [*path, path[0]]), "entry 4"),
    "another path": (change("path", 0, to=lambda _: "A" * 43 + "="), "entry 4"),
    "a path of loose base64": (change("path", 0, to="AAB="), "entry 4"),
    "a path that is text": (change("path", to="x"), "entry 4"),
    "another size": (change("checkpoint", to=lambda note: note.replace("\n12\n", "\n13\n")), "checkpoint"),
    "a size with a zero": (change("checkpoint", to=lambda note: note.replace("\n12\n", "\n012\n")), "checkpoint"),
    "no checkpoint": (change("checkpoint", to=None), "checkpoint"),
    "half a character": (change("body", to="\ud800"), "entry 4"),
    "another format": (change("format", to="assay-proof/2"), "proof"),
    "another older checkpoint": (change("since", "checkpoint", to=lambda note: note.replace("\n5\n", "\n6\n")),
                                 "older checkpoint"),
    "another way from the older one": (change("since", "path", to=list), "older checkpoint"),
    "no way from the older one": (change("since", "path", to=lambda _: []), "older checkpoint"),
    "garbage for the older one": (change("since", to=7), "older checkpoint"),
    "garbage for rotations": (change("rotations", to=[7]), "rotations"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_proof_that_was_changed_does_not_hold(filled: Place, name: str) -> None:
    """Each part is bound to the root that the key signed; the place is named."""
    kept = witness_lines(filled)[3]
    document = proved(filled, since=kept)
    apply, position = CHANGES[name]
    if name == "another way from the older one":
        document["since"]["path"] = document["since"]["path"][::-1]
    else:
        apply(document)
    result = checked(document, filled.vkey, [kept])
    assert result.verdict is LedgerVerdict.TAMPERED
    assert result.findings[0].position == position


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"format":"assay-proof/1","format":""}'])
def test_garbage_is_no_proof(filled: Place, data: bytes) -> None:
    """What cannot be read does not hold."""
    assert verify_proof(data, vkey=filled.vkey).verdict is LedgerVerdict.TAMPERED


def test_a_proof_under_a_foreign_key_does_not_hold(filled: Place) -> None:
    """A whole log can be made up; its key cannot be yours."""
    result = checked(proved(filled), vkey_of(successor(filled)), witness_lines(filled))
    assert (result.verdict, result.findings[0].position) == (LedgerVerdict.TAMPERED, "checkpoint")
