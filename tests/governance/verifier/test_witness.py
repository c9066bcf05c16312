"""What the database alone cannot show: a checkpoint that was kept elsewhere finds it; nothing is `ok` without one."""

import base64
import shutil
import sqlite3
from collections.abc import Callable

import pytest

from governance.ledger import Signer, Verifier
from governance.verifier import LedgerVerdict, verify_store, witnessed_notes
from tests.governance.ledger.test_tree import grown
from tests.governance.samples import Place, append
from tests.governance.verifier.stores import (
    add_report,
    attacked,
    bodies_of,
    change_body,
    keep,
    positions,
    rebuild_tiles,
    signed,
    signer_of,
    verified,
)


def cut_to(database: sqlite3.Connection, size: int) -> None:
    """Leave exactly what the store was at an earlier size."""
    for table in ("ledger_entry", "ledger_payload", "system", "run", "estimate", "evidence", "report", "person"):
        database.execute(f"DELETE FROM {table} WHERE seq >= ?", (size,))  # noqa: S608  our own names
    database.execute("DELETE FROM ledger_checkpoint WHERE size > ?", (size,))
    rebuild_tiles(database)


def test_an_older_copy_is_found_by_the_witness_alone(filled: Place) -> None:
    """A tail cut together with its checkpoints is a sound older store; the witness file knows better."""
    attacked(filled, lambda database: cut_to(database, 9))
    assert verified(filled, trusted=False).verdict is LedgerVerdict.CANNOT_DECIDE
    result = verified(filled)
    assert result.verdict is LedgerVerdict.TAMPERED
    first = result.findings[0]
    assert (first.position, first.message) == ("trusted checkpoint 10", "it covers 10 entries, only 9 are there")


def resign(database: sqlite3.Connection, signer: Signer) -> None:
    """Change an entry and sign everything again."""
    change_body(4, b'"p-1"', b'"p-2"')(database)
    rebuild_tiles(database)
    tree = grown(bodies_of(database))[0]
    for (one,) in database.execute("SELECT size FROM ledger_checkpoint").fetchall():
        note = signer.sign(one, tree.root(one)).note
        database.execute("UPDATE ledger_checkpoint SET note = ? WHERE size = ?", (note, one))


def test_a_rewrite_with_the_stolen_key_is_found_by_the_witness_alone(filled: Place) -> None:
    """Whoever has the key can sign another history, but not the one that left the store."""
    signer = signer_of(filled)
    attacked(filled, lambda database: resign(database, signer))
    assert verified(filled, trusted=False).verdict is LedgerVerdict.CANNOT_DECIDE
    result = verified(filled)
    assert result.verdict is LedgerVerdict.TAMPERED
    assert result.findings[0].position == "trusted checkpoint 5"


def test_a_rewrite_with_a_foreign_key_is_found(filled: Place) -> None:
    """Swapping the store's key with its signatures does not help against the key that you hold."""
    foreign = Signer(Verifier.parse(filled.vkey).name, bytes(32))

    def attack(database: sqlite3.Connection) -> None:
        resign(database, foreign)
        database.execute("UPDATE ledger_log SET vkey = ?", (str(foreign.verifier),))

    attacked(filled, attack)
    result = verified(filled, trusted=False)
    assert result.verdict is LedgerVerdict.TAMPERED
    assert {"table ledger_log", "checkpoint 1"} <= {finding.position for finding in result.findings}


def test_one_trusted_checkpoint_is_enough(filled: Place) -> None:
    """An old checkpoint in somebody's mail shows that the store continues it."""
    second = list(witnessed_notes(filled.witness))[1]
    result = verify_store(filled.store, vkey=filled.vkey, trusted=[second])
    assert (result.verdict, result.trusted_size) == (LedgerVerdict.OK, 3)


def test_an_older_file_put_back_is_found_by_the_witness_alone(original: Place, filled: Place) -> None:
    """A rollback of the whole file is sound in itself; whoever kept a newer checkpoint sees it."""
    record = filled.open()
    append(record, 2)
    record.close()
    for one in filled.path.glob("store.sqlite*"):
        one.unlink()
    shutil.copyfile(original.store, filled.store)
    assert verified(filled, trusted=False).verdict is LedgerVerdict.CANNOT_DECIDE
    assert positions(verified(filled)) == ["trusted checkpoint 13", "trusted checkpoint 14"]


def test_a_fork_is_found_by_the_witness_alone(filled: Place) -> None:
    """Two histories that the same key signed are told apart by whoever holds a checkpoint of the other one."""
    signer = signer_of(filled)

    def attack(database: sqlite3.Connection) -> None:
        cut_to(database, 9)
        for _ in range(4):
            add_report(database)
            signed(database, signer)

    attacked(filled, attack)
    assert verified(filled, trusted=False).verdict is LedgerVerdict.CANNOT_DECIDE
    assert positions(verified(filled)) == ["trusted checkpoint 10", "trusted checkpoint 11", "trusted checkpoint 12"]


def witness_lines(place: Place) -> list[str]:
    """Return the checkpoints of the witness file."""
    return list(witnessed_notes(place.witness))


OTHER = Signer("assay.local/other", bytes(32)).sign(12, bytes(32)).note
WITNESSES: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "a line is edited": (lambda notes: [*notes[:4], notes[4].replace("=\n\n", "A\n\n"), *notes[5:]],
                         "trusted checkpoint number 5"),
    "a size is edited": (lambda notes: [*notes[:4], notes[4].replace("\n6\n", "\n5\n"), *notes[5:]],
                         "trusted checkpoint 5"),
    "lines are reordered": (lambda notes: [*notes[:4], notes[5], notes[4], *notes[6:]], "trusted checkpoint 6"),
    "the file is upside down": (lambda notes: notes[::-1], "trusted checkpoint 1"),
    "a line is garbage": (lambda notes: [*notes[:4], "garbage", *notes[4:]], "trusted checkpoint number 5"),
    "a line is of another log": (lambda notes: [*notes, OTHER], "trusted checkpoint 12"),
    "a line is signed by another key": (lambda notes: [*notes, foreign(notes[-1])], "trusted checkpoint 12"),
    "a line is of size 0": (lambda notes: [notes[0].replace("\n1\n", "\n0\n"), *notes], "trusted checkpoint 0"),
}  # fmt: skip


def foreign(note: str) -> str:
    """Return the same checkpoint, signed by another key of the same name."""
    origin, size, root = note.split("\n")[:3]
    return Signer(origin, bytes(32)).sign(int(size), base64.b64decode(root)).note


@pytest.mark.parametrize("name", WITNESSES)
def test_a_witness_file_that_was_changed_is_found(filled: Place, name: str) -> None:
    """What is held against the store is not believed unread, and its order is part of what it says."""
    change, position = WITNESSES[name]
    kept = keep(filled, *change(witness_lines(filled)))
    result = verify_store(filled.store, vkey=filled.vkey, trusted=witnessed_notes(kept))
    assert result.verdict is LedgerVerdict.TAMPERED
    assert position in positions(result)


def test_a_witness_file_whose_tail_was_cut_vouches_for_less_and_says_so(filled: Place) -> None:
    """Cutting the store and the file alike leaves nothing to see: another copy of a checkpoint must exist."""
    kept = keep(filled, *witness_lines(filled)[:5])
    result = verify_store(filled.store, vkey=filled.vkey, trusted=witnessed_notes(kept))
    assert (result.verdict, result.trusted_size) == (LedgerVerdict.OK, 6)
    assert any("covers 6 of 12 entries" in note for note in result.notes)
