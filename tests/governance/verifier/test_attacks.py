"""What somebody with full access to the database can try, and what the verifier says to it.

Each attack puts the triggers back: a thief would. The position that is named stands beside it.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.kernel import canonical_bytes
from governance.verifier import LedgerVerdict, verify_store
from tests.governance.samples import Place
from tests.governance.verifier.stores import (
    SIZE,
    Attack,
    add_report,
    attacked,
    bodies_of,
    body_of,
    change_body,
    positions,
    set_body,
    verified,
)


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
    cells = ("d", 9, "default", "run-1", None, "pass", "sha256:0", "{}", "", None, None)
    database.execute(f"INSERT INTO decision VALUES ({', '.join('?' * len(cells))})", cells)  # noqa: S608  placeholders


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


def run_sql(*statements: str) -> Attack:
    """Return the attack that runs these statements."""

    def attack(database: sqlite3.Connection) -> None:
        for statement in statements:
            database.execute(statement)

    return attack


def reorder(database: sqlite3.Connection) -> None:
    """Renumber the last entries the other way round."""
    bodies = bodies_of(database)
    for seq in range(4, SIZE):
        set_body(database, seq, bodies[SIZE + 3 - seq])


def note_with(old: str, new: str, size: int = 8) -> Attack:
    """Return the attack that replaces text in a checkpoint."""

    def attack(database: sqlite3.Connection) -> None:
        (note,) = database.execute("SELECT note FROM ledger_checkpoint WHERE size = ?", (size,)).fetchone()
        assert old in note
        database.execute("UPDATE ledger_checkpoint SET note = ? WHERE size = ?", (note.replace(old, new, 1), size))

    return attack


def loose_base64(database: sqlite3.Connection) -> None:
    """Write the same root with other bits in its padding."""
    (note,) = database.execute("SELECT note FROM ledger_checkpoint WHERE size = 8").fetchone()
    root = note.split("\n")[2]
    loose = root[:-2] + chr(ord(root[-2]) + 1) + "="
    database.execute("UPDATE ledger_checkpoint SET note = ? WHERE size = 8", (note.replace(root, loose),))


def another_payload(database: sqlite3.Connection) -> None:
    """Give an entry the payload of another one."""
    database.execute("UPDATE ledger_payload SET (salt, data) = (SELECT salt, data FROM ledger_payload WHERE seq = 11)"
                     " WHERE seq = 10")  # fmt: skip


def view_for_table(database: sqlite3.Connection) -> None:
    """Put a view in the place of a table, which shows what it likes."""
    database.execute("ALTER TABLE evidence RENAME TO evidence_kept")
    database.execute("CREATE VIEW evidence AS SELECT * FROM evidence_kept")


def node_as_entry(database: sqlite3.Connection) -> None:
    """Put the two children of an inner node in the place of an entry (second preimage)."""
    (tile,) = database.execute("SELECT hashes FROM ledger_tile WHERE level = 0 AND position = 0").fetchone()
    set_body(database, 4, tile[:64])


def two_logs(database: sqlite3.Connection) -> None:
    """Say that the store holds another log, too."""
    database.execute("INSERT INTO ledger_log VALUES (2, 'assay.local/other', 'assay.local/other+0+0', '')")


def hidden_from_index(database: sqlite3.Connection) -> None:
    """Hide a row from the index by which it is looked up."""
    database.execute("PRAGMA writable_schema = ON")
    database.execute("UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name ="
                     " 'ix_estimate_seq') WHERE name = 'ix_report_seq'")  # fmt: skip
    database.execute("PRAGMA writable_schema = RESET")


def computed_column(database: sqlite3.Connection) -> None:
    """Let a column of a table be computed when it is read."""
    database.execute("ALTER TABLE system ADD COLUMN shown TEXT AS (upper(name)) VIRTUAL")


FOUND_ALONE: dict[str, tuple[Attack, str]] = {
    # entries
    "an actor is replaced": (change_body(4, b'"p-1"', b'"p-2"'), "entry 4"),
    "an actor is replaced, in the tiles, too": (change_body(4, b'"p-1"', b'"p-2"', tiles=True), "checkpoint 5"),
    "the first entry is replaced": (change_body(0, b'"system"', b'"sistem"', tiles=True), "checkpoint 1"),
    "the last entry is replaced": (change_body(11, b'"p-1"', b'"p-2"', tiles=True), "checkpoint 12"),
    "an entry is deleted": (delete_entry, "entry 4"),
    "the first entry is deleted": (run_sql("DELETE FROM ledger_entry WHERE seq = 0"), "entry 0"),
    "an entry is inserted": (insert_entry, "entry 4"),
    "two entries are swapped": (swap_entries, "entry 4"),
    "entries are reordered": (reorder, "entry 4"),
    "an entry is moved far away": (run_sql("UPDATE ledger_entry SET seq = 9223372036854775807 WHERE seq = 11"),
                                   "entry 11"),
    "an entry has a negative number": (run_sql("UPDATE ledger_entry SET seq = -1 WHERE seq = 11"), "entry 0"),
    "an entry is added unsigned": (add_unsigned, "entry 12"),
    "an entry of a report is added unsigned": (add_report, "entry 12"),
    "the tail is cut": (cut_tail, "checkpoint 11"),
    "all entries are deleted": (run_sql("DELETE FROM ledger_entry"), "checkpoint 1"),
    # their form
    "a space is added": (add_space, "entry 4"),
    "a line is added": (change_body(4, b'"v":1}', b'"v":1}\n'), "entry 4"),
    "a key comes twice": (double_key, "entry 4"),
    "a number is rounded by others": (huge_number, "entry 4"),
    "a number is 2^53": (change_body(4, b'"version":1', b'"version":9007199254740992'), "entry 4"),
    "a number has thousands of digits": (change_body(4, b'"v":1}', b'"v":' + b"1" * 5000 + b"}"), "entry 4"),
    "a number is a float": (change_body(4, b'"v":1}', b'"v":1.0}'), "entry 4"),
    "a number has an exponent": (change_body(4, b'"v":1}', b'"v":1e0}'), "entry 4"),
    "a number is negative zero": (change_body(4, b'"as_of":1', b'"as_of":-0'), "entry 4"),
    "a number is none": (change_body(4, b'"v":1}', b'"v":NaN}'), "entry 4"),
    "text is half a character": (change_body(4, b'"p-1"', b'"\\ud800"'), "entry 4"),
    "text is escaped without need": (change_body(4, b'"p-1"', b'"\\u0070-1"'), "entry 4"),
    "text is no UTF-8": (change_body(4, b'"p-1"', b'"\xff-1"'), "entry 4"),
    "keys are in another order": (change_body(4, b'"id":"p-1","method":"local"', b'"method":"local","id":"p-1"'),
                                  "entry 4"),
    "a byte-order mark comes first": (change_body(4, b'{"action"', b'\xef\xbb\xbf{"action"'), "entry 4"),
    "brackets are nested without end": (change_body(4, b'"v":1}', b'"v":' + b"[" * 100_000 + b"}"), "entry 4"),
    "a field is added": (change_body(4, b'"v":1}', b'"v":1,"w":1}'), "entry 4"),
    "a field of the actor is added": (change_body(4, b'"role":', b'"name":"A","role":'), "entry 4"),
    "the time has another form": (change_body(4, b'000000Z"', b'00000+00:00"'), "entry 4"),
    "the version is true": (change_body(4, b'"v":1}', b'"v":true}'), "entry 4"),
    "the entry is no object": (lambda database: set_body(database, 4, b"[]"), "entry 4"),
    "the entry is empty": (lambda database: set_body(database, 4, b""), "entry 4"),
    "the entry is text, not bytes": (run_sql("UPDATE ledger_entry SET body = CAST(body AS TEXT) WHERE seq = 4"),
                                     "entry 4"),
    "the entry is a number": (run_sql("UPDATE ledger_entry SET body = 4 WHERE seq = 4"), "entry 4"),
    "an inner node is in the place of an entry": (node_as_entry, "entry 4"),
    "entries have no numbers": (
        run_sql("CREATE TABLE other AS SELECT 'x' || seq AS seq, body FROM ledger_entry", "DROP TABLE ledger_entry",
                "ALTER TABLE other RENAME TO ledger_entry"), "table ledger_entry"),
    # checkpoints
    "all checkpoints are removed": (drop_checkpoints, "entry 0"),
    "the last checkpoint is removed": (run_sql("DELETE FROM ledger_checkpoint WHERE size = 12"), "entry 11"),
    "a size has a zero before it": (leading_zero, "checkpoint 8"),
    "a size is 0800": (note_with("\n8\n", "\n0800\n"), "checkpoint 8"),
    "a size is another": (note_with("\n8\n", "\n9\n"), "checkpoint 8"),
    "a size has Arabic digits": (note_with("\n8\n", "\n٨\n"), "checkpoint 8"),
    "base64 has loose bits": (loose_base64, "checkpoint 8"),
    "a signature is stripped": (note_with("— ", "- "), "checkpoint 8"),
    "a signature is another's": (note_with("— assay.local", "— other.local"), "checkpoint 8"),
    "a signature has another bit": (note_with("=\n\n— ", "=\n\n—  "), "checkpoint 8"),
    "an extension line is added": (note_with("=\n\n", "=\nmore\n\n"), "checkpoint 8"),
    "a checkpoint is a blob": (run_sql("UPDATE ledger_checkpoint SET note = CAST(note AS BLOB) WHERE size = 8"),
                               "checkpoint 8"),
    "a checkpoint holds NUL": (note_with("=\n\n", "=\x00\n\n"), "checkpoint 8"),
    "a checkpoint is of a far size": (run_sql("UPDATE ledger_checkpoint SET size = 9000000000000000000 WHERE size=8"),
                                      "checkpoint 9000000000000000000"),
    "a checkpoint is of more entries than numbers": (note_with("\n8\n", "\n9999999999999999999\n"), "checkpoint 8"),
    "a checkpoint is copied to another size": (
        run_sql("UPDATE ledger_checkpoint SET note = (SELECT note FROM ledger_checkpoint WHERE size=8) WHERE size=9"),
        "checkpoint 9"),
    # tiles
    "tiles are zeroed": (damage_tile, "tile 0/0"),
    "a tile is cut": (run_sql("UPDATE ledger_tile SET hashes = substr(hashes, 33)"), "tile 0/0"),
    "a tile is missing": (run_sql("DELETE FROM ledger_tile"), "tile 0/0"),
    "a tile is text": (run_sql("UPDATE ledger_tile SET hashes = hex(hashes)"), "tile 0/0"),
    "a tile is added": (extra_tile, "tile 0/1"),
    "a tile of another level is added": (run_sql("INSERT INTO ledger_tile VALUES (7, 0, zeroblob(32))"), "tile 7/0"),
    # payloads
    "a payload is added to an entry without": (stray_payload, "entry 4"),
    "a payload belongs to no entry": (later_payload, "payload 77"),
    "a payload is edited": (run_sql("UPDATE ledger_payload SET data = x'7b7d' WHERE seq = 10"), "entry 10"),
    "a payload is another entry's": (another_payload, "entry 10"),
    "payloads are swapped": (run_sql("UPDATE ledger_payload SET seq = 99 WHERE seq = 10",
                                     "UPDATE ledger_payload SET seq = 10 WHERE seq = 11",
                                     "UPDATE ledger_payload SET seq = 11 WHERE seq = 99"), "entry 10"),
    "a payload is text": (run_sql("UPDATE ledger_payload SET data = CAST(data AS TEXT) WHERE seq = 10"), "entry 10"),
    "a payload is gone, and nobody erased it": (run_sql("DELETE FROM ledger_payload WHERE seq = 10"), "entry 10"),
    "payloads have no numbers": (
        run_sql("CREATE TABLE other AS SELECT 'x' || seq AS seq, salt, data FROM ledger_payload",
                "DROP TABLE ledger_payload", "ALTER TABLE other RENAME TO ledger_payload"), "table ledger_payload"),
    # state rows
    "a number is made nicer": (nicer_estimate, "entry 2"),
    "a run is declared complete": (complete_run, "entry 2"),
    "evidence is lost": (lose_evidence, "entry 2"),
    "a decision is sneaked in": (sneak_decision, "entry 9"),
    "a row points beyond the ledger": (orphan_report, "table report"),
    "a row points before the ledger": (run_sql("UPDATE report SET seq = -1 WHERE seq = 5"), "table report"),
    "a row points at no number": (run_sql("UPDATE report SET seq = 'x' WHERE seq = 5"), "table report"),
    "a row is moved to another entry": (run_sql("UPDATE report SET seq = 6 WHERE seq = 5"), "entry 5"),
    "a cell is changed": (run_sql("UPDATE evidence SET origin_actor = 'x'"), "entry 2"),
    "a cell is a blob": (run_sql("UPDATE report SET kind = CAST(kind AS BLOB) WHERE seq = 5"), "entry 5"),
    "a cell is a float": (run_sql("UPDATE report SET as_of = 1.5 WHERE seq = 5"), "entry 5"),
    "a cell has NUL in it": (run_sql("UPDATE report SET kind = 'evaluation' || char(0) || 'x' WHERE seq = 5"),
                             "entry 5"),
    "a cell is very large": (run_sql("UPDATE report SET kind = hex(zeroblob(5000000)) WHERE seq = 5"), "entry 5"),
    "a cell is half a character": (run_sql("UPDATE report SET kind = CAST(x'eda080' AS TEXT) WHERE seq = 5"),
                                   "entry 5"),
    # the file
    "a table is emptied": (run_sql("DELETE FROM report"), "entry 3"),
    "a table is dropped": (run_sql("DROP TABLE evidence"), "entry 2"),
    "a table is renamed": (run_sql("ALTER TABLE evidence RENAME TO evidences"), "entry 2"),
    "a table of the ledger is renamed": (run_sql("ALTER TABLE ledger_payload RENAME TO ledger_payloads"),
                                         "table ledger_payload"),
    "a table has a name with NUL": (run_sql('CREATE TABLE "run\x01" (seq INTEGER)'), "table 'run\\x01'"),
    "the stamp is renamed": (run_sql("ALTER TABLE evidence RENAME COLUMN seq TO stamp"), "entry 2"),
    "a view is in the place of a table": (view_for_table, "view evidence"),
    "a column is computed": (computed_column, "table system"),
    "a row is hidden from an index": (hidden_from_index, "file"),
    "the log has another name": (run_sql("UPDATE ledger_log SET origin = 'assay.local/other'"), "table ledger_log"),
    "the log has no name": (run_sql("DELETE FROM ledger_log"), "table ledger_log"),
    "two logs are in one store": (two_logs, "table ledger_log"),
    "the store names another key": (run_sql("UPDATE ledger_log SET vkey = 'x' || vkey"), "table ledger_log"),
    "the store names a key of another world": (
        run_sql("UPDATE ledger_log SET vkey = CAST(x'ff2b30302b4141' AS TEXT)"), "table ledger_log"),
    "the table of keys names another": (run_sql("UPDATE ledger_key SET vkey = 'x' || vkey"), "table ledger_key"),
    "the table of keys has one more": (run_sql("INSERT INTO ledger_key (seq, vkey) VALUES (5, 'x')"),
                                       "table ledger_key"),
    "a key is said to be valid longer": (run_sql("UPDATE ledger_key SET valid_until = '2099'"), "table ledger_key"),
}  # fmt: skip


def test_a_sound_store_is_ok_with_a_trusted_checkpoint_and_undecided_without(filled: Place) -> None:
    """Nothing is found; the verdict depends on whether a checkpoint left the store."""
    with_witness, alone = verified(filled), verified(filled, trusted=False)
    assert (with_witness.verdict, with_witness.findings) == (LedgerVerdict.OK, ())
    assert (with_witness.size, with_witness.trusted_size) == (SIZE, SIZE)
    assert (alone.verdict, alone.findings) == (LedgerVerdict.CANNOT_DECIDE, ())
    assert any("rollback" in note for note in alone.notes)


@pytest.mark.parametrize("name", FOUND_ALONE)
def test_an_attack_is_found_without_a_trusted_checkpoint_and_its_place_named(filled: Place, name: str) -> None:
    """The database and the public key are enough for these."""
    attack, position = FOUND_ALONE[name]
    attacked(filled, attack)
    result = verified(filled, trusted=False)
    assert result.verdict is LedgerVerdict.TAMPERED
    assert position in positions(result)


def test_a_fast_look_finds_what_changes_hashes(filled: Place) -> None:
    """Hashes, tree and checkpoints alone find an edit, and say what they did not look at."""
    assert verified(filled, is_fast=True).verdict is LedgerVerdict.OK
    attacked(filled, FOUND_ALONE["an actor is replaced, in the tiles, too"][0])
    result = verified(filled, is_fast=True)
    assert positions(result)[0] == "checkpoint 5"
    assert any("fast" in note for note in result.notes)


def test_the_reason_is_said(filled: Place) -> None:
    """A key that comes twice is named as such, not merely as another form."""
    attacked(filled, double_key)
    assert any("holds a key twice" in finding.message for finding in verified(filled).findings)


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
