"""`assay scan` of a table of a real PostgreSQL: the lines of SQLite, also after `kill -9`, and a password nowhere."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.governance.postgres import postgres_server, postgres_url
from tests.journeys.test_scan import document, folder, start, wait_for_rows
from tests.journeys.workspaces import assay

__all__ = ["folder", "postgres_server", "postgres_url"]

PASSWORD = "hunter2-correct-horse"
COMMAND = ("--table", "logs", "--filters", "stumble,shout", "--workers", "2", "--json")


@pytest.mark.soak
def test_a_killed_scan_of_a_table_goes_on(folder: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed half-way and gone on with; what is written names no password."""
    texts = [(n, f"wait {n} LOUD" if n % 5 else f"THIS is {n}") for n in range(300)]
    with closing(sqlite3.connect(folder / "w.db")) as lite, psycopg.connect(postgres_url) as server:
        lite.execute("CREATE TABLE logs (id INTEGER, message TEXT)")
        lite.executemany("INSERT INTO logs VALUES (?, ?)", texts)
        lite.commit()
        server.execute("CREATE TABLE logs (id integer, message text)")
        server.cursor().executemany("INSERT INTO logs VALUES (%s, %s)", texts[::-1])
    monkeypatch.setenv("LITE", f"sqlite:///{folder / 'w.db'}")
    monkeypatch.setenv("SERVER", postgres_url.replace("assay@", f"assay:{PASSWORD}@"))
    whole = document(assay("scan", "env:LITE", *COMMAND, "--out", "lite.jsonl", folder=folder))

    process = start(folder, "scan", "env:SERVER", *COMMAND, "--out", "server.jsonl")
    wait_for_rows(folder / "server.jsonl", 20_000, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = assay("scan", "env:SERVER", *COMMAND, "--out", "server.jsonl", folder=folder)

    found = document(done)
    assert found["resumed"] is True
    assert (folder / "server.jsonl").read_bytes() == (folder / "lite.jsonl").read_bytes()
    assert found["filters"] == whole["filters"]
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in written + done.stdout.encode() + done.stderr.encode()
