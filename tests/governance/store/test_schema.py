"""Migrating on purpose, and moving a store to another database."""

from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from assay.kernel import ConfigurationError, InputError, UnavailableError
from governance.record import Record
from governance.schema import migrate_store, move_store
from governance.store import HEAD, _migrate, open_engine, read, write
from governance.verifier import LedgerVerdict, verify_store, witnessed_notes
from tests.governance.samples import ME, Place, append, on_both_stores


def make_old(place: Place, revision: str) -> None:
    """Make the tables as an earlier version did."""
    config = Config()
    config.set_main_option("script_location", str(_migrate._FOLDER))
    with write(open_engine(place.url)) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@on_both_stores
def test_an_old_schema_is_brought_to_this_version(place: Place) -> None:
    """It says from where to where; again, there is nothing to do."""
    make_old(place, "0002")
    change = migrate_store(place.url, place.keys)
    assert (change.found, change.now) == ("0002", HEAD)
    assert migrate_store(place.url, place.keys).found == HEAD
    place.open().close()


@pytest.mark.soak
def test_a_server_is_not_migrated_by_opening_it(tmp_path: Path, postgres_url: str) -> None:
    """The hint is the command that does it."""
    place = Place(tmp_path, server_url=postgres_url)
    make_old(place, "0003")
    with pytest.raises(ConfigurationError, match="schema") as caught:
        place.open()
    assert caught.value.hint == "assay store migrate"


@on_both_stores
def test_a_newer_schema_is_refused(place: Place) -> None:
    """Nothing is guessed at, nothing is changed."""
    place.open().close()
    place.sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigurationError, match="schema '9999'"):
        migrate_store(place.url, place.keys)
    assert place.sql("SELECT version_num FROM alembic_version") == [("9999",)]


@on_both_stores
def test_a_migration_that_fails_changes_nothing(place: Place) -> None:
    """All of its steps, or none."""
    make_old(place, "0003")
    place.sql("CREATE TABLE erasure (x INTEGER)")  # stands in the way of 0004
    with pytest.raises(UnavailableError):
        migrate_store(place.url, place.keys)
    assert place.sql("SELECT version_num FROM alembic_version") == [("0003",)]
    with read(open_engine(place.url)) as connection:
        assert not connection.dialect.has_table(connection, "ledger_key")


@pytest.mark.soak
def test_a_store_moves_to_a_server_and_back_as_the_same_log(tmp_path: Path, postgres_url: str) -> None:
    """Entries, rows and key are the same; the store that was left cannot be written to."""
    place, shared = Place(tmp_path / "here"), Place(tmp_path / "there", server_url=postgres_url)
    with closing(place.open()) as record:
        record.ingest_run(place.run("a", "b").directory, ME)
        append(record, 5)
        before = (record.entries(), record.reports(), record.runs(), record.checkpoint().note)
    moved = move_store(place.url, place.keys, to_url=shared.url, to_key_dir=shared.keys)
    assert moved.entries == 8
    with closing(shared.open()) as record:
        assert (record.entries(), record.reports(), record.runs(), record.checkpoint().note) == before
        append(record, 1)
    with pytest.raises(UnavailableError, match="cannot read the key"):
        place.open()
    back = Place(tmp_path / "back")
    move_store(shared.url, shared.keys, to_url=back.url, to_key_dir=back.keys)
    with closing(back.open()) as record:
        append(record, 1)
    result = verify_store(back.store, vkey=back.vkey, trusted=witnessed_notes(back.witness))
    assert (result.verdict, result.size) == (LedgerVerdict.OK, 10)


def test_a_move_goes_on_after_a_crash_before_the_keys(tmp_path: Path) -> None:
    """The copy that is there is the same log at the same size: only the key folder is left to do."""
    place, other = Place(tmp_path / "here"), Place(tmp_path / "there")
    with closing(place.open()) as record:
        append(record, 2)
    move_store(place.url, place.keys, to_url=other.url, to_key_dir=other.keys)
    other.keys.rename(place.keys)
    assert move_store(place.url, place.keys, to_url=other.url, to_key_dir=other.keys).entries == 3


def test_a_move_does_not_take_what_is_taken(tmp_path: Path) -> None:
    """Another log, another key folder, or a store that somebody has open."""
    place, other = Place(tmp_path / "here"), Place(tmp_path / "there")
    place.open().close()
    with closing(other.open()):
        pass
    with pytest.raises(InputError, match="taken"):
        move_store(place.url, place.keys, to_url=other.url, to_key_dir=other.keys)
    with pytest.raises(InputError, match="another log"):
        move_store(place.url, place.keys, to_url=other.url, to_key_dir=tmp_path / "new")
    with closing(place.open()) as user:
        user.checkpoint()
        with pytest.raises(UnavailableError, match="somebody else has the store open"):
            move_store(place.url, place.keys, to_url=f"sqlite:///{tmp_path / 'x.sqlite'}", to_key_dir=tmp_path / "k")
    assert isinstance(place.open(), Record)
