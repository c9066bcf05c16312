"""All attempts at a run that is held against a policy: which questions were left out, and their rows where all count.

Rules of this place: rows of an attempt count only if its log is here and is the recorded one; what cannot be read is
named, and blocks.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from assay.kernel import AssayError
from evaluation.runs import RunLog
from governance.gate import POOLED_KINDS, Attempt, AttemptKind, Policy, RunFacts, facts_of, pool

__all__ = ["Pool", "with_attempts"]

_OTHER_BYTES = "its log here is not the one that was recorded"


@dataclass(frozen=True, kw_only=True)
class Pool:
    """A run with all that is known of its attempts, and the logs whose rows are in its estimates."""

    facts: RunFacts
    logs: tuple[RunLog, ...]


def with_attempts(
    facts: RunFacts,
    log: RunLog,
    policy: Policy,
    *,
    run_dir: Callable[[str], Path],
    known: Callable[[RunFacts], RunFacts],
) -> Pool:
    """Say what attempts left out and, where the policy pools them, put all their rows together.

    `run_dir` is where the log of a recorded run lies, `known` adds what cards say of an attempt's judges.
    """
    attempts = tuple(_with_dropped(one, log, run_dir) for one in facts.attempts)
    facts = replace(facts, attempts=attempts)
    if policy.attempts != "pooled" or not facts.recorded:
        return Pool(facts=facts, logs=(log,))
    others = dict(_read(attempts, run_dir))
    whole = [(facts, log), *((known(facts_of(other)), other) for other in others.values() if isinstance(other, RunLog))]
    unpooled = {run: why for run, why in others.items() if isinstance(why, str)}
    return Pool(facts=replace(pool(facts, whole), unpooled=unpooled), logs=tuple(one for _, one in whole))


def _read(attempts: Iterable[Attempt], run_dir: Callable[[str], Path]) -> Iterator[tuple[str, RunLog | str]]:
    """Yield the log of each attempt whose rows count, or why it cannot be read."""
    for one in attempts:
        if one.kind in POOLED_KINDS:
            yield one.run, _log(one, run_dir)


def _log(attempt: Attempt, run_dir: Callable[[str], Path]) -> RunLog | str:
    try:
        log = RunLog.open(run_dir(attempt.run))
        return log if log.digest() == attempt.digest else _OTHER_BYTES
    except AssayError as error:
        return f"its log cannot be read: {error.message}"
    except OSError as error:
        return f"its log cannot be read: {error.strerror}"


def _with_dropped(attempt: Attempt, log: RunLog, run_dir: Callable[[str], Path]) -> Attempt:
    if attempt.kind is not AttemptKind.OTHER_QUESTIONS:
        return attempt
    other = _log(attempt, run_dir)
    return attempt if isinstance(other, str) else replace(attempt, dropped=len(_ids(other) - _ids(log)))


def _ids(log: RunLog) -> set[str]:
    return {row.id for row in log.rows()}
