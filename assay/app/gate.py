"""Hold a run against a policy: find the logs, decide, write what was asked for, and record it where there is a store.

Rules of this place: a run that is absent or unreadable is evidence that is missing, so it is decided (inconclusive) and
not an error; bytes that are not what the record holds are an error that fails; a file of an earlier decision is removed
before this one is made, so that a crash cannot leave an old pass behind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assay.app.actor import local_actor
from assay.app.compose import open_record
from assay.app.gate_documents import junit_document, markdown_document
from assay.app.workspace import Workspace
from assay.kernel import CannotDecideError, InputError, MissingError, UnavailableError, replace_durably
from evaluation.runs import RunLog, compare_runs
from evaluation.statistics import Comparison
from governance.gate import Decision, Policy, RunFacts, UnreadableRun, decide, facts_of

__all__ = ["GateOutputs", "GateResult", "gate_run"]


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
    seq: int | None  # None where there is no store


def gate_run(
    run: str,
    *,
    baseline: str | None,
    policy: Path | None,
    outputs: GateOutputs,
    workspace: Workspace | None,
    now: datetime,
) -> GateResult:
    """Decide about a run; `run` and `baseline` are directories or ids of runs in the workspace.

    Raise `CannotDecideError` without a policy, `InputError` for a malformed one, `IntegrityError` for a run log that
    is not what was recorded.
    """
    _remove_old(outputs)
    rules = Policy.load(_policy_file(policy, workspace))
    candidate, log = _read(run, workspace)
    compared_with, other = _read(baseline, workspace) if baseline is not None else (None, None)
    comparisons = _compare(log, other)
    decision = decide(rules, candidate, compared_with, comparisons=comparisons, now=now)
    seq = _record(decision, candidate, workspace)
    for path, write in outputs.wanted():
        replace_durably(path, write(decision))
    return GateResult(decision=decision, seq=seq)


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


def _read(name: str, workspace: Workspace | None) -> tuple[RunFacts | UnreadableRun, RunLog | None]:
    try:
        log = RunLog.open(_run_dir(name, workspace))
        return facts_of(log), log
    except (InputError, MissingError, UnavailableError) as error:
        return UnreadableRun(run=name, reason=error.message), None
    except OSError as error:
        return UnreadableRun(run=name, reason=f"the run log cannot be read: {error.strerror}"), None


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


def _record(decision: Decision, candidate: RunFacts | UnreadableRun, workspace: Workspace | None) -> int | None:
    if workspace is None or isinstance(candidate, UnreadableRun) or not _has_store(workspace):
        return None
    record = open_record(workspace)
    try:
        return record.record_decision(decision, local_actor(), system=candidate.system).seq
    finally:
        record.close()


def _has_store(workspace: Workspace) -> bool:
    return bool(workspace.settings.store) or workspace.store_file.is_file()
