"""Labelled answers through the judge that a run would use, row by row, each as often as asked.

Rules of this place: the machinery is that of a run, so a failing judge is a verdict; what a verdict took is what its
calls took, and where no call was made, what the judge itself did; a reply from the cache took nothing and says nothing.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from evaluation.answers import Item
from evaluation.judges._protocol import Judge
from evaluation.runs._judging import judge_item
from evaluation.verdicts import Verdict

__all__ = ["JudgedRow", "judge_rows"]


@dataclass(frozen=True, kw_only=True)
class JudgedRow:
    """One draw of one row."""

    id: str
    repeat: int
    verdict: Verdict
    elapsed_ms: float | None  # None where replies came from the cache


async def judge_rows(
    judge: Judge,
    items: Iterable[Item],
    *,
    repeats: int = 1,
    concurrency: int = 1,
    row_timeout_s: float = 1800.0,
    on_judged: Callable[[JudgedRow], None] | None = None,
) -> tuple[JudgedRow, ...]:
    """Judge every item `repeats` times, `concurrency` at once; return the draws by row and repeat.

    Raise `UnavailableError` where our own disk or courier fails; what the judge does wrong is a verdict.
    """
    jobs = ((item, repeat) for item in items for repeat in range(repeats))
    found: list[JudgedRow] = []

    async def work(source: Iterator[tuple[Item, int]]) -> None:
        for item, repeat in source:
            row = await _judged(judge, item, repeat, row_timeout_s)
            found.append(row)
            if on_judged is not None:
                on_judged(row)

    async with asyncio.TaskGroup() as group:
        for _ in range(max(1, concurrency)):
            group.create_task(work(jobs))
    return tuple(sorted(found, key=lambda row: (row.id, row.repeat)))


async def _judged(judge: Judge, item: Item, repeat: int, row_timeout_s: float) -> JudgedRow:
    deadline = asyncio.get_running_loop().time() + row_timeout_s
    begun = time.perf_counter()
    (verdict,) = await judge_item((judge,), item, repeat=repeat, deadline=deadline)
    own = (time.perf_counter() - begun) * 1000
    usage = verdict.usage
    took = float(usage.latency_ms) if usage.calls else None if usage.cached_calls else own
    return JudgedRow(id=item.id, repeat=repeat, verdict=verdict, elapsed_ms=took)
