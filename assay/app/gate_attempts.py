"""All attempts at a run that is held against a policy: which questions were left out, and their rows where all count.

Rules of this place: rows of an attempt count only if its log is here and is the recorded one; what cannot be read is
named, and blocks. A question is told by its id, its words and the expected answer: the file around them may change.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assay.kernel import AssayError, JsonValue, digest_json
from evaluation.runs import Payload, RunLog
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
    """Say how many of its questions the run was not asked; one about exactly the same texts is a repeat."""
    answers = attempt.kind is AttemptKind.OTHER_ANSWERS
    if not answers and attempt.kind is not AttemptKind.OTHER_QUESTIONS:
        return attempt
    other = _log(attempt, run_dir)
    if isinstance(other, str):
        return attempt
    try:
        theirs, own = _told(other, with_answers=answers), _told(log, with_answers=answers)
    except AssayError:
        return attempt  # texts that are not those that were judged tell nothing
    dropped = sum(not _is_among(one, texts, own) for one, texts in theirs.items())
    if not dropped and own.keys() == theirs.keys():
        return replace(attempt, kind=AttemptKind.REPEAT, dropped=0)
    return attempt if answers else replace(attempt, dropped=dropped)


def _told(log: RunLog, *, with_answers: bool) -> dict[str, str | None]:
    """Return a digest of each row's texts by its id; None where they were erased."""
    return {row.id: _texts(payload, with_answers=with_answers) for row, payload in log.joined()}


def _texts(payload: Payload | None, *, with_answers: bool) -> str | None:
    if payload is None or payload.erased is not None:
        return None
    contexts = None if payload.contexts is None else [*payload.contexts]
    answered: list[JsonValue] = [payload.answer, contexts] if with_answers else []
    return digest_json([payload.question, payload.reference, *answered])


def _is_among(identity: str, texts: str | None, own: Mapping[str, str | None]) -> bool:
    """Whether a row is among others; where its texts are gone, its id is all there is to go by."""
    return identity in own and (texts is None or own[identity] in {None, texts})
