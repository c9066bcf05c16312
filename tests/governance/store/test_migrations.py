"""The schema: what the migrations make is what the tables say."""

import sqlite3
from contextlib import closing

import pytest
import sqlmodel
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from assay.kernel import ConfigurationError
from governance.store import APPEND_ONLY, HEAD, _migrate, open_engine, read
from tests.governance.samples import Place, on_both_stores


@on_both_stores
def test_the_migrations_make_the_tables_that_the_code_uses(place: Place) -> None:
    """Alembic finds no difference between a migrated store and the models."""
    place.open().close()
    with read(open_engine(place.url)) as connection:
        assert compare_metadata(MigrationContext.configure(connection), sqlmodel.SQLModel.metadata) == []


def test_the_newest_migration_is_the_one_that_the_code_expects() -> None:
    """Opening a current store asks for this revision alone."""
    config = Config()
    config.set_main_option("script_location", str(_migrate._FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_every_table_that_only_grows_has_its_triggers(place: Place) -> None:
    """Two triggers for each of them."""
    place.open().close()
    with closing(sqlite3.connect(place.store)) as database:
        found = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert found - {"approval_barred", "approval_alone", "release_event_unapproved", "evidence_review_alone"} == {
        f"{table}_no_{change}" for table in APPEND_ONLY for change in ("update", "delete")
    }


def test_the_store_is_durable(place: Place) -> None:
    """WAL with a sync at every commit."""
    place.open().close()
    with read(open_engine(f"sqlite:///{place.store}")) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_store_of_a_newer_version_is_refused(place: Place) -> None:
    """Nothing is guessed about a schema that is not known."""
    place.open().close()
    with closing(sqlite3.connect(place.store)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    with pytest.raises(ConfigurationError, match="schema '9999'"):
        place.open()


def test_an_address_that_is_none_is_explained() -> None:
    """The message says what was wrong."""
    with pytest.raises(ConfigurationError, match="cannot be used"):
        open_engine("nonsense")
