"""What the record knows of a run that is held against a policy: whether it is there, unchanged, and the first.

Rules of this place: bytes that are not what was recorded are an error that fails; a run that was never recorded, or was
repeated until it pleased, is evidence that is missing (`governance.gate`, attempts).
"""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assay.kernel import IntegrityError, MissingError
from governance.gate import Attempt, RunFacts, Work, attempts_at

if TYPE_CHECKING:
    from governance import Record, RecordedRun

__all__ = ["with_record"]


def with_record(facts: RunFacts, record: "Record", works: Sequence[Work]) -> RunFacts:
    """Add what the record knows; raise `IntegrityError` where it holds the run with other bytes.

    `works` are those of the run's system, for its attempts; none, where nobody asks for them.
    """
    try:
        newest = record.run(facts.run)
    except MissingError:
        return dataclasses.replace(facts, recorded=False)
    if newest.digest != facts.digest:
        _refuse_other_bytes(facts, newest, record)
    facts = dataclasses.replace(facts, recorded=True, origin=newest.origin, attempts=_attempts(newest, works))
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


def _attempts(found: "RecordedRun", works: Sequence[Work]) -> tuple[Attempt, ...]:
    own = next((work for work in works if work.run == found.run), None)
    return () if own is None else attempts_at(own, works)
