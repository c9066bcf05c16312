"""Connections to the store; what is said about its address never holds the password.

Rules of this place: SQLite runs in WAL with `synchronous=FULL`, foreign keys, a busy timeout and recursive triggers
(so that REPLACE meets the triggers too); a transaction that writes takes the write lock at its start (SQLite: BEGIN
IMMEDIATE, PostgreSQL: an advisory lock, then READ COMMITTED, so that it sees what the writer before it wrote), one that
reads sees one state throughout; an error of the database becomes one of ours, without the values of rows.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Transaction, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from assay.kernel import AssayError, ConfigurationError, UnavailableError
from assay.kernel import IntegrityError as BrokenRecordError

__all__ = ["open_engine", "open_existing", "read", "translated", "write"]

_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 30000",
    "PRAGMA recursive_triggers = ON",
)
_WRITES = "assay_writes"
_SECRETS: Final = ("password", "sslpassword", "passfile")
_ADVISORY_LOCK: Final = 0x61737361  # one lock for all writers of a database
# A server that acknowledges before it writes would lose what we acknowledged.
_LOCK: Final = text(
    "SELECT pg_advisory_xact_lock(:key), CASE WHEN current_setting('synchronous_commit') = 'off'"
    " THEN set_config('synchronous_commit', 'on', true) END"
)
_RAISED, _NO_RIGHT = "P0001", "42501"  # SQLSTATE of PostgreSQL: a trigger's refusal; a role's


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
        if target.drivername == "postgresql":  # psycopg 3, whichever the installed SQLAlchemy would take
            target = target.set(drivername="postgresql+psycopg")
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
        if target.get_backend_name() == "sqlite":
            return create_engine(target, hide_parameters=True)  # a traceback shows no row
        # A server may have been restarted since a connection was used last: ask before, never repeat a change after.
        told = {"application_name": "assay"}
        return create_engine(target, pool_pre_ping=True, connect_args=told, hide_parameters=True)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise ConfigurationError(f"the store's address cannot be used: {error}", hint="mend `store:`") from error


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """Read one state of the store."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with translated(engine), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """Change the store in one transaction: all or nothing.

    Raise `UnavailableError` where the store cannot be reached, and say so where it is not known whether it was changed.
    """
    on_server = engine.dialect.name == "postgresql"
    options: dict[str, Any] = {_WRITES: True, **({"isolation_level": "READ COMMITTED"} if on_server else {})}
    with (
        translated(engine),
        engine.connect().execution_options(**options) as connection,
        connection.begin() as transaction,
    ):
        if on_server:
            connection.execute(_LOCK, {"key": _ADVISORY_LOCK})
        yield connection
        _commit(transaction, engine)


def _commit(transaction: Transaction, engine: Engine) -> None:
    try:
        transaction.commit()
    except DBAPIError as error:
        if engine.dialect.name == "sqlite" or not error.connection_invalidated:
            transaction.connection.invalidate(error)  # SQLite keeps the refused transaction open
            raise  # refused: nothing was changed
        raise UnavailableError(
            f"the connection to the store {_place(engine)} was lost while the change was committed: it may or may not"
            " be recorded",
            hint="assay ledger log tells; then type the same command again where it is not there",
        ) from error


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
def translated(engine: Engine) -> Iterator[None]:
    """Make errors of the database ours."""
    try:
        yield
    except AssayError:
        raise
    except DBAPIError as error:
        raise _ours(error, engine) from error


def _ours(error: DBAPIError, engine: Engine) -> AssayError:
    state, words = getattr(error.orig, "sqlstate", None), _words(error)
    if isinstance(error, IntegrityError) or state == _RAISED:
        return BrokenRecordError(f"the store refused the change: {words}", hint="assay ledger verify")
    if state == _NO_RIGHT:
        return ConfigurationError(
            f"the database role of the store {_place(engine)} has no right to do this: {words}",
            hint="grant it what docs/postgresql.md lists; `assay store migrate` needs the role that owns the tables",
        )
    hint = "check the disk and its free space: assay doctor"
    if engine.dialect.name != "sqlite":
        hint = "check that the server runs and takes connections, then type the same command again: assay doctor"
    return UnavailableError(f"the store {_place(engine)} does not work: {words}", hint=hint)


def _words(error: DBAPIError) -> str:
    """Return what the database says, without the rows that PostgreSQL quotes in its details."""
    diagnosis = getattr(error.orig, "diag", None)
    return str(getattr(diagnosis, "message_primary", None) or error.orig)


def _place(engine: Engine) -> str:
    """Return the address without what opens it."""
    shown = engine.url.difference_update_query(_SECRETS)
    return shown.render_as_string(hide_password=True)
