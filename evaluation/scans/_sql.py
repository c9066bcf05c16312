"""A table or a query of a database, read through SQLAlchemy as a stream.

Rules of this place: nothing is changed: the transaction ends in a rollback, and a SQLite file is opened read-only; no
message holds the address's password or a row's values; a table with an id is read in its order; the digest of all rows
read so far vouches for them, so that going on after a crash is refused where the rows came differently.
"""

import difflib
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from assay.kernel import ConfigurationError, InputError, MissingError, UnavailableError, digest_text
from evaluation.scans._rows import Row, choose_fields, make_row
from evaluation.scans._source import Shape

if TYPE_CHECKING:
    from sqlalchemy import URL, ColumnElement, Connection, CursorResult, Engine, Executable
    from sqlalchemy.exc import DBAPIError

__all__ = ["SqlSource"]

_AT_ONCE = 500  # rows that the driver hands over
_WRITES = re.compile(
    r"\s*(delete|update|insert|replace|merge|drop|create|alter|truncate|grant|revoke|vacuum|attach)\b", re.IGNORECASE
)  # beside the rollback, for a message that says so


class SqlSource:
    """One result, read as often as needed in the same order."""

    def __init__(
        self,
        url: str,
        *,
        table: str | None = None,
        query: str | None = None,
        text_field: str | None = None,
        id_field: str | None = None,
    ) -> None:
        """Look at the columns; raise what an address, a table or a field that is wrong raises."""
        if (table is None) == (query is None):
            raise InputError("a database needs exactly one of --table and --query", hint="--table NAME")
        if query is not None and (word := _WRITES.match(query)):
            raise InputError(
                f"the query begins with {word[1].upper()}, expected one that reads",
                hint="--query 'SELECT …'; a scan changes nothing in a database",
            )
        self._engine = _engine(url)
        self._table, self._query = table, query
        names = self._columns()
        place = table or "the query's result"
        text, identity = choose_fields(names, text_field, id_field, place)
        self.shape = Shape(
            kind="sql",
            name=f"{_shown(self._engine.url)} {table or 'query'}",
            text_field=text,
            id_field=identity,
            rows=None,
            digest=digest_text(query) if query else "",
        )
        self._digest = hashlib.sha256()

    def read(self, start: int = 0, mark: str = "") -> Iterator[Row]:
        """Yield all rows but the first `start`; raise `InputError` where those are not the ones of `mark`."""
        self._digest = hashlib.sha256()
        with self._reading() as connection:
            result = self._execute(connection)
            names = list(result.keys())
            text = names.index(self.shape.text_field)
            identity = None if self.shape.id_field is None else names.index(self.shape.id_field)
            number = 0
            for values in result:
                number += 1
                row = make_row(number, None if identity is None else values[identity], values[text])
                self._digest.update(orjson.dumps([*row]) + b"\n")
                if number > start:
                    yield row
                elif number == start and self.mark() != mark:
                    break
        if number < start or (start and number == start and self.mark() != mark):
            raise InputError(
                f"{self.shape.name}: its first {start} rows are not those that were scanned",
                hint="give the query an ORDER BY; --new begins anew",
            )

    def mark(self) -> str:
        """Return the digest of all rows read so far."""
        return f"sha256:{self._digest.hexdigest()}"

    def refuse_change(self) -> None:
        """Return: what was read is what the mark says."""

    def _columns(self) -> list[str]:
        # Lazy: SQLAlchemy costs most of a second.
        from sqlalchemy import inspect  # noqa: PLC0415

        with self._reading() as connection:
            if self._table is None:
                return list(self._execute(connection).keys())
            schema, _, name = self._table.rpartition(".")
            look = inspect(connection)
            there = [*look.get_table_names(schema or None), *look.get_view_names(schema or None)]
            if name not in there:
                near = difflib.get_close_matches(name, there, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(there[:20]) or 'none'}"
                raise MissingError(f"there is no table {self._table!r} in {_shown(self._engine.url)}", hint=hint)
            return [str(column["name"]) for column in look.get_columns(name, schema or None)]

    def _execute(self, connection: "Connection") -> "CursorResult[Any]":
        stream = connection.execution_options(stream_results=True, yield_per=_AT_ONCE)
        return stream.execute(self._statement())

    def _statement(self) -> "Executable":
        from sqlalchemy import column, select, table, text  # noqa: PLC0415  lazy, as above

        if self._query is not None:
            return text(self._query.replace(":", r"\:"))
        schema, _, name = str(self._table).rpartition(".")
        fields: list[ColumnElement[Any]] = [column(self.shape.text_field)]
        if self.shape.id_field not in {None, self.shape.text_field}:
            fields.append(column(str(self.shape.id_field)))
        wanted = select(*fields).select_from(table(name, schema=schema or None))
        return wanted if self.shape.id_field is None else wanted.order_by(column(self.shape.id_field))

    @contextmanager
    def _reading(self) -> "Iterator[Connection]":
        from sqlalchemy.exc import DBAPIError, SQLAlchemyError  # noqa: PLC0415  lazy, as above

        place = _shown(self._engine.url)
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise UnavailableError(
                f"{place} does not answer as expected: {_told(error)}",
                hint="check the address, the query and your rights, then run the same command again",
            ) from None  # the cause may hold the address
        except SQLAlchemyError as error:
            raise InputError(
                f"{place} cannot be read: {type(error).__name__}", hint="check --table or --query"
            ) from None


def _engine(url: str) -> "Engine":
    from sqlalchemy import create_engine  # noqa: PLC0415  lazy, as above
    from sqlalchemy.engine import URL, make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError  # noqa: PLC0415

    hint = "write it as sqlite:///FILE or postgresql+psycopg://HOST/NAME, with its password as env:NAME"
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            path = Path(address.database or "")
            if not path.is_file():
                raise InputError(f"there is no file {path}", hint="check the address")
            address = URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})
        # Beside the rollback: sequences and functions of a query change nothing either.
        return create_engine(address, execution_options={"postgresql_readonly": True})
    except (ArgumentError, NoSuchModuleError, ValueError):  # their texts may hold parts of the address
        raise InputError("the database's address cannot be used: it is no database URL", hint=hint) from None
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"the database's driver is not installed: {error.name}", hint=f"pip install {error.name}"
        ) from None


def _told(error: "DBAPIError") -> str:
    """Return the error's kind, with the database's words where they speak of the query or the server, not of values."""
    from sqlalchemy.exc import NotSupportedError, OperationalError, ProgrammingError  # noqa: PLC0415  lazy, as above

    kind = type(error.orig).__name__
    own = isinstance(error, (NotSupportedError, OperationalError, ProgrammingError))
    return f"{kind}: {error.orig}" if own and kind != "RaiseException" else kind


def _shown(url: "URL") -> str:
    """Return the address without user and password."""
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database).removeprefix("file:")).name
    return f"{url.get_backend_name()}://{url.host or ''}/{url.database or ''}"
