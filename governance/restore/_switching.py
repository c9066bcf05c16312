"""Putting the prepared store into the place of the one that is there.

Rules of this place: what is there is kept aside before anything changes; the switch itself is one step (a rename, or
one transaction of the server), so that a crash leaves the old store or the new one, never none and never half of one.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from assay.kernel import UnavailableError, private_folder
from governance.ledger import last_checkpoint, log_identity
from governance.store import (
    copy_tables,
    migrate,
    open_engine,
    open_existing,
    read,
    refuse_other_users,
    schema_of,
    stored_tables,
    write,
)

__all__ = ["put_in_place"]

_BESIDE: Final = ("-wal", "-shm")
_VERSION_TABLE: Final = "alembic_version"


def put_in_place(staged: Path, url: str, aside: str, folder: Path, *, present_size: int) -> str:
    """Switch; return where the old store is now: a folder, a schema of the server, or nothing."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        return _replace_file(staged, Path(str(target.database)), folder / aside)
    engine = open_engine(url)
    try:
        refuse_other_users(engine)
        return _replace_tables(staged, engine, aside.replace("-", "_"), present_size)
    finally:
        engine.dispose()


def _replace_file(staged: Path, store: Path, aside: Path) -> str:
    existing = open_existing(f"sqlite:///{store}")
    if existing is not None:
        refuse_other_users(existing)
    try:
        with closing(sqlite3.connect(staged)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
        if existing is not None:
            private_folder(aside)
            for path in (store, *(store.with_name(store.name + ending) for ending in _BESIDE)):
                if path.exists() and not (aside / path.name).exists():
                    (aside / path.name).hardlink_to(path)
            for ending in _BESIDE:  # a log of the old store must not be read into the new one
                store.with_name(store.name + ending).unlink(missing_ok=True)
            _sync(aside)
        store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with staged.open("rb") as stream:
            os.fsync(stream.fileno())
        staged.replace(store)
        _sync(store.parent)
    except OSError as error:
        raise UnavailableError(
            f"cannot put the store back to {store}: {error}", hint="mend the folder, then type the same command again"
        ) from error
    return str(aside) if existing is not None else ""


def _replace_tables(staged: Path, engine: Engine, aside: str, present_size: int) -> str:
    source = open_engine(f"sqlite:///{staged}")
    try:
        with read(source) as rows, write(engine) as connection:
            was_there = schema_of(connection) is not None
            if was_there:
                identity = log_identity(connection)
                newest = None if identity is None else last_checkpoint(connection, identity)
                if present_size != (0 if newest is None else newest.size):
                    raise UnavailableError("the store was written to meanwhile", hint="type the same command again")
                connection.execute(text(f"CREATE SCHEMA {aside}"))
                for name in (*(table.name for table in stored_tables()), _VERSION_TABLE):
                    connection.execute(text(f'ALTER TABLE IF EXISTS "{name}" SET SCHEMA {aside}'))
            migrate(connection)
            copy_tables(rows, connection)
    finally:
        source.dispose()
    return f"schema {aside}" if was_there else ""


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
