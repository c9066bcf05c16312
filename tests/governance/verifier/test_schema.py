"""The shape of a store: guards that were taken away, and names that mean harm."""

import sqlite3
from contextlib import closing

import pytest

from governance.verifier import findings_in_words
from tests.governance.samples import Place
from tests.governance.verifier.stores import attacked, positions, verified


@pytest.mark.parametrize("change", ["no_update", "no_delete"])
def test_a_trigger_that_was_dropped_is_named(filled: Place, change: str) -> None:
    """Whoever means to change rows takes the guards away first."""
    with closing(sqlite3.connect(filled.store)) as database:
        database.execute(f"DROP TRIGGER run_{change}")
        database.commit()
    assert positions(verified(filled)) == ["table run"]


def test_a_trigger_that_was_added_or_weakened_is_named(filled: Place) -> None:
    """A guard that lets through is none, and a trigger that acts is a change to come."""
    with closing(sqlite3.connect(filled.store)) as database:
        database.execute("DROP TRIGGER run_no_update")
        database.execute("CREATE TRIGGER run_no_update BEFORE UPDATE ON run WHEN 0 BEGIN SELECT RAISE(ABORT, ''); END")
        database.execute("CREATE TRIGGER more AFTER INSERT ON scan BEGIN DELETE FROM outbox; END")
        database.commit()
    assert positions(verified(filled)) == ["table run", "table scan"]


def test_what_a_store_says_reaches_no_terminal_as_a_command(filled: Place) -> None:
    """Escapes, line ends and half characters come out as text."""
    attacked(filled, lambda database: database.execute('CREATE VIEW "x\x1b[2J\nok" AS SELECT 1'))
    lines = findings_in_words(verified(filled))
    assert any("view x\\x1b[2J\\nok" in line for line in lines)
    assert all(line.isprintable() for line in lines)
