"""What somebody with full access to the database can try, and what the verifier says to it."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.kernel import canonical_bytes
from governance.ledger import KeyFolder, Signer, Verifier
from governance.verifier import LedgerVerdict, Verification, verify_store, witnessed_notes
from tests.governance.ledger.test_tree import grown
from tests.governance.samples import ME, Place, append

Attack = Callable[[sqlite3.Connection], object]
SIZE = 12  # entries of the store under attack, the first one included


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Make a store with a recorded run and more entries, once."""
    place = Place(tmp_path_factory.mktemp("original"))
    record = place.open()
    place.run("a", "b", of=3)
    record.ingest_run(place.path / "runs" / "run-1", ME)
    append(record, SIZE - 3)
    record.close()
    return place


@pytest.fixture
def filled(original: Place, tmp_path: Path) -> Place:
    """Return a copy of the store to attack."""
    shutil.copytree(original.path, tmp_path / "copy")
    return Place(tmp_path / "copy")


def attacked(place: Place, attack: Attack) -> None:
    """Run the attack with the triggers out of the way, as their owner can, and put them back as a thief would."""
    with closing(sqlite3.connect(place.store)) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        attack(database)
        for _, sql in triggers:
            database.execute(sql)
        database.commit()


def verified(place: Place, *, trusted: bool = True) -> Verification:
    """Verify as `assay ledger verify` does, or with the database and the key alone."""
    notes = witnessed_notes(place.witness) if trusted else ()
    return verify_store(place.store, vkey=place.vkey, trusted=notes)


def body_of(database: sqlite3.Connection, seq: int) -> bytes:
    """Return an entry's bytes."""
    return bytes(database.execute("SELECT body FROM ledger_entry WHERE seq = ?", (seq,)).fetchone()[0])


def set_body(database: sqlite3.Connection, seq: int, body: bytes) -> None:
    """Replace an entry's bytes."""
    database.execute("UPDATE ledger_entry SET body = ? WHERE seq = ?", (body, seq))


def edit_body(database: sqlite3.Connection) -> None:
    """Say that another person did it."""
    set_body(database, 4, body_of(database, 4).replace(b'"p-1"', b'"p-2"'))


def add_space(database: sqlite3.Connection) -> None:
    """Keep the meaning, change the form."""
    set_body(database, 4, body_of(database, 4).replace(b'{"action"', b'{ "action"'))


def double_key(database: sqlite3.Connection) -> None:
    """Give a key twice: lenient readers keep the last."""
    set_body(database, 4, body_of(database, 4)[:-1] + b',"v":1}')


def huge_number(database: sqlite3.Connection) -> None:
    """Use a number that other readers round."""
    set_body(database, 4, body_of(database, 4).replace(b'"v":1}', b'"v":9007199254740993}'))


def delete_entry(database: sqlite3.Connection) -> None:
    """Remove an entry from the middle."""
    database.execute("DELETE FROM ledger_entry WHERE seq = 4")


def insert_entry(database: sqlite3.Connection) -> None:
    """Push an entry in between, moving the later ones up."""
    database.execute("DELETE FROM ledger_checkpoint WHERE size > 4")
    for seq in range(SIZE - 1, 3, -1):
        database.execute("UPDATE ledger_entry SET seq = ? WHERE seq = ?", (seq + 1, seq))
    database.execute("INSERT INTO ledger_entry VALUES (4, ?)", (body_of(database, 3),))


def swap_entries(database: sqlite3.Connection) -> None:
    """Change the order."""
    one, other = body_of(database, 4), body_of(database, 5)
    set_body(database, 4, other)
    set_body(database, 5, one)


def add_unsigned(database: sqlite3.Connection) -> None:
    """Append an entry without a checkpoint."""
    document = {**json.loads(body_of(database, SIZE - 1)), "seq": SIZE}
    database.execute("INSERT INTO ledger_entry VALUES (?, ?)", (SIZE, canonical_bytes(document)))


def cut_tail(database: sqlite3.Connection) -> None:
    """Cut the last entries, keep the checkpoints."""
    database.execute("DELETE FROM ledger_entry WHERE seq >= 10")


def drop_checkpoints(database: sqlite3.Connection) -> None:
    """Remove every signature."""
    database.execute("DELETE FROM ledger_checkpoint")


def leading_zero(database: sqlite3.Connection) -> None:
    """Write a size in another form."""
    database.execute(
        "UPDATE ledger_checkpoint SET note = replace(note, char(10) || '8', char(10) || '08') WHERE size=8"
    )


def damage_tile(database: sqlite3.Connection) -> None:
    """Make proofs come out wrong."""
    database.execute("UPDATE ledger_tile SET hashes = zeroblob(length(hashes))")


def nicer_estimate(database: sqlite3.Connection) -> None:
    """Improve a number beside the ledger."""
    database.execute("UPDATE estimate SET mean = '1'")


def complete_run(database: sqlite3.Connection) -> None:
    """Declare a partial run complete."""
    database.execute("UPDATE run SET outcome = 'complete', reason = ''")


def lose_evidence(database: sqlite3.Connection) -> None:
    """Remove a row that an entry sealed."""
    database.execute("DELETE FROM evidence")


def sneak_decision(database: sqlite3.Connection) -> None:
    """Add a decision that was never recorded."""
    database.execute("INSERT INTO decision VALUES ('d', 9, 'default', 'run-1', NULL, 'pass', 'sha256:0', '{}', '')")


def orphan_report(database: sqlite3.Connection) -> None:
    """Add a row that points beyond the ledger."""
    database.execute("INSERT INTO report VALUES ('r', 99, 'evaluation', 'html', 's', 'run-1', 'sha256:0', 1, '')")


def stray_payload(database: sqlite3.Connection) -> None:
    """Add a payload to an entry that committed to none."""
    database.execute("INSERT INTO ledger_payload VALUES (4, x'00', x'7b7d')")


def later_payload(database: sqlite3.Connection) -> None:
    """Add a payload to an entry that does not exist."""
    database.execute("INSERT INTO ledger_payload VALUES (77, x'00', x'7b7d')")


def extra_tile(database: sqlite3.Connection) -> None:
    """Add hashes of entries that do not exist."""
    database.execute("INSERT INTO ledger_tile VALUES (0, 1, zeroblob(32))")


FOUND_ALONE: dict[Attack, str] = {
    edit_body: "entry 4",
    add_space: "entry 4",
    double_key: "entry 4",
    huge_number: "entry 4",
    delete_entry: "entry 4",
    insert_entry: "entry 4",
    swap_entries: "entry 4",
    add_unsigned: "entry 12",
    cut_tail: "checkpoint 11",
    drop_checkpoints: "entry 0",
    leading_zero: "checkpoint 8",
    damage_tile: "tile 0/0",
    nicer_estimate: "entry 2",
    complete_run: "entry 2",
    lose_evidence: "entry 2",
    sneak_decision: "entry 9",
    orphan_report: "table report",
    stray_payload: "entry 4",
    later_payload: "payload 77",
    extra_tile: "tile 0/1",
}


def test_a_sound_store_is_ok_with_a_trusted_checkpoint_and_undecided_without(filled: Place) -> None:
    """Nothing is found; the verdict depends on whether a checkpoint left the store."""
    with_witness, alone = verified(filled), verified(filled, trusted=False)
    assert (with_witness.verdict, with_witness.findings) == (LedgerVerdict.OK, ())
    assert (with_witness.size, with_witness.trusted_size) == (SIZE, SIZE)
    assert (alone.verdict, alone.findings) == (LedgerVerdict.CANNOT_DECIDE, ())
    assert any("rollback" in note for note in alone.notes)


@pytest.mark.parametrize("attack", FOUND_ALONE, ids=lambda attack: attack.__name__)
def test_an_attack_is_found_without_a_trusted_checkpoint_and_its_place_named(filled: Place, attack: Attack) -> None:
    """The database and the public key are enough for these."""
    attacked(filled, attack)
    result = verified(filled, trusted=False)
    assert result.verdict is LedgerVerdict.TAMPERED
    assert FOUND_ALONE[attack] in [finding.position for finding in result.findings]


def test_the_reason_is_said(filled: Place) -> None:
    """A key that comes twice is named as such, not merely as another form."""
    attacked(filled, double_key)
    assert any("holds a key twice" in finding.message for finding in verified(filled).findings)


def cut_to(database: sqlite3.Connection, size: int) -> None:
    """Leave exactly what the store was at an earlier size."""
    bodies = [body_of(database, seq) for seq in range(size)]
    for table in ("ledger_entry", "system", "run", "estimate", "evidence", "report"):
        database.execute(f"DELETE FROM {table} WHERE seq >= ?", (size,))  # noqa: S608  our own names
    database.execute("DELETE FROM ledger_checkpoint WHERE size > ?", (size,))
    database.execute("DELETE FROM ledger_tile")
    for (level, position), hashes in grown(bodies)[1].items():
        database.execute("INSERT INTO ledger_tile VALUES (?, ?, ?)", (level, position, hashes))


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
    edit_body(database)
    size = database.execute("SELECT count(*) FROM ledger_entry").fetchone()[0]
    bodies = [body_of(database, seq) for seq in range(size)]
    tree, tiles = grown(bodies)
    for (level, position), hashes in tiles.items():
        database.execute(
            "UPDATE ledger_tile SET hashes = ? WHERE (level, position) = (?, ?)", (hashes, level, position)
        )
    for (one,) in database.execute("SELECT size FROM ledger_checkpoint").fetchall():
        note = signer.sign(one, tree.root(one)).note
        database.execute("UPDATE ledger_checkpoint SET note = ? WHERE size = ?", (note, one))


def test_a_rewrite_with_the_stolen_key_is_found_by_the_witness_alone(filled: Place) -> None:
    """Whoever has the key can sign another history, but not the one that left the store."""
    signer = KeyFolder(filled.keys).load(Verifier.parse(filled.vkey))
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


def test_a_file_that_is_no_store_is_not_ok(tmp_path: Path) -> None:
    """Garbage is a finding; nothing at all is an error."""
    garbage = tmp_path / "store.sqlite"
    garbage.write_bytes(b"this is not a database" * 100)
    assert verify_store(garbage).verdict is LedgerVerdict.TAMPERED
    with pytest.raises(FileNotFoundError):
        verify_store(tmp_path / "none.sqlite")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_of_any_entry_is_found(filled: Place, data: st.DataObject) -> None:
    """Flip one bit of one body and put it back afterwards."""
    seq = data.draw(st.integers(0, SIZE - 1))
    with closing(sqlite3.connect(filled.store)) as database:
        before = body_of(database, seq)
    place = data.draw(st.integers(0, len(before) - 1))
    after = before[:place] + bytes([before[place] ^ (1 << data.draw(st.integers(0, 7)))]) + before[place + 1 :]
    attacked(filled, lambda database: set_body(database, seq, after))
    assert verified(filled).verdict is LedgerVerdict.TAMPERED
    attacked(filled, lambda database: set_body(database, seq, before))
    assert verified(filled).verdict is LedgerVerdict.OK
