"""Rows about which nobody is asked, judged by processes beside ours (`clerk`).

Rules of this place: only judges of ours that compute, and only in runs long enough to pay for the start; what comes
back is what `judge_item` gives here, and rows end in the order in which they were handed over. A clerk that dies, or
is silent for longer than a row may take, is replaced, and the rows that it held are judged again one at a time: the
one over which it ends once more is an `error` or `timed_out`, the others are judged.
"""

import asyncio
import os
import pickle
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Final, Protocol, Self

from assay.kernel import AssayError, UnavailableError
from assay.kernel.children import own_python
from evaluation.answers import Item
from evaluation.judges import CHECKS_JUDGE, build_judge
from evaluation.judges._protocol import Judge
from evaluation.runs._judging import judge_item, unscored
from evaluation.runs.clerk import LENGTH
from evaluation.verdicts import Outcome, Verdict

__all__ = ["Clerks", "RowJudge", "asks_nobody", "judging"]

ROWS_A_CLERK: Final = 64  # under way at once: half of them with the clerk, half being written
_BATCH: Final = ROWS_A_CLERK // 2
_FEWEST_ROWS: Final = 5_000  # fewer are judged before a clerk has paid for its start
_MOST_CLERKS: Final = 4  # more than this process can write the verdicts of
_START_S: Final = 60.0
_DYING_S: Final = 5.0  # from closing its pipe to its end


class RowJudge(Protocol):
    """Judges one row by all judges of a run."""

    async def __call__(self, item: Item, *, repeat: int, deadline: float) -> tuple[Verdict, ...]:
        """Return one verdict per judge, in their order."""


@asynccontextmanager
async def judging(judges: Sequence[Judge], rows: int, row_timeout_s: float) -> AsyncIterator[tuple[RowJudge, int]]:
    """Yield who judges so many rows, and how many clerks are at work: 0 where it is this process."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = min(_MOST_CLERKS, cores)
    if count == 1 or rows < _FEWEST_ROWS or not asks_nobody(judges):
        yield partial(judge_item, judges), 0
        return
    async with Clerks(judges, count=count, row_timeout_s=row_timeout_s) as clerks:
        yield clerks.judge, count


def asks_nobody(judges: Sequence[Judge]) -> bool:
    """Whether all judges are ours and compute: those that `checks` stands for."""
    return all(
        type(judge).__module__.startswith("evaluation.")
        and judge.spec.digest == build_judge(judge.spec.metric, CHECKS_JUDGE).spec.digest
        for judge in judges
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Job:
    item: Item
    repeat: int
    done: "asyncio.Future[tuple[Verdict, ...]]"


class _LostError(Exception):
    """A clerk ended over the rows that it held; never leaves this module."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


class Clerks:
    """Judges rows in `count` processes; use as an async context."""

    def __init__(
        self, judges: Sequence[Judge], *, count: int, row_timeout_s: float, module: str = "evaluation.runs.clerk"
    ) -> None:
        """Prepare clerks that build the same judges; `module` is what each of them runs."""
        self._judges = judges
        self._clerks = [_Clerk(judges, row_timeout_s, module) for _ in range(count)]
        self._waiting: deque[_Job] = deque()
        self._arrived = asyncio.Event()
        self._latest = asyncio.Event()  # set when the rows that were taken last are handed back
        self._latest.set()
        self._attending: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Begin to work: two turns a clerk, so that it has rows while those that it judged are handed back."""
        self._attending = [asyncio.create_task(self._attend(clerk)) for clerk in (*self._clerks, *self._clerks)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Drop what is under way and end the processes."""
        for task in self._attending:
            task.cancel()
        await asyncio.gather(*self._attending, return_exceptions=True)
        for clerk in self._clerks:
            await clerk.dismiss()

    async def judge(self, item: Item, *, repeat: int, deadline: float) -> tuple[Verdict, ...]:  # noqa: ARG002  a clerk has a time of its own for each row
        """Return one verdict per judge, in their order; raise `UnavailableError` where no clerk can be started."""
        job = _Job(item=item, repeat=repeat, done=asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        self._arrived.set()
        return await job.done

    async def _attend(self, clerk: "_Clerk") -> None:
        while True:
            async with clerk.turn:
                jobs = await self._taken()
                earlier, self._latest = self._latest, asyncio.Event()
                ours = self._latest
                found = await self._judged(clerk, jobs)
            await earlier.wait()
            _hand_back(jobs, found)
            ours.set()

    async def _taken(self) -> list[_Job]:
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        return [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]

    async def _judged(self, clerk: "_Clerk", jobs: Sequence[_Job]) -> "list[tuple[Verdict, ...]] | AssayError":
        try:
            try:
                return await clerk.judge(jobs)
            except _LostError:
                return [await self._judged_alone(clerk, job) for job in jobs]
        except AssayError as error:
            return error

    async def _judged_alone(self, clerk: "_Clerk", job: _Job) -> tuple[Verdict, ...]:
        try:
            (found,) = await clerk.judge([job])
        except _LostError as lost:
            return tuple(unscored(judge.spec, lost.outcome, lost.reason) for judge in self._judges)
        return found


class _Clerk:
    """One process, started when it is needed and again when it was lost."""

    def __init__(self, judges: Sequence[Judge], row_timeout_s: float, module: str) -> None:
        self._row_timeout_s = row_timeout_s
        self._digests = [judge.spec.digest for judge in judges]
        metrics = [judge.spec.metric for judge in judges]
        self._command, self._environment = own_python(module, "--row-timeout-s", str(row_timeout_s), *metrics)
        self._process: asyncio.subprocess.Process | None = None
        self.turn = asyncio.Lock()

    async def judge(self, jobs: Sequence[_Job]) -> list[tuple[Verdict, ...]]:
        """Return the verdicts of each row; raise `_LostError` when the process ended over them."""
        process = self._process or await self._start()
        try:
            async with asyncio.timeout(self._row_timeout_s):
                found: list[tuple[Verdict, ...]] = await _asked(process, [(job.item, job.repeat) for job in jobs])
                return found
        except TimeoutError:
            await self.dismiss()
            words = "the process that judged this row did not end within the time for one row"
            raise _LostError(Outcome.TIMED_OUT, words) from None
        except (OSError, EOFError) as error:
            status = await self.dismiss(patience_s=_DYING_S)
            raise _LostError(Outcome.ERROR, f"the process that judged this row ended with {status}") from error

    async def dismiss(self, *, patience_s: float = 0) -> int | None:
        """End the process, after so long if it has not by itself; return its exit status, None where there was none."""
        process, self._process = self._process, None
        if process is None:
            return None
        with suppress(TimeoutError):  # a signal to one that is just ending would take its status away
            async with asyncio.timeout(patience_s):
                return await process.wait()
        with suppress(ProcessLookupError):
            process.kill()
        return await process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command, env=self._environment, stdin=pipe, stdout=pipe, stderr=nothing, start_new_session=True
        )
        found: object = None
        with suppress(TimeoutError, OSError, EOFError):
            async with asyncio.timeout(_START_S):
                found = await _received(process)
        if found != self._digests:
            status = await self.dismiss(patience_s=_DYING_S)
            raise UnavailableError(
                f"the process that is to judge rows did not start with the judges of this run (status {status})",
                hint="assay doctor",
            )
        return process


async def _asked(process: asyncio.subprocess.Process, rows: list[tuple[Item, int]]) -> Any:  # noqa: ANN401 (what our own process sent)
    assert process.stdin is not None  # noqa: S101 (it was asked for)
    data = pickle.dumps(rows, pickle.HIGHEST_PROTOCOL)
    process.stdin.write(LENGTH.pack(len(data)) + data)
    return await _received(process)


async def _received(process: asyncio.subprocess.Process) -> Any:  # noqa: ANN401 (what our own process sent)
    assert process.stdout is not None  # noqa: S101 (it was asked for)
    (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    return pickle.loads(await process.stdout.readexactly(length))  # noqa: S301 (we started it)


def _hand_back(jobs: Sequence[_Job], found: "list[tuple[Verdict, ...]] | AssayError") -> None:
    for place, job in enumerate(jobs):
        if job.done.done():  # its row was dropped
            continue
        if isinstance(found, AssayError):
            job.done.set_exception(found)
        else:
            job.done.set_result(found[place])
