"""Hold a run against a policy: find the logs, decide, write what was asked for, and record it where there is a store.

Rules of this place: a run that is absent or unreadable is evidence that is missing, so it is decided (inconclusive) and
not an error; bytes that are not what the record holds are an error that fails; what is written never takes the place of
what is read; a file of an earlier decision is removed before this one is made, so that a crash leaves no old pass.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.gate_documents import junit_document, markdown_document
from assay.app.gate_record import with_record
from assay.app.judge_cards import with_cards
from assay.app.workspace import CONFIGURATION_NAME, Workspace
from assay.kernel import FOR_OTHERS, CannotDecideError, InputError, MissingError, UnavailableError, replace_durably
from evaluation.runs import RunLog, compare_runs
from evaluation.statistics import Comparison
from governance.gate import Decision, Policy, RunFacts, UnreadableRun, decide, facts_of

if TYPE_CHECKING:
    from governance import Record, RecordedDecision

__all__ = ["GateOutputs", "GateResult", "decide_run", "gate_run"]


@dataclass(frozen=True, kw_only=True)
class GateOutputs:
    """Files to write."""

    markdown: Path | None = None
    junit: Path | None = None

    def wanted(self) -> tuple[tuple[Path, Callable[[Decision], bytes]], ...]:
        """Return each file that is wanted with what fills it."""
        named = ((self.markdown, markdown_document), (self.junit, junit_document))
        return tuple((path, write) for path, write in named if path is not None)


@dataclass(frozen=True, kw_only=True)
class GateResult:
    """A decision, and the ledger entry that holds it."""

    decision: Decision
    id: str | None  # of the recorded decision; None where there is no store
    seq: int | None  # as above


def gate_run(
    run: str,
    *,
    baseline: str | None,
    policy: Path | None,
    outputs: GateOutputs,
    workspace: Workspace | None,
    now: datetime,
) -> GateResult:
    """Decide about a run; `run` and `baseline` are directories, ids of runs in the workspace, or `latest`.

    Raise `CannotDecideError` without a policy, `InputError` for a malformed one, `IntegrityError` for a run log that
    is not what was recorded.
    """
    policy_file = _policy_file(policy, workspace)
    _refuse_to_overwrite(outputs, policy_file, workspace)
    rules = Policy.load(policy_file)
    _remove_old(outputs)
    with _record_of(workspace) as record:
        decision, candidate = decide_run(run, baseline, rules, workspace=workspace, record=record, now=now)
        recorded = _record(decision, candidate, record)
    for path, write in outputs.wanted():
        replace_durably(path, write(decision), mode=FOR_OTHERS)
    return GateResult(decision=decision, id=recorded.id if recorded else None, seq=recorded.seq if recorded else None)


def decide_run(
    run: str,
    baseline: str | None,
    rules: Policy,
    *,
    workspace: Workspace | None,
    record: "Record | None",
    now: datetime,
) -> tuple[Decision, RunFacts | UnreadableRun]:
    """Decide about a run and record nothing; return what was known of it, too."""
    candidate, log = _read(run, workspace, record)
    compared_with, other = _read(baseline, workspace, record) if baseline is not None else (None, None)
    return decide(rules, candidate, compared_with, comparisons=_compare(log, other), now=now), candidate


def _refuse_to_overwrite(outputs: GateOutputs, policy_file: Path, workspace: Workspace | None) -> None:
    paths = [path for path, _ in outputs.wanted()]
    if len({path.resolve() for path in paths}) < len(paths):
        raise InputError(f"{paths[0]} is named for two outputs", hint="name another file")
    for path in paths:
        if problem := _overwritten(path.resolve(), policy_file, workspace):
            raise InputError(f"{path} {problem}: a decision is not written there", hint="name another file")


def _overwritten(path: Path, policy_file: Path, workspace: Workspace | None) -> str:
    """Say what a decision written to the resolved `path` would take the place of, "" where it is nothing."""
    if path == policy_file.resolve():
        return "is the gate policy"
    if workspace is not None and path == (workspace.root / CONFIGURATION_NAME).resolve():
        return "is the workspace's configuration"
    if workspace is not None and path.is_relative_to(workspace.state.resolve()):
        return "lies in the workspace's state"
    if any((folder / "run.json").is_file() for folder in path.parents):
        return "lies in a run log"
    return "is not a regular file" if path.exists() and not path.is_file() else ""


def _remove_old(outputs: GateOutputs) -> None:
    for path, _ in outputs.wanted():
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise UnavailableError(f"cannot replace {path}: {error.strerror}", hint="name another file") from error


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
