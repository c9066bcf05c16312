"""From the record to the views: what pages and documents are made of.

Rules of this place: it reads through governance's door and from run logs, writes nothing, and decides nothing; the
newest decision about exactly the recorded run counts, and older ones are counted for the reader.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assay.kernel import CannotDecideError, InputError, MissingError, format_time
from evaluation.runs import Completeness, RunLog, compare_runs
from evaluation.statistics import Comparison
from reports._evaluation import Decided, Measured, assemble, decided_view
from reports._header import target_name
from reports._numbers import metric_view
from reports.views import DecisionView, EvaluationView, OverviewView, RunLine

if TYPE_CHECKING:
    from governance import Record, RecordedDecision, RecordedRun

__all__ = ["evaluation_view", "overview_view", "recorded_view", "run_line"]


def evaluation_view(record: "Record", run: str, *, runs: Path, baseline: str | None = None) -> EvaluationView:
    """Return the view of a recorded run; `runs` is the folder of run logs.

    Without `baseline` the one of the decision is shown, if its log is there. Raise `MissingError` for a run that is not
    recorded or a baseline without a log, `IntegrityError` for texts that are not those that were judged.
    """
    recorded = record.run(run)
    decisions = [found for found in record.decisions(run) if found.decision.run_digest == recorded.digest]
    newest = decisions[0] if decisions else None
    measured = _measured(record, recorded, _log(runs, run))
    against, comparisons, note = _comparisons(record, measured, runs, baseline, newest)
    view = assemble(measured, _decided(newest), baseline=against, comparisons=comparisons)
    more = (note, *_attempts(len(decisions)))
    return replace(view, notes=(*view.notes, *(line for line in more if line)))


def overview_view(record: "Record", may_read: Callable[[str], bool], *, system: str | None = None) -> OverviewView:
    """Return the runs that the reader may read, newest first, and the newest decision; of one system where named."""
    runs = [run for run in record.runs(system=system) if may_read(run.system)]
    decisions = [found for found in record.decisions(system=system) if may_read(found.system)]
    outcomes = {
        (found.decision.run, found.decision.run_digest): found.decision.outcome for found in reversed(decisions)
    }
    newest = decisions[0] if decisions else None
    return OverviewView(
        runs=tuple(run_line(run, str(outcomes.get((run.run, run.digest), "none"))) for run in runs),
        decision=recorded_view(newest),
        decision_run=newest.decision.run if newest else "",
        checkpoint=_checkpoint(record),
    )


def run_line(run: "RecordedRun", decision: str) -> RunLine:
    """Return one run as a line of a list; `decision`: the outcome, or none."""
    return RunLine(
        run=run.run,
        system=run.system,
        created_at=run.created_at,
        outcome=run.outcome.value,
        target=target_name(run.plan),
        metrics=tuple(metric_view(estimate) for estimate in run.estimates),
        decision=decision,
    )


def _measured(record: "Record", run: "RecordedRun", log: RunLog | None) -> Measured:
    there = Completeness(outcome=run.outcome, expected=run.expected, found=run.found, reason=run.reason)
    order = {metric: place for place, metric in enumerate(run.plan.metrics)}
    return Measured(
        plan=run.plan,
        completeness=there,
        digest=run.digest,
        estimates=tuple(sorted(run.estimates, key=lambda estimate: order.get(estimate.metric, len(order)))),
        sequence=run.seq,
        checkpoint=_checkpoint(record),
        log=log,
    )


def recorded_view(found: "RecordedDecision | None") -> DecisionView:
    """Return the view of a recorded decision, or of there being none."""
    return decided_view(_decided(found))


def _decided(found: "RecordedDecision | None") -> Decided | None:
    if found is None:
        return None
    decision = found.decision
    return Decided(
        outcome=decision.outcome.value,
        results=decision.results,
        at=format_time(decision.decided_at),
        policy=decision.policy_digest,
    )


def _comparisons(
    record: "Record", run: Measured, runs: Path, wanted: str | None, decision: "RecordedDecision | None"
) -> tuple[str, tuple[Comparison, ...], str]:
    """Return (baseline, comparisons, note); a baseline that the reader asked for must be there."""
    name = wanted or (decision.decision.baseline if decision else None)
    if not name:
        return "", (), ""
    log = _log(runs, name)
    if wanted:
        if log is None:
            raise MissingError(f"there is no run log of the baseline {name!r}", hint="`assay runs list` shows the runs")
        expected: str | None = record.run(name).digest
    else:
        expected = decision.decision.baseline_digest if decision else None
    if not _is(log, expected) or not _is(run.log, run.digest):
        return "", (), f"The comparison with {name} is left out: a run log is not on this machine as it was recorded."
    return _compared(run, log, name)


def _compared(run: Measured, log: RunLog | None, name: str) -> tuple[str, tuple[Comparison, ...], str]:
    if run.log is None or log is None:
        return "", (), ""
    try:
        return name, compare_runs(run.log, log), ""
    except InputError as error:
        return "", (), f"The comparison with {name} is left out: {error.message}."


def _is(log: RunLog | None, digest: str | None) -> bool:
    return log is not None and log.digest() == digest


def _attempts(count: int) -> tuple[str, ...]:
    return (f"{count} decisions are recorded about this run; the newest is shown.",) if count > 1 else ()


def _log(runs: Path, run: str) -> RunLog | None:
    """Open a run log by its plain id; `None` for anything that is not in the folder."""
    if not run or Path(run).name != run:
        return None
    return RunLog.open(runs / run) if (runs / run / "run.json").is_file() else None


def _checkpoint(record: "Record") -> str:
    try:
        return record.checkpoint().note
    except CannotDecideError:
        return ""
