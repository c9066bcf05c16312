"""Tables of a real PostgreSQL: the same rows, marks and lines as from SQLite, nothing changed and no password told."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from assay.kernel import UnavailableError
from evaluation.scans import SqlSource
from tests.governance.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]

pytestmark = pytest.mark.soak

ROWS: list[tuple[int, str | None]] = [(n, f"text :n {n} 100 % \u00e9\U0001f600") for n in range(1200, 0, -1)]
ROWS[7] = (ROWS[7][0], None)


@pytest.fixture
def urls(tmp_path: Path, postgres_url: str) -> tuple[str, str]:
    """Return the addresses of a SQLite file and a PostgreSQL with the same table, rows in a mixed order."""
    path = tmp_path / "w.db"
    with closing(sqlite3.connect(path)) as lite:
        lite.execute('CREATE TABLE "my rows" (id INTEGER, "the text" TEXT)')
        lite.executemany('INSERT INTO "my rows" VALUES (?, ?)', ROWS)
        lite.commit()
    with psycopg.connect(postgres_url) as server:
        server.execute('CREATE TABLE "my rows" (id bigint, "the text" text)')
        server.cursor().executemany('INSERT INTO "my rows" VALUES (%s, %s)', ROWS)
    return f"sqlite:///{path}", postgres_url


def read(url: str, start: int = 0, mark: str = "") -> tuple[Sequence[object], str]:
    """Return the rows and the mark after them."""
    source = SqlSource(url, table="my rows", text_field="the text")
    return list(source.read(start, mark)), source.mark()


def test_rows_and_marks_equal_those_of_sqlite(urls: tuple[str, str]) -> None:
    """More rows than the driver hands over at once, in the order of their ids."""
    lite, server = (read(url) for url in urls)
    assert lite == server
    assert len(server[0]) == len(ROWS)


def test_reading_goes_on_after_the_same_rows(urls: tuple[str, str]) -> None:
    """A mark of either database is that of the other one."""
    source = SqlSource(urls[0], table="my rows", text_field="the text")
    stream = source.read()
    for _ in range(700):
        next(stream)
    assert read(urls[1], 700, source.mark()) == read(urls[0], 700, source.mark())
    assert len(read(urls[1], 700, source.mark())[0]) == len(ROWS) - 700


def test_a_query_that_writes_changes_nothing(urls: tuple[str, str]) -> None:
    """However it hides what it does, the server refuses it: the transaction may only read."""
    with psycopg.connect(urls[1]) as server:
        server.execute("CREATE SEQUENCE numbers")
    hidden = 'WITH gone AS (DELETE FROM "my rows" RETURNING *) SELECT "the text" AS text FROM gone'
    for query, kind in ((hidden, "FeatureNotSupported"), ("SELECT nextval('numbers') AS text", "ReadOnlySql")):
        with pytest.raises(UnavailableError, match=kind):
            list(SqlSource(urls[1], query=query).read())
    assert len(read(urls[1])[0]) == len(ROWS)


def test_messages_tell_neither_passwords_nor_values(urls: tuple[str, str]) -> None:
    """A database that is not there and a value that does not fit are errors that name neither."""
    with pytest.raises(UnavailableError, match="nowhere") as missing:
        SqlSource(urls[1].replace("assay@", "assay:hunter2@").replace("/store_", "/nowhere_"), table="t")
    with pytest.raises(UnavailableError, match="InvalidTextRepresentation") as unfit:
        SqlSource(urls[1], query='SELECT ("the text")::integer AS text FROM "my rows"')
    said = f"{missing.value} {missing.value.hint} {unfit.value} {unfit.value.hint}"
    assert "hunter2" not in said
    assert "100 %" not in said
