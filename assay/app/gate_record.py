"""What the record knows of a run that is held against a policy: whether it is there, unchanged, and the first.

Rules of this place: bytes that are not what was recorded are an error that fails; a run that was never recorded, or was
repeated until it pleased, is evidence that is missing. A repeat is a later complete run of the same system, target and
version of it, on the same questions and under the same policy: other judges and other draws are repeats, a changed
application, whether it says so by its version or by its commit, is none.
"""

import dataclasses
from typing import TYPE_CHECKING

from assay.kernel import IntegrityError, JsonValue, MissingError
from evaluation.runs import RunOutcome, RunPlan
from governance.gate import RunFacts

if TYPE_CHECKING:
    from governance import Record, RecordedRun

__all__ = ["with_record"]


def with_record(facts: RunFacts, record: "Record") -> RunFacts:
    """Add what the record knows; raise `IntegrityError` where it holds the run with other bytes."""
    try:
        newest = record.run(facts.run)
    except MissingError:
        return dataclasses.replace(facts, recorded=False)
    if newest.digest != facts.digest:
        _refuse_other_bytes(facts, newest, record)
    facts = dataclasses.replace(facts, recorded=True, origin=newest.origin, earlier=_earlier(newest, record))
    return _corrected(facts, newest) if newest.digest == facts.digest else facts


def _corrected(facts: RunFacts, recorded: "RecordedRun") -> RunFacts:
    """Add what people's labels made of the estimates; the estimates themselves are those of the log."""
    corrections = {estimate.metric: estimate.corrected for estimate in recorded.estimates}
    estimates = {
        metric: dataclasses.replace(estimate, corrected=corrections.get(metric))
        for metric, estimate in facts.estimates.items()
    }
    return dataclasses.replace(facts, estimates=estimates)


def _refuse_other_bytes(facts: RunFacts, newest: "RecordedRun", record: "Record") -> None:
    try:
        record.version(facts.run, facts.digest)  # a partial run that has grown since
    except MissingError as error:
        raise IntegrityError(
            f"the run log of {facts.run!r} is {facts.digest}, the record holds {newest.digest}: it was changed",
            hint="restore the run log from a copy; a run that went on is recorded by `assay runs ingest DIR`",
        ) from error


def _earlier(found: "RecordedRun", record: "Record") -> tuple[str, ...]:
    if found.plan.policy is None:
        return ()  # nothing was fixed that could be tried again
    same = [
        other
        for other in record.runs(system=found.system)
        if other.seq < found.seq and _is_attempt(other) and _work(other.plan) == _work(found.plan)
    ]
    return tuple(other.run for other in sorted(same, key=lambda other: other.seq))


def _is_attempt(run: "RecordedRun") -> bool:
    """Whether a run could have been chosen for its result: one without a single score has none."""
    return run.outcome is RunOutcome.COMPLETE and any(estimate.scored for estimate in run.estimates)


def _work(plan: RunPlan) -> tuple[JsonValue, ...]:
    target, git = plan.target or {}, plan.git or {}
    asked = (plan.questions.digest, plan.questions.ids_digest, plan.policy)
    version = (target.get("name"), target.get("version"), git.get("commit"), git.get("dirty"), plan.origin.commit)
    return (*asked, *version)
