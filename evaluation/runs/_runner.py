"""The runner: rows × repeats through a fixed number of workers; a row counts as done when it is on the disk.

Rules of this place: memory does not grow with the number of rows, the source is an iterator and is read as workers get
free; more rows are under way than calls are allowed at once, and a worker goes on while its row reaches the disk; a
run that is stopped, or whose budget is spent, drops the rows under way and keeps every row that ended. Until something
was scored, rows for which no target or model replied are held back: when the first ones are all such rows, or the
application answered not one of all there are, the run stops and none of them counts, so that it can be gone on with
once the key or the address is mended.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assay.kernel import AssayError, Clock, ConfigurationError, SystemClock, format_time
from evaluation.answers import AnswerOutcome, Item
from evaluation.judges._protocol import Judge
from evaluation.llm import BudgetSpentError
from evaluation.questions import Question
from evaluation.runs._census import RowCensus
from evaluation.runs._clerks import ROWS_A_CLERK, RowJudge, judging
from evaluation.runs._encoding import FinishedRow
from evaluation.runs._judging import ask
from evaluation.runs._types import RunPlan
from evaluation.runs._writer import RunLogWriter
from evaluation.targets._protocol import Target
from evaluation.verdicts import Outcome

__all__ = ["RunLimits", "RunProgress", "execute_run"]

_FEWEST_ROWS = 4
_FEWEST_HELD = 20  # rows without any reply that end a run, and at least as many as are under way at once
_ROWS_A_CALL = 4  # a reply waits for its sync in the courier, and calls of other rows go on meanwhile
_FAILED = frozenset({Outcome.REFUSED, Outcome.UNPARSABLE, Outcome.TIMED_OUT, Outcome.ERROR})


@dataclass(frozen=True, kw_only=True)
class RunLimits:
    """How much at once, and for how long."""

    concurrency: int = 16  # calls at once, of the busiest endpoint
    row_timeout_s: float = 1800.0  # target and judges of one row; what is missing then is `timed_out`
    run_timeout_s: float | None = None  # the whole run; it then stops and can be resumed

    @property
    def rows(self) -> int:
        """How many rows are under way at once."""
        return max(_FEWEST_ROWS, _ROWS_A_CALL * self.concurrency)


@dataclass(frozen=True, kw_only=True)
class RunProgress:
    """How far a run is."""

    expected: int  # rows × repeats
    done: int  # rows on the disk, those of earlier attempts included
    failed: int = 0  # rows of this attempt with a metric that could not be judged
    reason: str = ""  # why it stopped early, "" otherwise
    hopeless: bool = False  # it stopped because nothing ever replied


class _NothingRepliesError(Exception):
    """The first rows all got no reply; never leaves this module."""


@dataclass
class _State:
    """What the workers of one run share."""

    jobs: Iterator[tuple[Question | Item, int]]
    target: Target | None
    judge: RowJudge
    writer: RunLogWriter
    clock: Clock
    row_timeout_s: float
    progress: RunProgress
    on_progress: Callable[[RunProgress], None] | None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    most_held: int = _FEWEST_HELD
    held: list[FinishedRow] = field(default_factory=list)
    under_way: int = 0  # rows at the target or the judges
    replied: bool = False  # something was scored
    go_on: asyncio.Event = field(default_factory=asyncio.Event)  # it was, or there is no more work: nobody need wait


async def execute_run(
    plan: RunPlan,
    work: Iterable[Question | Item],
    target: Target | None,
    judges: Sequence[Judge],
    writer: RunLogWriter,
    *,
    limits: RunLimits | None = None,
    finished: RowCensus | None = None,
    on_progress: Callable[[RunProgress], None] | None = None,
    stop: asyncio.Event | None = None,
    clock: Clock | None = None,
) -> RunProgress:
    """Ask and judge everything in `work` that is not in `finished`; return how far it came.

    Items carry their answer; questions need a `target`. Setting `stop` ends the run early and cleanly. Raise what the
    writer raises when the disk refuses, and `ConfigurationError` when the judges are not those of the plan.
    """
    if sorted(judge.spec.metric for judge in judges) != sorted(plan.metrics):
        raise ConfigurationError(f"the plan asks for {list(plan.metrics)!r}, other judges were built")
    limits = limits or RunLimits()
    expected, done = plan.questions.count * plan.repeats, finished.total if finished else 0
    own_rows = 0 if target is not None else expected - done  # an application is waited for, and not for its judges
    async with judging(judges, own_rows, limits.row_timeout_s) as (judge, clerks):
        state = _State(
            jobs=_jobs(work, plan.repeats, finished),
            target=target,
            judge=judge,
            writer=writer,
            clock=clock or SystemClock(),
            row_timeout_s=limits.row_timeout_s,
            progress=RunProgress(expected=expected, done=done),
            on_progress=on_progress,
            stop=stop or asyncio.Event(),
            most_held=max(_FEWEST_HELD, limits.rows),
        )
        rows = max(limits.rows, clerks * ROWS_A_CLERK)
        return await _to_the_end(state, min(rows, max(1, expected)), limits.run_timeout_s)


async def _to_the_end(state: _State, rows: int, run_timeout_s: float | None) -> RunProgress:
    done_before = state.progress.done
    try:
        reason = await _drive(state, rows, run_timeout_s)
    except BudgetSpentError as error:
        return replace(state.progress, reason=f"budget: {error.message}")
    except _NothingRepliesError as error:
        reason = str(error)
    else:
        if reason:  # it was stopped, and asks again for what is held
            return replace(state.progress, reason=reason)
        if not _nothing_replied(state, done_before):
            await _release(state)  # rows like these were answered: they failed on their own
            await state.writer.flushed()
            return state.progress
        reason = _why_hopeless(state)
    return replace(state.progress, failed=state.progress.failed + len(state.held), reason=reason, hopeless=True)


def _nothing_replied(state: _State, done_before: int) -> bool:
    """Whether the application answered no row of this attempt; a few at the end of a run may fail alone.

    A few rows that a judge could not judge are typed verdicts on answers that are there: they are kept.
    """
    unanswered = [row for row in state.held if row.item.answer.outcome is not AnswerOutcome.ANSWERED]
    fewest = _FEWEST_HELD if done_before else 1
    return state.progress.done == done_before and len(state.held) == len(unanswered) >= fewest


def _why_hopeless(state: _State) -> str:
    why = next(verdict.reason for verdict in state.held[0].verdicts if verdict.outcome in _FAILED)
    return f"the first {len(state.held)} rows all failed, and none is kept: {why}"


async def _drive(state: _State, rows: int, run_timeout_s: float | None) -> str:
    workers = [asyncio.create_task(_work(state)) for _ in range(rows)]
    everything = asyncio.gather(*workers)
    stopped = asyncio.create_task(state.stop.wait())
    try:
        either: set[asyncio.Future[Any]] = {everything, stopped}
        await asyncio.wait(either, timeout=run_timeout_s, return_when=asyncio.FIRST_COMPLETED)
        if everything.done():
            everything.result()
            return ""
        return "it was interrupted" if stopped.done() else f"its time of {run_timeout_s} s is over"
    finally:
        for task in (*workers, stopped):
            task.cancel()
        await asyncio.gather(*workers, stopped, everything, return_exceptions=True)
        await state.writer.flushed()  # what ended is kept and counted, however this ends


async def _work(state: _State) -> None:
    loop = asyncio.get_running_loop()
    for work, repeat in state.jobs:
        deadline = loop.time() + state.row_timeout_s
        state.under_way += 1
        item = await _answered(state, work, repeat, deadline)
        verdicts = await state.judge(item, repeat=repeat, deadline=deadline)
        state.under_way -= 1
        at = format_time(state.clock.now())
        row = FinishedRow(item=item, repeat=repeat, verdicts=verdicts, at=at)
        if any(verdict.outcome is Outcome.SCORED for verdict in verdicts):
            state.replied = True
            state.go_on.set()
        if not state.replied and _unreached(state, row):
            await _hold(state, row)
            continue
        if state.replied:
            await _release(state)
        await _keep(state, row)
    state.go_on.set()


def _unreached(state: _State, row: FinishedRow) -> bool:
    unanswered = state.target is not None and row.item.answer.outcome is not AnswerOutcome.ANSWERED
    return unanswered or any(verdict.unreached for verdict in row.verdicts)


async def _hold(state: _State, row: FinishedRow) -> None:
    """Hold the row back; where there are enough, start no other before one under way replies, raise if none does."""
    state.held.append(row)
    if len(state.held) < state.most_held:
        return
    if not state.under_way:
        raise _NothingRepliesError(_why_hopeless(state))
    await state.go_on.wait()


async def _release(state: _State) -> None:
    held, state.held = state.held, []
    for row in held:
        await _keep(state, row)


async def _keep(state: _State, row: FinishedRow) -> None:
    failed = any(verdict.outcome in _FAILED for verdict in row.verdicts)

    def ended(refused: AssayError | None) -> None:
        if refused is None:
            _count(state, failed=failed)

    await state.writer.hand_over(row, ended)


def _count(state: _State, *, failed: bool) -> None:
    before = state.progress
    state.progress = replace(before, done=before.done + 1, failed=before.failed + failed)
    if state.on_progress is not None:
        state.on_progress(state.progress)


async def _answered(state: _State, work: Question | Item, repeat: int, deadline: float) -> Item:
    if isinstance(work, Item):
        return work
    if state.target is None:
        raise ConfigurationError("questions need a target to be asked", hint="name one with --target")
    return await ask(state.target, work, repeat=repeat, deadline=deadline)


def _jobs(
    work: Iterable[Question | Item], repeats: int, finished: RowCensus | None
) -> Iterator[tuple[Question | Item, int]]:
    for one in work:
        for repeat in range(repeats):
            if finished is None or (one.id, repeat) not in finished:
                yield one, repeat
