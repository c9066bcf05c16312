"""Databases as sources: a stream in a known order that changes nothing and tells no password."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assay.kernel import InputError, MissingError, UnavailableError
from evaluation.scans import SqlSource


@pytest.fixture
def database(tmp_path: Path) -> str:
    """Return the address of a database with a table of texts in a mixed order."""
    path = tmp_path / "w.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute('CREATE TABLE "my rows" (id INTEGER, "the text" TEXT, blob BLOB)')
        rows = [(3, "c :all 100 %", b"x"), (1, "a", b"y"), (2, None, b"z")]
        connection.executemany('INSERT INTO "my rows" VALUES (?, ?, ?)', rows)
        connection.commit()
    return f"sqlite:///{path}"


def test_a_table_is_read_in_the_order_of_its_ids(database: str) -> None:
    """Names with spaces are quoted, null is a row with a problem."""
    source = SqlSource(database, table="my rows", text_field="the text")
    rows = list(source.read())
    assert [(row.id, row.text) for row in rows] == [("1", "a"), ("2", None), ("3", "c :all 100 %")]
    assert source.shape.rows is None
    assert source.shape.name == "w.db my rows"


def test_a_query_is_read_as_it_is(database: str) -> None:
    """Colons and per cent signs are the query's own."""
    query = 'SELECT blob, "the text" AS text FROM "my rows" WHERE "the text" LIKE \'c :all%\' ORDER BY id'
    (row,) = SqlSource(database, query=query).read()
    assert (row.id, row.text) == ("1", "c :all 100 %")


def test_bytes_are_no_text(database: str) -> None:
    """A blob is a row with a problem that names the type."""
    rows = SqlSource(database, table="my rows", text_field="blob").read()
    assert {row.problem for row in rows} == {"the text is of type bytes, expected text"}


def test_going_on_reads_the_rows_again_and_holds_them_against_the_mark(database: str) -> None:
    """The same rows are gone on after; other ones are refused, at whatever end."""
    source = SqlSource(database, table="my rows", text_field="the text")
    rows = source.read()
    first = next(rows), next(rows)
    mark = source.mark()
    assert [row.id for row in source.read(2, mark)] == ["3"]
    assert list(source.read(3, _mark_after(source, 3))) == []
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        connection.execute('UPDATE "my rows" SET "the text" = ? WHERE id = 1', ("changed",))
        connection.commit()
    for start in (2, 4):
        with pytest.raises(InputError, match=f"first {start} rows are not those"):
            list(source.read(start, mark))
    assert len(first) == 2


def _mark_after(source: SqlSource, count: int) -> str:
    rows = source.read()
    for _ in range(count):
        next(rows)
    return source.mark()


def test_reading_changes_nothing(database: str) -> None:
    """A query that writes is refused, however it begins: a SQLite file is opened for reading."""
    deletes = 'DELETE FROM "my rows" RETURNING "the text" AS text'
    with pytest.raises(InputError, match="begins with DELETE") as caught:
        SqlSource(database, query=deletes)
    assert "SELECT" in caught.value.hint
    with pytest.raises(UnavailableError, match="readonly") as later:
        list(SqlSource(database, query=f"/* x */ {deletes}").read())
    assert "goes on" not in later.value.hint


def test_a_table_that_is_not_there_is_answered_with_its_neighbour(database: str) -> None:
    """And a database that is not there is not made."""
    with pytest.raises(MissingError) as caught:
        SqlSource(database, table="my row")
    assert "did you mean 'my rows'" in caught.value.hint
    with pytest.raises(InputError, match="there is no file"):
        SqlSource("sqlite:////nowhere/w.db", table="x")


@pytest.mark.parametrize("address", ["nonsense", "postgresql://u:hunter2@h:port/db", "klingon://u:hunter2@h/db"])
def test_an_address_that_is_none_is_not_repeated(address: str) -> None:
    """It may hold a password."""
    with pytest.raises(InputError) as caught:
        SqlSource(address, table="t")
    assert "hunter2" not in caught.value.message + caught.value.hint


def test_table_and_query_together_are_refused(database: str) -> None:
    """One of them says what to read."""
    with pytest.raises(InputError, match="exactly one"):
        SqlSource(database, table="a", query="b")
