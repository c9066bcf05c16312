"""Connections to the store; what is said about its address never holds the password.

Rules of this place: SQLite runs in WAL with `synchronous=FULL`, foreign keys, a busy timeout and recursive triggers
(so that REPLACE meets the triggers too); a transaction that writes takes the write lock at its start (BEGIN IMMEDIATE),
one that reads sees one state throughout; an error of the database becomes one of ours.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from assay.kernel import AssayError, ConfigurationError, UnavailableError
from assay.kernel import IntegrityError as BrokenRecordError

__all__ = ["open_engine", "open_existing", "read", "write"]

_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 30000",
    "PRAGMA recursive_triggers = ON",
)
_WRITES = "assay_writes"
_ADVISORY_LOCK: Final = 0x61737361  # one lock for all writers of a database


def open_engine(url: str) -> Engine:
    """Return an engine; raise `ConfigurationError` for a URL that is none, `UnavailableError` for a folder that is."""
    target = _parsed(url)
    try:
        if target.get_backend_name() == "sqlite" and target.database:
            Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(f"cannot create the store's folder: {error}", hint="check its permissions") from error
    engine = _created(target)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def open_existing(url: str) -> Engine | None:
    """Return an engine for looking: it makes and migrates nothing; `None` for a SQLite file that is not there."""
    target = _parsed(url)
    if target.get_backend_name() != "sqlite":
        return _created(target)
    path = Path(target.database or "")
    if not path.is_file():
        return None
    return _created(URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"}))


def _parsed(url: str) -> URL:
    try:
        target = make_url(url)
        target.get_dialect()
    except NoSuchModuleError as error:
        raise ConfigurationError(f"the store's address cannot be used: {error}", hint="mend `store:`") from error
    except (ArgumentError, ValueError) as error:  # their texts may hold parts of the address
        raise ConfigurationError(
            "the store's address cannot be used: it is no database URL, or its port is no number",
            hint="write it as sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME under `store:`",
        ) from error
    return target


def _created(target: URL) -> Engine:
    try:
        return create_engine(target)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise ConfigurationError(f"the store's address cannot be used: {error}", hint="mend `store:`") from error


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """Read one state of the store."""
    with _translated(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """Change the store in one transaction: all or nothing."""
    with (
        _translated(engine),
        engine.connect().execution_options(**{_WRITES: True}) as connection,
        connection.begin(),
    ):
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        yield connection


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # transactions are begun below, not by the driver
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    place = engine.url.render_as_string(hide_password=True)
    try:
        yield
    except AssayError:
        raise
    except IntegrityError as error:
        raise BrokenRecordError(f"the store refused the change: {error.orig}", hint="assay ledger verify") from error
    except DBAPIError as error:
        raise UnavailableError(
            f"the store {place} does not work: {error.orig}", hint="check the disk and its free space: assay doctor"
        ) from error
