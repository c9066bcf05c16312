"""What a gate decides about: a run, or the run that a release's manifest stands for, and what it is compared with.

Rules of this place: a run that is absent or unreadable is evidence that is missing, so it is decided (inconclusive) and
not an error; bytes that are not what the record holds are an error that fails; a manifest that could mean several runs
means none.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.frameworks import catalogues_of
from assay.app.gate_attempts import with_attempts
from assay.app.gate_known import record_facts, release_ref
from assay.app.gate_record import with_record
from assay.app.judge_cards import with_cards
from assay.app.run_doubts import with_doubts
from assay.app.workspace import LATEST, Workspace
from assay.kernel import CannotDecideError, InputError, MissingError, UnavailableError
from evaluation.runs import RunLog, compare_runs
from evaluation.statistics import Comparison
from governance.gate import (
    Decision,
    Policy,
    PolicyFacts,
    RecordFacts,
    ReleaseRef,
    RunFacts,
    UnreadableRun,
    Work,
    candidate_among,
    compare_pooled,
    decide,
    facts_of,
)

if TYPE_CHECKING:
    from governance import Record

__all__ = ["Asked", "Decided", "decide_about"]

_BRING = "a release is decided about where the logs of its runs are: copy the run's directory to .assay/runs"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody wants decided: a run or a release, and what it is compared with."""

    run: str | None = None  # directory, id of a run in the workspace, or `latest`
    release: str | None = None  # id
    baseline: str | None = None  # as `run`


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision, and what it was made from."""

    decision: Decision
    candidate: RunFacts | UnreadableRun
    system: str | None  # None where the run cannot be read
    logs: tuple[RunLog, ...]  # of the candidate, and of the attempts that are pooled with it


@dataclass(frozen=True)
class _Desk:
    """Where runs and what is known of them come from."""

    workspace: Workspace | None
    record: "Record | None"

    def run_dir(self, name: str) -> Path:
        """Return the folder of a run that somebody named."""
        if self.workspace is None or (name != LATEST and Path(name).is_dir()):
            return Path(name)
        return self.workspace.run_dir(name)

    def recorded_dir(self, run: str) -> Path:
        """Return the folder of a recorded run; raise `MissingError` where it is not here."""
        if self.workspace is None:
            raise MissingError("here is no workspace with run logs")
        return self.workspace.run_dir(run)

    def known(self, facts: RunFacts) -> RunFacts:
        """Add what cards say of the run's judges."""
        return with_cards(facts, self.record)

    def read(self, name: str) -> tuple[RunFacts | UnreadableRun, RunLog | None]:
        """Read a run that somebody named."""
        try:
            log = RunLog.open(self.run_dir(name))
            facts = with_doubts(facts_of(log), log, self.record)
        except (InputError, MissingError, UnavailableError) as error:
            reason = f"{error.message}; {error.hint}" if error.hint else error.message
            return UnreadableRun(run=name, reason=reason), None
        except OSError as error:
            return UnreadableRun(run=name, reason=f"the run log cannot be read: {error.strerror}"), None
        return self.known(facts), log


def decide_about(
    asked: Asked,
    rules: Policy,
    registration: PolicyFacts,
    *,
    workspace: Workspace | None,
    record: "Record | None",
    now: datetime,
) -> Decided:
    """Decide, and record nothing.

    Raise `CannotDecideError` for a release without a record, `MissingError` for one that is not in it,
    `IntegrityError` for a run log that is not what was recorded.
    """
    desk = _Desk(workspace, record)
    release = None if asked.release is None else _release(asked.release, record)
    catalogues = catalogues_of(workspace)
    candidate, log, works = _candidate(asked, release, rules, desk)
    baseline, other = _baseline(asked, desk)
    facts: RecordFacts | None = None
    logs: tuple[RunLog, ...] = () if log is None else (log,)
    if isinstance(candidate, RunFacts) and log is not None and record is not None:
        pooled = with_attempts(candidate, log, rules, run_dir=desk.recorded_dir, known=desk.known)
        candidate, logs = pooled.facts, pooled.logs
        runs = None if workspace is None else workspace.runs
        facts = record_facts(rules, candidate, baseline, works, record, release, catalogues, runs)
    elif release is not None:
        facts = RecordFacts(release=release)
    decision = decide(
        rules,
        candidate,
        baseline,
        comparisons=_compare(logs, other),
        registration=registration,
        record=facts,
        catalogues=catalogues.digests,
        now=now,
    )
    system = candidate.system if isinstance(candidate, RunFacts) else release.system if release is not None else None
    return Decided(decision=decision, candidate=candidate, system=system, logs=logs)


def _release(name: str, record: "Record | None") -> ReleaseRef:
    if record is None:
        raise CannotDecideError(
            "releases are in the record, and here is none", hint="assay gate --run DIR, or ask in the workspace"
        )
    return release_ref(record.releases.release(name))


def _candidate(
    asked: Asked, release: ReleaseRef | None, rules: Policy, desk: _Desk
) -> tuple[RunFacts | UnreadableRun, RunLog | None, tuple[Work, ...]]:
    """Read the run that is meant, with what the record knows of it, and the works of its system."""
    works: tuple[Work, ...] = ()
    name = asked.run or ""
    if release is not None and desk.record is not None:
        works = desk.record.works(release.system)
        meant = candidate_among(rules, [work for work in works if work.run in release.runs])
        if isinstance(meant, str):
            return UnreadableRun(run=release.release, reason=meant), None, works
        name = meant.run
    facts, log = desk.read(name)
    if isinstance(facts, UnreadableRun) and release is not None:
        facts = replace(facts, reason=f"{facts.reason}; {_BRING}")
    if isinstance(facts, UnreadableRun) or desk.record is None:
        return facts, log, works
    works = works if release is not None else desk.record.works(facts.system)
    return with_record(facts, desk.record, works), log, works


def _baseline(asked: Asked, desk: _Desk) -> tuple[RunFacts | UnreadableRun | None, RunLog | None]:
    if asked.baseline is None:
        return None, None
    facts, log = desk.read(asked.baseline)
    if isinstance(facts, UnreadableRun) or desk.record is None:
        return facts, log
    return with_record(facts, desk.record, ()), log


def _compare(candidates: tuple[RunLog, ...], baseline: RunLog | None) -> tuple[Comparison, ...]:
    if not candidates or baseline is None:
        return ()
    if len(candidates) > 1:
        return compare_pooled(candidates, baseline)
    try:
        return compare_runs(candidates[0], baseline)
    except InputError:
        return ()  # no metric in common: each rule that compares says so
