"""Stores, runs and entries for tests of the record."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assay.kernel import FixedClock
from evaluation.runs import RunLog
from governance import BuiltReport
from governance._change import Change, StateRow
from governance._ingest import Cell
from governance.ledger import Action, Actor, Subject
from governance.record import Record
from governance.snapshot import copy_store
from governance.store import ReportRow, open_engine, write
from tests.evaluation.runs.samples import plan_for, row, write_log

ME = Actor(id="p-1")

# The same test on SQLite and, where a server is at hand (soak), on PostgreSQL.
on_both_stores = pytest.mark.parametrize(
    "place", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True
)


@dataclass(frozen=True)
class Place:
    """A folder with a store, a key folder and run logs."""

    path: Path
    server_url: str = ""  # of a PostgreSQL database; empty: a SQLite file in the folder

    @property
    def store(self) -> Path:
        """The SQLite file."""
        return self.path / "store.sqlite"

    @property
    def url(self) -> str:
        """Address of the store."""
        return self.server_url or f"sqlite:///{self.store}"

    def file(self) -> Path:
        """Return a SQLite file with what the store holds: itself, or a copy of the server's tables."""
        if not self.server_url:
            return self.store
        copy = self.path / "copy.sqlite"
        copy.unlink(missing_ok=True)
        engine = open_engine(self.url)
        copy_store(engine, copy)
        engine.dispose()
        return copy

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement behind the record's back, committed; return its rows."""
        engine = open_engine(self.url)
        try:
            with write(engine) as connection:
                result = connection.exec_driver_sql(statement)
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            engine.dispose()

    @property
    def keys(self) -> Path:
        """The key folder."""
        return self.path / "keys"

    @property
    def vkey(self) -> str:
        """The public key."""
        return (self.keys / "log.vkey").read_text(encoding="utf-8")

    @property
    def witness(self) -> Path:
        """The witness file."""
        return self.keys / "witness.jsonl"

    def open(self, *, seconds: int = 0) -> Record:
        """Open the store with a clock that moves by a second a reading, from so many seconds after its beginning."""
        begin = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds)
        clock = FixedClock(at=begin, step=timedelta(seconds=1))
        return Record.open(self.url, self.keys, clock)

    def log(self) -> RunLog:
        """Open the log of `run-1`."""
        return RunLog.open(self.path / "runs" / "run-1")

    def run(self, *ids: str, of: int | None = None) -> RunLog:
        """Write the log of `run-1` with rows for these ids, planned for them and `of` − len(ids) more."""
        more = [f"more-{number}" for number in range((of or len(ids)) - len(ids))]
        return write_log(self.path / "runs" / "run-1", plan_for([*ids, *more]), [row(name) for name in ids])


def append(record: Record, count: int) -> None:
    """Record this many reports, one change each."""
    for number in range(count):
        digest = f"sha256:{number:064x}"
        record.record_report(
            BuiltReport(kind="evaluation", format="html", system="default", subject="run-1", digest=digest, as_of=1), ME
        )


def report_change(change: Change, number: int) -> None:
    """Record a report inside a change, as `append` does."""
    digest = f"sha256:{number:064x}"
    cells: dict[str, Cell] = {
        "report": f"report:{number}",
        "kind": "evaluation",
        "format": "html",
        "system": "default",
        "subject": "run-1",
        "digest": digest,
        "as_of": 1,
        "built_at": change.at,
    }
    subject = Subject(type="report", id=f"report:{number}", version=1, digest=digest)
    change.record(Action.REPORT_BUILT, subject, [StateRow(ReportRow, cells)])
