"""`assay risks portfolio` on a store: 500 systems × 55 risks over 100,000 pieces of evidence.

    python -m benchmarks.portfolio [--systems 500] [--facts 100000] [--store DIR] [--into docs/quality.md]

Rules of this place: the store is made by the product's own doors: two runs of each system, and the other facts in ten
imported reports, three of them accepted, spread by lot over all that the rules ask for; the command is the real one.
The limit beside it is Python's own sqlite3 reading the same rows, without making anything of them. Target: 5 seconds of
the processor for the whole process. Best of N in alternation.
"""

import argparse
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Final

import risks
from assay.app.actor import local_actor
from assay.app.compose import open_record
from assay.app.register import load_portfolio
from assay.app.workspace import Workspace
from benchmarks.gate import METRICS, alternated, environment, write_run
from benchmarks.page import kept
from evaluation.runs import RunLog
from governance.evidence import Conclusion, Stated, SubmissionDraft
from governance.record import Record

SECTION: Final = "A portfolio on a store"
TARGET_S: Final = 5.0
RUNS, REPORTS, ACCEPTED = 2, 10, 3  # of each system
READS: Final = (
    "SELECT * FROM run JOIN ledger_entry USING (seq)",
    "SELECT * FROM estimate",
    "SELECT * FROM evidence_fact",
    "SELECT * FROM evidence_submission",
    "SELECT * FROM evidence_review",
)
_LOT: Final = random.Random(20261122)  # noqa: S311  a benchmark's draw


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--systems", type=int, default=500)
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--store", type=Path, help="folder of a workspace that an earlier run wrote, or for this one's")
    parser.add_argument("--into", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    command = f"python -m benchmarks.portfolio --systems {options.systems} --facts {options.facts}"
    with tempfile.TemporaryDirectory() as scratch, kept(options.into, SECTION, command):
        folder: Path = options.store or Path(scratch)
        os.environ["ASSAY_KEYS"] = str(folder / "keys")
        workspace = Workspace(folder / "workspace")
        if not workspace.root.exists():
            fill(workspace, options.systems, options.facts)
        _measure(workspace, options.repeats)


def fill(workspace: Workspace, systems: int, facts: int) -> None:
    """Record runs and reports until there are so many facts."""
    workspace.root.mkdir(parents=True)
    names = [f"system-{number}" for number in range(systems)]
    (workspace.root / "assay.yaml").write_text("systems: [{id: system-0}]\n", encoding="utf-8")
    asks = sorted({(ask.kind.value, ask.of) for rule in risks.framework().rules for ask in rule.evidence})
    each = max(1, (facts // systems - RUNS * len(METRICS)) // REPORTS)
    with closing(open_record(workspace)) as record:
        for name in names:
            for log in [_log(workspace, name, number) for number in range(RUNS)]:
                record.ingest_run(log.directory, local_actor(), mirror=False)
            drafts = [_report(name, number, each, asks) for number in range(REPORTS)]
            for made in record.evidence.submit_all(local_actor(), drafts)[:ACCEPTED]:
                record.evidence.accept(local_actor(), made.evidence)


def _log(workspace: Workspace, system: str, number: int) -> RunLog:
    return write_run(workspace.runs / f"run-{system}-{number}", 0, system=system)


def _report(system: str, number: int, facts: int, asks: list[tuple[str, str]]) -> SubmissionDraft:
    stated = tuple(
        Stated(kind=kind, of=of, conclusion=Conclusion.SATISFIED, n=500) for kind, of in _LOT.choices(asks, k=facts)
    )
    data = f"{system} {number}".encode()
    return SubmissionDraft(system=system, data=data, name="r.json", stated=stated, format="sarif", part=str(number))


def _measure(workspace: Workspace, repeats: int) -> None:
    os.environ["ASSAY_WORKSPACE"] = str(workspace.root)
    framework = risks.framework()
    with closing(open_record(workspace)) as record, closing(sqlite3.connect(workspace.store_file)) as database:
        count = _facts(record)
        timed = alternated(
            {
                "the bare SQL of the same rows": lambda: [database.execute(one).fetchall() for one in READS],
                "all statuses, read and assessed": lambda: load_portfolio(framework),
            },
            repeats,
        )
    command = [sys.executable, "-m", "assay", "risks", "portfolio", "--json"]
    ran = {"the whole process": lambda: subprocess.run(command, env=environment(), capture_output=True, check=True)}
    timed |= alternated(ran, repeats, resource.RUSAGE_CHILDREN)
    systems = len(load_portfolio(framework))
    print(f"{systems} systems × {len(framework.catalogue.risks)} risks, {count} facts in one SQLite file")
    for name, one in timed.items():
        print(f"  {name:<34} {one}")
    bare, ours = (min(timed[name].cpu) for name in list(timed)[:2])
    whole = min(timed["the whole process"].cpu)
    print(f"  read and assessed / bare SQL       {ours / bare:7.1f} ×")
    print(f"  load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores: other work costs wall time")
    print(f"  whole process, target {TARGET_S:g} s of the processor: {'ok' if whole <= TARGET_S else 'MISSED'}")


def _facts(record: Record) -> int:
    return sum(len(record.evidence.facts(one.id)) for one in record.systems())


if __name__ == "__main__":
    main()
