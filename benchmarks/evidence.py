"""Reading facts: one system's among those of many, and all of them, beside a bare read of the same rows.

    python -m benchmarks.evidence [--into docs/quality.md]

The store is a real file with 500 systems, each with 10 reports of 20 facts, one of them accepted. Beside us stands the
limit: the same rows through Python's own sqlite3, without making anything of them.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from benchmarks.page import kept
from governance.evidence import Conclusion, Stated, SubmissionDraft
from governance.ledger import Actor
from governance.record import Record

SYSTEMS, REPORTS, FACTS = 500, 10, 20
READS = 200
ME = Actor(id="p-1")
_BARE = (
    "SELECT * FROM evidence_submission s JOIN evidence_fact f ON f.evidence = s.evidence"
    " LEFT JOIN evidence_review r ON r.evidence = s.evidence WHERE s.system = ?"
)


def main() -> None:
    """Fill a store, read it, print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--into", type=Path)
    given = options.parse_args()
    with (
        kept(given.into, "Reading evidence", "python -m benchmarks.evidence"),
        tempfile.TemporaryDirectory(prefix="assay-evidence-") as folder,
    ):
        store = Path(folder) / "store.sqlite"
        with closing(Record.open(f"sqlite:///{store}", Path(folder) / "keys")) as record:
            fill(record)
            report(record, store)


def fill(record: Record) -> None:
    """Hand everything in, and accept the first of each system."""
    for system in range(SYSTEMS):
        drafts = [draft(f"system-{system}", number) for number in range(REPORTS)]
        record.evidence.accept(ME, record.evidence.submit_all(ME, drafts)[0].evidence)


def draft(system: str, number: int) -> SubmissionDraft:
    """Return a report of so many facts."""
    stated = tuple(
        Stated(
            kind="vulnerability_scan",
            of=f"check-{one}",
            conclusion=Conclusion.SATISFIED,
            value=Decimal("0.01"),
            lower=Decimal("0.001"),
            upper=Decimal("0.02"),
            n=1000,
            open_findings=0,
        )
        for one in range(FACTS)
    )
    data = f"{system} {number}".encode()
    return SubmissionDraft(system=system, data=data, name="r.json", stated=stated, format="sarif", part=str(number))


def report(record: Record, store: Path) -> None:
    """Read one system's facts many times, then everybody's."""
    one = timed(lambda: record.evidence.facts("system-7"))
    with closing(sqlite3.connect(store)) as database:
        bare = timed(lambda: database.execute(_BARE, ("system-7",)).fetchall())
        begun = time.perf_counter()
        rows = sum(len(database.execute(_BARE, (f"system-{number}",)).fetchall()) for number in range(SYSTEMS))
        all_bare = time.perf_counter() - begun
    begun = time.perf_counter()
    found = sum(len(record.evidence.facts(f"system-{number}")) for number in range(SYSTEMS))
    all_ours = time.perf_counter() - begun
    if not rows == found == SYSTEMS * REPORTS * FACTS:
        raise SystemExit(f"{found} facts from {rows} rows, expected {SYSTEMS * REPORTS * FACTS}")
    print(f"{found} facts of {SYSTEMS} systems, {REPORTS * FACTS} each, in one SQLite file")
    print(
        f"  one system, median of {READS} reads: {one * 1e3:.1f} ms, bare SQL {bare * 1e3:.1f} ms, x {one / bare:.1f}"
    )
    print(f"  one after the other: {all_ours:.2f} s, bare SQL {all_bare:.2f} s, x {all_ours / all_bare:.1f}")


def timed(read: Callable[[], object]) -> float:
    """Return the median time of a read, in seconds."""
    times = []
    for _ in range(READS):
        begun = time.perf_counter()
        read()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


if __name__ == "__main__":
    main()
