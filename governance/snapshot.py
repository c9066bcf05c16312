"""A portable copy of a whole store: one SQLite file with all tables in one state, while writers go on.

Rules of this place: SQLite is copied page by page through its backup interface, a server's tables in one
REPEATABLE READ transaction; the copy keeps the schema and its triggers, needs no second file beside it, and appears
under its name only when it is whole.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from assay.kernel import ConfigurationError, InputError, MissingError, UnavailableError
from governance.store import copy_tables, is_current, migrate, open_engine, open_existing, read, write

__all__ = ["copy_store", "copy_store_at"]


def copy_store_at(url: str, path: Path) -> None:
    """Copy the store at an address, which need not be open as a record; raise as `copy_store` does."""
    engine = open_existing(url)
    if engine is None:
        raise MissingError("there is no store at this address", hint="assay run makes one")
    try:
        copy_store(engine, path)
    finally:
        engine.dispose()


def copy_store(engine: Engine, path: Path) -> None:
    """Copy the store to a SQLite file that is not there yet.

    Raise `InputError` where the file is there, `ConfigurationError` for a store of another schema, `UnavailableError`
    where the store or the disk refuses.
    """
    if path.exists():
        raise InputError(f"{path} is there already", hint="name another file")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        _fill(engine, partial)
        with partial.open("rb") as stream:
            os.fsync(stream.fileno())
        partial.rename(path)
    except (OSError, sqlite3.Error) as error:
        raise UnavailableError(f"cannot copy the store to {path}: {error}", hint="free space on the disk") from error
    finally:
        partial.unlink(missing_ok=True)


def _fill(engine: Engine, path: Path) -> None:
    with read(engine) as source:
        if not is_current(source):
            raise ConfigurationError("the store's schema is not that of this version", hint="assay store migrate")
        if engine.dialect.name == "sqlite":
            raw = source.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)  # noqa: S101  what the dialect is
            with closing(sqlite3.connect(path)) as target:
                raw.backup(target)  # all pages in one step: no writer makes it begin anew
                target.execute("PRAGMA journal_mode = DELETE")
            return
        portable = open_engine(f"sqlite:///{path}")
        try:
            with write(portable) as target_connection:
                migrate(target_connection)
                copy_tables(source, target_connection)
        finally:
            portable.dispose()
    with closing(sqlite3.connect(path)) as target:
        target.execute("PRAGMA journal_mode = DELETE")
