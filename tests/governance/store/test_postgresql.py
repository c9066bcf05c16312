"""PostgreSQL as the store: what the database refuses, what a lost server leaves, and what each role may do."""

import re
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, Table, delete, event, text, update
from sqlmodel import SQLModel

from assay.kernel import ConfigurationError, IntegrityError, UnavailableError
from governance.record import Record
from governance.schema import migrate_store
from governance.store import APPEND_ONLY, open_engine, read, write
from governance.verifier import LedgerVerdict, verify_store, witnessed_notes
from tests.governance.postgres import PostgresServer, running_server
from tests.governance.samples import ME, Place, append

pytestmark = pytest.mark.soak
DOCUMENT = Path(__file__).parents[3] / "docs" / "postgresql.md"


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """Run a server that a test may stop."""
    with running_server() as server:
        yield server


@pytest.fixture
def shared(tmp_path: Path, postgres_url: str) -> Place:
    """Return a place whose store is on the server."""
    return Place(tmp_path, server_url=postgres_url)


def assert_sound(place: Place) -> None:
    """Verify a copy against the witness file."""
    result = verify_store(place.file(), vkey=place.vkey, trusted=witnessed_notes(place.witness))
    assert (result.verdict, result.findings) == (LedgerVerdict.OK, ())


def table_named(name: str) -> Table:
    """Return a table of the store."""
    return SQLModel.metadata.tables[name]


def test_no_statement_changes_what_only_grows(shared: Place) -> None:
    """UPDATE, DELETE and TRUNCATE are refused on every such table, to the owner too."""
    with closing(shared.open()) as record:
        append(record, 1)
    for table in map(table_named, APPEND_ONLY):
        for statement in (update(table).values({column: column for column in table.columns}), delete(table)):
            with pytest.raises(IntegrityError, match="only grows"), write(open_engine(shared.url)) as connection:
                connection.execute(statement)
        with pytest.raises(IntegrityError, match="only grows"):
            shared.sql(f"TRUNCATE {table.name} CASCADE")


def test_the_database_refuses_an_approval_by_whoever_is_barred(shared: Place) -> None:
    """Whatever the service says."""
    shared.open().close()
    shared.sql(
        "INSERT INTO approval_request VALUES ('r', 0, 'restore', '*', 'backup', 'b', 'd', 'p-1', 2, '[]', 'x', 'x')"
    )
    shared.sql("INSERT INTO approval_bar VALUES ('r', 'p-2', 'policy_author', 0)")
    answer = "INSERT INTO approval VALUES ('a', 0, 'r', 'p-1', 'd', '{}', 'approver', 'oidc', 'approved', {}, 'x', 'x')"
    with pytest.raises(IntegrityError, match="may not answer"):
        shared.sql(answer.format("p-2", 1))
    with pytest.raises(IntegrityError, match="approval_by_another"):
        shared.sql(answer.format("p-1", 1))
    shared.sql("INSERT INTO person VALUES ('p-1', 0, 'human', 'active', 'x')")
    with pytest.raises(IntegrityError, match="needs four eyes"):
        shared.sql(answer.format("p-3", 0))
    shared.sql(answer.format("p-3", 1))


def test_a_reader_sees_one_state_throughout(shared: Place) -> None:
    """What is committed meanwhile is not seen before the next reading."""
    record = shared.open()
    with read(open_engine(shared.url)) as connection:
        before = connection.execute(text("SELECT count(*) FROM ledger_entry")).scalar_one()
        append(record, 2)
        assert connection.execute(text("SELECT count(*) FROM ledger_entry")).scalar_one() == before


def test_a_writer_sees_what_the_writer_before_it_wrote_whatever_the_servers_default(shared: Place) -> None:
    """The state is that after the lock, not that before it."""
    shared.open().close()
    name = shared.sql("SELECT current_database()")[0][0]
    shared.sql(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'")
    records = [shared.open() for _ in range(3)]
    threads = [threading.Thread(target=append, args=(record, 5)) for record in records]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert records[0].checkpoint().size == 16
    assert_sound(shared)


def test_a_server_that_acknowledges_early_is_told_to_wait(shared: Place) -> None:
    """What we acknowledge is on the disk."""
    shared.open().close()
    name = shared.sql("SELECT current_database()")[0][0]
    shared.sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with write(open_engine(shared.url)) as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"


def test_a_record_goes_on_after_the_server_was_restarted(own_server: PostgresServer, tmp_path: Path) -> None:
    """Connections that died are replaced; what was acknowledged is there."""
    place = Place(tmp_path, server_url=own_server.url(own_server.create_database()))
    record = place.open()
    append(record, 2)
    own_server.stop()
    with pytest.raises(UnavailableError, match="does not work") as caught:
        append(record, 1)
    assert "check that the server runs" in caught.value.hint
    own_server.start()
    append(record, 1)
    assert record.checkpoint().size == 4
    record.close()
    assert_sound(place)


def test_a_server_that_crashes_in_a_change_leaves_nothing_of_it(own_server: PostgresServer, tmp_path: Path) -> None:
    """Entry and rows come together or not at all."""
    place = Place(tmp_path, server_url=own_server.url(own_server.create_database()))
    record = place.open()
    append(record, 2)

    @event.listens_for(Engine, "before_cursor_execute")
    def crash(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO ledger_checkpoint"):
            own_server.stop(at_once=True)

    try:
        with pytest.raises(UnavailableError):
            append(record, 1)
    finally:
        event.remove(Engine, "before_cursor_execute", crash)
    record.close()
    own_server.start()
    with closing(place.open()) as again:
        assert len(again.reports()) == 2
        append(again, 1)
    assert_sound(place)


def terminate(url: str, pid: int) -> None:
    """End somebody's connection at the server."""
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


@pytest.mark.parametrize("arrived", [False, True])
def test_a_lost_acknowledgement_is_said_to_be_unknown(shared: Place, *, arrived: bool) -> None:
    """Whether the commit arrived or not, nobody is told that it did or did not; the record goes on soundly."""
    record = shared.open()
    append(record, 2)

    def lose(connection: object) -> None:
        raw = connection.connection.driver_connection  # type: ignore[attr-defined]  # SQLAlchemy's Connection
        end_backend = partial(terminate, shared.server_url, raw.info.backend_pid)
        if not arrived:
            end_backend()
            return
        commit = raw.commit
        raw.commit = lambda: (commit(), end_backend(), raw.execute("SELECT 1"))  # the answer never comes

    event.listen(Engine, "commit", lose)
    try:
        with pytest.raises(UnavailableError, match="may or may not") as caught:
            append(record, 1)
    finally:
        event.remove(Engine, "commit", lose)
    assert "assay ledger log" in caught.value.hint
    record.close()
    with closing(shared.open()) as again:
        assert len(again.reports()) == 2 + arrived
        append(again, 1)
    assert_sound(shared)


def sql_blocks() -> list[list[str]]:
    """Return the statements of each SQL block of the document."""
    blocks = re.findall(r"```sql\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return [[part for part in re.sub(r"--.*", "", block).split(";") if part.strip()] for block in blocks]


def test_the_documents_two_roles_are_enough_and_no_more(own_server: PostgresServer, tmp_path: Path) -> None:
    """The owner migrates; the application records, is mirrored and erases; it cannot change, nor make tables."""
    making, granting = sql_blocks()
    with psycopg.connect(own_server.url("postgres"), autocommit=True) as administrator:
        for statement in making:
            administrator.execute(statement.encode())
    owner = Place(tmp_path, server_url=own_server.url("assay", "assay_owner"))
    application = Place(tmp_path, server_url=own_server.url("assay", "assay_app"))
    with pytest.raises(ConfigurationError, match="has no right"):
        application.open()
    assert migrate_store(owner.url, owner.keys).found is None
    for statement in granting:
        owner.sql(statement)
    with closing(application.open()) as record:
        digest = record.ingest_run(application.run("a").directory, ME).digest
        record.note_mirrored(digest, "m-1")
        append(record, 1)
    application.sql("DELETE FROM ledger_payload")
    for statement in (
        "UPDATE run SET outcome = 'x'",
        "DELETE FROM ledger_entry",
        "TRUNCATE report",
        "CREATE TABLE x ()",
    ):
        with pytest.raises(ConfigurationError, match="has no right"):
            application.sql(statement)
    assert_sound(application)


def test_an_address_keeps_its_password_to_itself(tmp_path: Path) -> None:
    """Wherever in the address it stands."""
    for address in ("postgresql://me:canary@127.0.0.1:1/x", "postgresql://me@127.0.0.1:1/x?password=canary"):
        with pytest.raises(UnavailableError) as caught:
            Record.open(address, tmp_path / "keys")
        assert "canary" not in f"{caught.value} {caught.value.hint}"
