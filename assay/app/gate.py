"""Hold a run against a policy: find the logs, decide, write what was asked for, and record it where there is a store.

Rules of this place: a run that is absent or unreadable is evidence that is missing, so it is decided (inconclusive) and
not an error; bytes that are not what the record holds are an error that fails; what is written never takes the place of
what is read; a file of an earlier decision is removed before this one is made, so that a crash leaves no old pass.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.gate_outputs import GateOutputs
from assay.app.gate_policy import PolicyWords, policy_facts
from assay.app.gate_record import with_record
from assay.app.gate_sheet import sheet_of
from assay.app.judge_cards import with_cards
from assay.app.workspace import Workspace
from assay.kernel import CannotDecideError, InputError, MissingError, UnavailableError
from evaluation.runs import RunLog, compare_runs
from evaluation.statistics import Comparison
from governance.gate import Decision, Policy, PolicyFacts, RunFacts, UnreadableRun, decide, facts_of
from reports.gate import GateSheet

if TYPE_CHECKING:
    from governance import Record, RecordedDecision

__all__ = ["GateOutputs", "GateResult", "decide_run", "gate_run"]

_NO_WORDS = PolicyWords()


@dataclass(frozen=True)
class GateResult:
    """A decision, and the ledger entry that holds it."""

    sheet: GateSheet

    @property
    def decision(self) -> Decision:
        """What was decided."""
        return self.sheet.decision

    @property
    def id(self) -> str | None:
        """Id of the recorded decision; None where there is no store."""
        return self.sheet.recorded

    @property
    def seq(self) -> int | None:
        """Number of its entry; None where there is no store."""
        return self.sheet.entry


def gate_run(
    run: str,
    *,
    baseline: str | None,
    policy: Path | None,
    outputs: GateOutputs,
    workspace: Workspace | None,
    now: datetime,
    words: PolicyWords = _NO_WORDS,
) -> GateResult:
    """Decide about a run; `run` and `baseline` are directories, ids of runs in the workspace, or `latest`.

    `words` are what the caller says of the policy: a receipt of its registration, and where the change begins.

    Raise `CannotDecideError` without a policy, `InputError` for a malformed one, `IntegrityError` for a run log that
    is not what was recorded.
    """
    policy_file = _policy_file(policy, workspace)
    outputs.prepare(policy_file, workspace)
    rules = Policy.load(policy_file)
    with _record_of(workspace) as record:
        seal = outputs.seal(record)
        known = policy_facts(rules, policy_file, words, record=record)
        decision, candidate = decide_run(run, baseline, rules, known, workspace=workspace, record=record, now=now)
        recorded = _record(decision, candidate, record)
        logs = _logs(run, candidate, workspace)
        sheet = sheet_of(decision, candidate, policy=rules, policy_file=policy_file, logs=logs, recorded=recorded)
        outputs.write(sheet, seal, system=candidate.system if isinstance(candidate, RunFacts) else None)
    return GateResult(sheet)


def decide_run(
    run: str,
    baseline: str | None,
    rules: Policy,
    known: PolicyFacts,
    *,
    workspace: Workspace | None,
    record: "Record | None",
    now: datetime,
) -> tuple[Decision, RunFacts | UnreadableRun]:
    """Decide about a run and record nothing; return what was known of it, too."""
    candidate, log = _read(run, workspace, record)
    compared_with, other = _read(baseline, workspace, record) if baseline is not None else (None, None)
    compared = _compare(log, other)
    return decide(rules, candidate, compared_with, comparisons=compared, registration=known, now=now), candidate


def _policy_file(policy: Path | None, workspace: Workspace | None) -> Path:
    if policy is not None:
        return policy
    if workspace is None:
        raise CannotDecideError("no policy was named, and here is no workspace that has one", hint="use --policy FILE")
    return workspace.gate_file


def _read(
    name: str, workspace: Workspace | None, record: "Record | None"
) -> tuple[RunFacts | UnreadableRun, RunLog | None]:
    try:
        log = RunLog.open(_run_dir(name, workspace))
        facts = facts_of(log)
    except (InputError, MissingError, UnavailableError) as error:
        return UnreadableRun(run=name, reason=error.message), None
    except OSError as error:
        return UnreadableRun(run=name, reason=f"the run log cannot be read: {error.strerror}"), None
    facts = with_cards(facts, record)
    return (facts if record is None else with_record(facts, record)), log


def _logs(run: str, candidate: RunFacts | UnreadableRun, workspace: Workspace | None) -> list[RunLog]:
    """Return the log that was decided about, where it could be read."""
    return [] if isinstance(candidate, UnreadableRun) else [RunLog.open(_run_dir(run, workspace))]


def _run_dir(name: str, workspace: Workspace | None) -> Path:
    if workspace is None or Path(name).is_dir():
        return Path(name)
    return workspace.run_dir(name)


def _compare(candidate: RunLog | None, baseline: RunLog | None) -> tuple[Comparison, ...]:
    if candidate is None or baseline is None:
        return ()
    try:
        return compare_runs(candidate, baseline)
    except InputError:
        return ()  # no metric in common: each rule that compares says so


@contextmanager
def _record_of(workspace: Workspace | None) -> "Iterator[Record | None]":
    """Open the store, where there is one."""
    if workspace is None or not workspace.has_store:
        yield None
        return
    with closing(open_record(workspace)) as record:
        yield record


def _record(
    decision: Decision, candidate: RunFacts | UnreadableRun, record: "Record | None"
) -> "RecordedDecision | None":
    if record is None or isinstance(candidate, UnreadableRun):
        return None
    return record.record_decision(decision, current_actor(record), system=candidate.system)
