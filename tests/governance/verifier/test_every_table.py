"""Every table that an entry seals, attacked in every way: what was done is found, and its table is named."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.kernel import JsonValue
from governance.ledger import Action
from governance.store import STATE_TABLES
from governance.verifier import LedgerVerdict
from governance.verifier._meanings import ACCOMPANYING, ACTIONS
from governance.verifier.single_file import single_file
from tests.governance.samples import Place
from tests.governance.verifier.every_table import fill_every_table
from tests.governance.verifier.stores import Attack, add_entry, attacked, positions, verified

TABLES = sorted({*STATE_TABLES})
# What is recorded without a row of its own.
WITHOUT_ROWS = {"workspace.created", "key.rotated", "export.made", "lineage.recorded", "judge.card"}

IGNORED = "PRAGMA ignore_check_constraints = 1"  # the database takes what its own constraints would refuse


@pytest.fixture(scope="module")
def every_table(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Make the store, once."""
    return fill_every_table(Place(tmp_path_factory.mktemp("every")))


@pytest.fixture
def store(every_table: Place, tmp_path: Path) -> Place:
    """Return a copy of the store to attack."""
    shutil.copytree(every_table.keys, tmp_path / "keys")
    shutil.copy(every_table.store, tmp_path / "store.sqlite")
    return Place(tmp_path)


def columns(database: sqlite3.Connection, table: str) -> list[str]:
    """Return the names of a table's columns but the stamp."""
    return [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})") if name != "seq"]


def attacks(table: str) -> Iterator[Attack]:
    """Yield what can be done to the rows of a table behind the product's back."""
    one = f"seq = (SELECT min(seq) FROM {table})"  # noqa: S608  the name of a table of ours
    yield lambda database: database.execute(f"DELETE FROM {table} WHERE {one}")  # noqa: S608
    yield lambda database: database.execute(f"UPDATE {table} SET seq = 0 WHERE {one}")  # noqa: S608
    yield lambda database: database.execute(f"UPDATE {table} SET seq = 1000000 WHERE {one}")  # noqa: S608
    yield lambda database: insert_again(database, table)
    yield lambda database: change_last_cell(database, table)


def insert_again(database: sqlite3.Connection, table: str) -> None:
    """Add a row that is like another, at an entry that did not seal it."""
    names = [str(name) for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]
    cells = list(database.execute(f"SELECT * FROM {table} ORDER BY seq LIMIT 1").fetchone())  # noqa: S608
    cells = [one + "+" if isinstance(one, str) else one for one in cells]
    cells[names.index("seq")] = 0
    if table.startswith("lineage_"):  # numbers are their keys
        cells[0] = 1_000_000
    database.execute(IGNORED)
    marks = ", ".join("?" * len(cells))
    database.execute(f"INSERT INTO {table} VALUES ({marks})", cells)  # noqa: S608


def change_last_cell(database: sqlite3.Connection, table: str) -> None:
    """Write something else into a row."""
    name = columns(database, table)[-1]
    database.execute(IGNORED)
    database.execute(f"UPDATE {table} SET {name} = 77 WHERE seq = (SELECT min(seq) FROM {table})")  # noqa: S608


def test_every_table_is_filled_and_known_to_the_verifier(every_table: Place) -> None:
    """A new table needs an act, and a line that says which entries seal its rows."""
    empty = [table for table in TABLES if not every_table.sql(f"SELECT 1 FROM {table} LIMIT 1")]  # noqa: S608
    assert empty == []
    assert {*ACTIONS, *ACCOMPANYING} == {*TABLES}
    assert set().union(*ACTIONS.values()) | WITHOUT_ROWS == {one.value for one in Action} - {"control.attested"}
    assert verified(every_table).verdict is LedgerVerdict.OK


@pytest.mark.soak
@pytest.mark.parametrize("table", TABLES)
def test_rows_that_were_touched_are_found_with_their_table(store: Place, table: str) -> None:
    """Deleted, moved to another entry, moved beyond the last one, added, changed."""
    before = store.store.read_bytes()
    for number, attack in enumerate(attacks(table)):
        store.store.write_bytes(before)
        attacked(store, attack)
        result = verified(store)
        assert result.verdict is LedgerVerdict.TAMPERED, number
        words = [f"{one.position} {one.message}" for one in result.findings]
        assert any(table in one for one in words), (number, words)


def test_an_entry_without_its_rows_is_found_with_their_table(store: Place) -> None:
    """Whoever holds the key can write an entry; that something was done, its rows say."""
    due = {action: name for name, actions in ACTIONS.items() for action in sorted(actions - WITHOUT_ROWS)}
    del due["restore.declared"]  # what it does not say of the restore is found before
    seqs = dict[int, str]()

    def attack(database: sqlite3.Connection) -> None:
        for action, table in due.items():
            subject: dict[str, JsonValue] = {"type": table, "id": "x", "version": 1, "digest": None}
            seqs[add_entry(database, action, subject, {})] = table

    attacked(store, attack)
    found = {(one.position, table) for one in verified(store).findings for table in TABLES if table in one.message}
    assert [table for seq, table in seqs.items() if (f"entry {seq}", table) not in found] == []


def test_the_one_file_says_the_same(store: Place, tmp_path: Path) -> None:
    """About a row of each table that was deleted, all at once."""
    program = tmp_path / "verify.py"
    program.write_text(single_file(), encoding="utf-8")

    def attack(database: sqlite3.Connection) -> None:
        for table in TABLES:
            database.execute(f"DELETE FROM {table} WHERE seq = (SELECT min(seq) FROM {table})")  # noqa: S608

    attacked(store, attack)
    command = [sys.executable, str(program), str(store.store), "--key", str(store.keys / "log.vkey"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [(one["position"], one["message"]) for one in json.loads(done.stdout)["findings"]]
    ours = verified(store)
    assert (done.returncode, len(told) > len(positions(ours)) // 2) == (1, True)
    assert told == [(one.position, one.message) for one in ours.findings]
