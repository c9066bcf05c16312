"""A real store with real runs and decisions in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from assay.kernel import FixedClock
from evaluation.runs import RunLog, compare_runs
from governance import Actor, Record, RecordedDecision
from governance.gate import Policy, decide, facts_of
from tests.governance.gate.samples import registered
from tests.reports.run_logs import write

ACTOR = Actor(id="p-1")
POLICY = """
version: 1
name: release
fixed_beforehand: false
expect: {metrics: [faithfulness], questions: {at_least: 5}, judge_card: optional}
rules:
  - {metric: faithfulness, at_least: 0.6}
"""
RELATIVE = "  - {metric: faithfulness, baseline: true, margin: 0.05}\n"
GOOD = {f"q{number}": 1.0 if number % 4 else 0.75 for number in range(1, 13)}
WORSE = {f"q{number}": 0.5 if number % 4 else 0.0 for number in range(1, 13)}
WIDE = {f"q{number}": float(number % 2) for number in range(1, 7)} | {"q7": 1.0, "q8": 1.0}


def open_record(folder: Path) -> Record:
    """Open a store in the folder, with a clock that moves."""
    clock = FixedClock(at=datetime(2026, 11, 21, tzinfo=UTC), step=timedelta(seconds=1))
    folder.mkdir(parents=True, exist_ok=True)
    return Record.open(f"sqlite:///{folder / 'store.sqlite'}", folder / "keys", clock)


def ingest(record: Record, runs: Path, name: str, values: dict[str, float]) -> None:
    """Write a run log and record it."""
    write(runs / name, values)
    record.ingest_run(runs / name, ACTOR)


def gate(record: Record, runs: Path, run: str, baseline: str = "") -> RecordedDecision:
    """Decide a run, against a baseline where one is named, and record the decision."""
    policy = Policy.parse(POLICY + (RELATIVE if baseline else ""))
    candidate = RunLog.open(runs / run)
    other = RunLog.open(runs / baseline) if baseline else None
    decision = decide(
        policy,
        facts_of(candidate),
        facts_of(other) if other else None,
        comparisons=compare_runs(candidate, other) if other else (),
        registration=registered(policy),
        now=datetime(2026, 11, 21, tzinfo=UTC),
    )
    return record.record_decision(decision, ACTOR)
