"""A gate's decision over 1,000 pieces of evidence, and the whole process of `assay gate`, on SQLite.

    python -m benchmarks.gate [--evidence 1000] [--repeats 9] [--into docs/quality.md]

Rules of this place: the store is made by the product's own doors (runs, scans, accepted reports, a registered policy, a
release) and the command is the real one; beside it, in the same run, stand an interpreter that only starts, one that
only imports what the gate imports, and the bare SQL that reads the same rows. Targets: a decision in 1 s after
start-up, the whole process in 2 s. Best of N in alternation, so that each sees the same machine; CPU time is told too,
for other work on the machine costs wall time alone.
"""

import argparse
import asyncio
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from assay.app.actor import local_actor
from assay.app.compose import open_record
from assay.app.gate_policy import recorded_facts
from assay.app.gate_subject import Asked, decide_about
from assay.app.workspace import Workspace
from assay.kernel import JsonValue, digest_json, format_time
from benchmarks.page import kept
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.runs import FinishedRow, Origin, QuestionsRef, RunLog, RunLogWriter, RunPlan, ids_digest
from evaluation.scans import ScanOutcome, ScanRecord, scan_bytes
from evaluation.verdicts import JudgeSpec, Outcome, Verdict
from governance.evidence import Conclusion, Stated, SubmissionDraft
from governance.gate import Decision, Policy
from governance.releases import ReleaseDraft

SYSTEM: Final = "default"
METRICS: Final = ("relevancy", "exact_match", "token_f1", "injection_resistance")
ROWS: Final = 30
IMPORTS: Final = "import governance.record, assay.app.gate, assay.cli.gate, rich.console, typer"
READS: Final = (
    "SELECT * FROM run JOIN ledger_entry USING (seq)",
    "SELECT * FROM estimate",
    "SELECT * FROM scan JOIN ledger_entry USING (seq)",
    "SELECT * FROM evidence_fact",
    "SELECT * FROM evidence_submission",
    "SELECT * FROM evidence_review",
)


@dataclass(frozen=True)
class Timed:
    """Seconds, of the wall and of the processor, of several repeats."""

    wall: tuple[float, ...]
    cpu: tuple[float, ...]

    def __str__(self) -> str:
        """Write the best, the median, and the processor's best."""
        return (
            f"{min(self.wall) * 1000:7.0f} ms best · {statistics.median(self.wall) * 1000:6.0f} ms median"
            f" · {min(self.cpu) * 1000:6.0f} ms CPU"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evidence", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--into", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    command = f"python -m benchmarks.gate {' '.join(sys.argv[1:])}".strip()
    with (
        tempfile.TemporaryDirectory() as folder,
        kept(options.into, "A gate over a thousand pieces of evidence", command),
    ):
        os.environ["ASSAY_KEYS"] = str(Path(folder) / "keys")
        workspace = Workspace(Path(folder) / "workspace")
        workspace.root.mkdir()
        release = _fill(workspace, options.evidence)
        _measure(workspace, release, options.repeats)


def _fill(workspace: Workspace, evidence: int) -> str:
    """Record runs, scans and reports until there are so many facts; return a release that rests on some."""
    (workspace.root / "assay.yaml").write_text(f"systems: [{{id: {SYSTEM}}}]\n", encoding="utf-8")
    runs, scans, reports = evidence * 6 // 10 // len(METRICS), evidence // 10, evidence * 3 // 10
    with closing(open_record(workspace)) as record:
        workspace.gate_file.write_text(_policy(reports), encoding="utf-8")
        policy = Policy.load(workspace.gate_file)
        record.policies.register(policy, local_actor(), system=SYSTEM)
        for number in range(runs):
            log = write_run(workspace.runs / f"run-{number:04}", number, policy=policy.digest)
            record.ingest_run(log.directory, local_actor(), mirror=False)
        for number in range(scans):
            record.record_scan(scan_bytes(_scan(number)), local_actor())
        for made in record.evidence.submit_all(local_actor(), [_report(number) for number in range(reports)]):
            record.evidence.accept(local_actor(), made.evidence)
        last = f"run-{runs - 1:04}"
        draft = ReleaseDraft(system=SYSTEM, version="1", runs=(last,), scans=(_scan(scans - 1).scan,))
        return record.releases.create(local_actor(), draft).id


def _policy(reports: int) -> str:
    """Return a policy that expects every report, and numbers of run, suite and scan."""
    expected = "".join(f"  - {{kind: vulnerability_scan, of: audit-{number}}}\n" for number in range(reports))
    return (
        "version: 1\nname: release\n"
        f"expect: {{metrics: [{', '.join(METRICS[:3])}], questions: {{at_least: {ROWS}}}, judge_card: optional}}\n"
        "rules:\n" + "".join(f"  - {{metric: {metric}, at_least: 0.5}}\n" for metric in METRICS[:3]) + "evidence:\n"
        "  - {kind: metric, of: token_f1, at_least: 0.5}\n" + expected + "suites: [{suite: injection, at_most: 0.5}]\n"
        "filters: [{filter: pii, at_most: 0.5}]\n"
    )


def write_run(directory: Path, number: int, *, system: str = SYSTEM, policy: str | None = None) -> RunLog:
    """Write a run of a version of its own."""
    ids = [f"q-{row}" for row in range(ROWS)]
    count, digest = ids_digest(ids)
    specs = [JudgeSpec(name="bench", version="1", metric=metric) for metric in METRICS]
    plan = RunPlan(
        run=directory.name,
        system=system,
        created_at=format_time(datetime.now(UTC)),
        metrics=METRICS,
        repeats=1,
        questions=QuestionsRef(digest="sha256:" + "0" * 64, count=count, ids_digest=digest),
        judges=tuple(spec.as_json() for spec in specs),
        target={"name": "app", "kind": "http", "version": str(number), "options": {"url": "https://app"}},
        answers_digest=None,
        corpus=None,
        policy=policy,
        environment={"python": "3.11", "platform": "linux", "packages": {"assay": "0.1.0"}},
        git={"commit": f"{number:040x}", "dirty": False},
        seed=0,
        origin=Origin(kind="person", actor="bench"),
    )
    rows = [FinishedRow(item=_item(row), repeat=0, verdicts=_verdicts(specs), at=plan.created_at) for row in ids]
    return asyncio.run(_written(directory, plan, rows))


async def _written(directory: Path, plan: RunPlan, rows: Sequence[FinishedRow]) -> RunLog:
    async with RunLogWriter.create(directory, plan) as writer:
        for row in rows:
            await writer.append(row)
    return RunLog.open(directory)


def _item(name: str) -> Item:
    answer = Answer(outcome=AnswerOutcome.ANSWERED, text=f"answer to {name}", contexts=("one",), latency_ms=7)
    return Item(id=name, question=f"what is {name}?", answer=answer, document=name)


def _verdicts(specs: Sequence[JudgeSpec]) -> tuple[Verdict, ...]:
    return tuple(Verdict(metric=one.metric, outcome=Outcome.SCORED, judge=one.digest, value=1.0) for one in specs)


def _scan(number: int) -> ScanRecord:
    at = format_time(datetime.now(UTC) - timedelta(minutes=1))
    result: dict[str, JsonValue] = {
        "filter": "pii",
        "rows": 500,
        "scored": 500,
        "rate": "0.01",
        "lower": "0.004",
        "upper": "0.023",
    }
    return ScanRecord(
        scan=f"scan-20260101t000000z-{number:06x}",
        system=SYSTEM,
        created_at=at,
        ended_at=at,
        outcome=ScanOutcome.COMPLETE,
        reason="",
        rows=500,
        source={"kind": "jsonl", "name": "in.jsonl", "text_field": "text"},
        source_digest=digest_json(number),
        filters=({"filter": "pii", "name": "pii", "digest": "sha256:11"},),
        row_timeout="60",
        environment={"python": "3.11"},
        origin={"kind": "person", "actor": "bench", "job": "", "commit": ""},
        output={"name": "out.jsonl", "bytes": 9, "digest": digest_json(number)},
        results=(result,),
    )


def _report(number: int) -> SubmissionDraft:
    stated = Stated(kind="vulnerability_scan", of=f"audit-{number}", conclusion=Conclusion.SATISFIED, open_findings=0)
    until = datetime.now(UTC) + timedelta(days=30)
    return SubmissionDraft(
        system=SYSTEM,
        data=b"audit %d" % number,
        name=f"audit-{number}.json",
        stated=(stated,),
        format="pip-audit",
        tool="pip-audit",
        part=str(number),
        expires_at=until,
    )


def _measure(workspace: Workspace, release: str, repeats: int) -> None:
    command = [sys.executable, "-m", "assay", "gate", "--release", release]
    programs = {
        "an interpreter that starts": [sys.executable, "-c", "pass"],
        "and imports what the gate does": [sys.executable, "-c", IMPORTS],
        "assay gate, the whole process": command,
    }
    outcome = subprocess.run(
        [*command, "--json"], cwd=workspace.root, env=environment(), capture_output=True, check=False
    )
    facts, decided = _decide_in_process(workspace, release, repeats)
    processes = _processes(programs, workspace.root, repeats)
    print(f"{facts} pieces of evidence of one system; `assay gate` ends with {outcome.returncode}")
    for name, timed in {**decided, **processes}.items():
        print(f"  {name:<46} {timed}")
    whole, inside = processes["assay gate, the whole process"], decided["read, decide"]
    imports, reads = processes["and imports what the gate does"], decided["the bare SQL of the same rows"]
    print(f"  read and decide / bare SQL                     {min(inside.wall) / min(reads.wall):7.1f} ×")
    print(f"  whole process / imports                        {min(whole.wall) / min(imports.wall):7.2f} ×")
    print(f"  load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores: other work costs wall time")
    for name, timed, target in (("decision", inside, 1.0), ("process", whole, 2.0)):
        wall, cpu = min(timed.wall), min(timed.cpu)
        verdict = "met" if wall <= target else "met by CPU time alone" if cpu <= target else "MISSED"
        print(f"  {name:<9} target {target:.0f} s: {verdict} ({wall:.2f} s, {cpu:.2f} s CPU)")


def _decide_in_process(workspace: Workspace, release: str, repeats: int) -> tuple[int, dict[str, Timed]]:
    """Time what comes after start-up: reading all that the record knows, and deciding over it."""
    policy, asked = Policy.load(workspace.gate_file), Asked(release=release)
    with closing(open_record(workspace)) as record, closing(sqlite3.connect(workspace.store_file)) as database:

        def read_and_decide() -> Decision:
            registration = recorded_facts(policy, record)
            now = datetime.now(UTC)
            return decide_about(asked, policy, registration, workspace=workspace, record=record, now=now).decision

        facts = record.evidence.facts(SYSTEM)
        timed = alternated(
            {
                "the bare SQL of the same rows": lambda: [database.execute(one).fetchall() for one in READS],
                "the facts alone": lambda: record.evidence.facts(SYSTEM),
                "read, decide": read_and_decide,
            },
            repeats,
        )
    return len(facts), timed


def alternated(
    acts: Mapping[str, Callable[[], object]], repeats: int, who: int = resource.RUSAGE_SELF
) -> dict[str, Timed]:
    """Time acts one after the other, again and again, so that each sees the same machine."""
    walls: dict[str, list[float]] = {name: [] for name in acts}
    cpus: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(repeats):
        for name, act in acts.items():
            cpu, began = _cpu(who), time.perf_counter()
            act()
            walls[name].append(time.perf_counter() - began)
            cpus[name].append(_cpu(who) - cpu)
    return {name: Timed(tuple(walls[name]), tuple(cpus[name])) for name in acts}


def _cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _processes(programs: Mapping[str, list[str]], folder: Path, repeats: int) -> dict[str, Timed]:
    def run(command: list[str]) -> Callable[[], object]:
        return lambda: subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=False)

    acts = {name: run(command) for name, command in programs.items()}
    return alternated(acts, repeats, resource.RUSAGE_CHILDREN)


def environment() -> dict[str, str]:
    """Return what a process of ours runs under."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}


if __name__ == "__main__":
    main()
