"""Writing many rows of one table: in one statement, and to PostgreSQL by COPY, which is several times as fast."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError

__all__ = ["write_rows"]

_WORTH_COPYING: Final = 50


def write_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that have the same columns; constraints and triggers hold either way."""
    if connection.dialect.name == "postgresql" and len(rows) >= _WORTH_COPYING:
        _copy(connection, table, rows)
    else:
        connection.execute(insert(table), list(rows))


def _copy(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    # Lazy: the driver is loaded where a server is used.
    import psycopg  # noqa: PLC0415

    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101  what the dialect is
    columns = list(rows[0])
    quote = connection.dialect.identifier_preparer.quote
    statement = f"COPY {quote(table.name)} ({', '.join(map(quote, columns))}) FROM STDIN"
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([row[column] for column in columns])
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect) from error
