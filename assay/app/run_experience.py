"""What earlier runs of this workspace tell about the next: how long a call takes, and what answers look like.

Rules of this place: the newest runs alone, and a bounded number of their rows; a run log that cannot be read tells
nothing. Times are those of the calls, whoever paid for them.
"""

import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assay.app.workspace import Workspace
from assay.kernel import AssayError
from evaluation.answers import AnswerOutcome
from evaluation.runs import RunLog

__all__ = ["EarlierAnswer", "Experience", "learn"]

_RUNS: Final = 5
_ROWS: Final = 500  # of each run
_FEWEST: Final = 5  # calls on which a time may rest


@dataclass(frozen=True, kw_only=True)
class EarlierAnswer:
    """What the application answered before."""

    text: str
    contexts: tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class Experience:
    """Seconds a call, lower and upper quartile, and answers; None and () where there is nothing to learn from."""

    judge_s: tuple[float, float] | None
    target_s: tuple[float, float] | None
    answers: tuple[EarlierAnswer, ...]
    answers_of: str  # the run that they are of


def learn(workspace: Workspace, *, judge: str, target: str | None) -> Experience:
    """Read the newest runs by this judge and of this target."""
    logs = list(itertools.islice(_readable(workspace), _RUNS))
    asked = [log for log in logs if log.plan.target is not None and log.plan.target.get("name") == target]
    answers = next(((log.plan.run, found) for log in asked if (found := _answers(log))), ("", ()))
    return Experience(
        judge_s=_quartiles([second for log in logs for second in _judge_seconds(log, judge)]),
        target_s=_quartiles(
            [row.answer_latency_ms / 1000 for log in asked for row in itertools.islice(log.rows(), _ROWS)]
        ),
        answers=answers[1],
        answers_of=answers[0],
    )


def _readable(workspace: Workspace) -> Iterator[RunLog]:
    for folder in sorted(workspace.runs.glob("*/"), key=lambda path: path.name, reverse=True):
        try:
            log = RunLog.open(folder)
            for _ in itertools.islice(log.joined(), _ROWS):
                pass
        except AssayError:
            continue
        yield log


def _answers(log: RunLog) -> tuple[EarlierAnswer, ...]:
    return tuple(
        EarlierAnswer(text=payload.answer, contexts=payload.contexts)
        for row, payload in itertools.islice(log.joined(), _ROWS)
        if payload is not None and payload.erased is None and row.answer_outcome is AnswerOutcome.ANSWERED
    )


def _judge_seconds(log: RunLog, judge: str) -> Iterator[float]:
    metrics = {str(spec.get("metric")) for spec in log.plan.judges if spec.get("name") == judge}
    for row in itertools.islice(log.rows(), _ROWS):
        for verdict in row.verdicts:
            if verdict.metric in metrics and verdict.usage.calls:
                yield verdict.usage.latency_ms / 1000 / verdict.usage.calls


def _quartiles(seconds: Sequence[float]) -> tuple[float, float] | None:
    if len(seconds) < _FEWEST:
        return None
    low, _, high = statistics.quantiles(seconds, n=4)
    return low, high
