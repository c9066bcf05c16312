"""Whether a judge's verdicts depend on the order in which it is shown the contexts.

Rules of this place: a sample of rows of a finished run is judged once more with the contexts reversed, and how many
verdicts change between good and not is a property of the judge. These draws never enter an estimate: they stand in
`order.json` beside the run log, outside its digest. What code computes, and what is about ranks, is left out.
"""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assay.kernel import replace_durably
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.judges._protocol import Judge
from evaluation.runs._judging import judge_item
from evaluation.runs._log import RunLog
from evaluation.runs._types import Payload, Row
from evaluation.statistics import Estimator, Measured
from evaluation.verdicts import Outcome, Verdict, calls_good

__all__ = ["ORDER_NAME", "OrderSensitivity", "order_sensitivity", "read_order", "write_order"]

ORDER_NAME: Final = "order.json"
_FORMAT: Final = "assay-order/1"
_RANKED: Final = frozenset({"context_precision"})  # the order is what they measure
_FEWEST_CONTEXTS: Final = 2


@dataclass(frozen=True, kw_only=True)
class OrderSensitivity:
    """One metric with the contexts reversed."""

    metric: str
    rows: int  # scored in both orders
    failed: int  # scored in the run and not in the other order
    changed: Measured | None  # share whose verdict changed between good and not, 95 % interval clustered by document


async def order_sensitivity(
    log: RunLog, judges: Sequence[Judge], sample: int, *, concurrency: int, row_timeout_s: float
) -> tuple[OrderSensitivity, ...]:
    """Judge up to `sample` rows again, evenly spread; raise `UnavailableError` where our disk or courier fails."""
    asked = [judge for judge in judges if judge.spec.metric not in _RANKED and not judge.spec.options.get("computed")]
    jobs = _sampled(log, sample)
    found: list[tuple[Row, tuple[Verdict, ...]]] = []

    async def work() -> None:
        for row, payload in jobs:
            deadline = asyncio.get_running_loop().time() + row_timeout_s
            item = _reversed(row, payload)
            found.append((row, await judge_item(asked, item, repeat=row.repeat, deadline=deadline)))

    workers = [asyncio.create_task(work()) for _ in range(max(1, concurrency))]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
    return tuple(_sensitivity(judge.spec.metric, found) for judge in asked)


def write_order(directory: Path, found: Sequence[OrderSensitivity]) -> None:
    """Keep what was found beside the run log; raise `UnavailableError` when the disk refuses."""
    metrics = {
        one.metric: {
            "rows": one.rows,
            "failed": one.failed,
            "changed": None if one.changed is None else list(one.changed),
        }
        for one in found
    }
    replace_durably(directory / ORDER_NAME, json.dumps({"format": _FORMAT, "metrics": metrics}).encode("ascii"))


def read_order(directory: Path) -> tuple[OrderSensitivity, ...]:
    """Return what was kept; () where nothing was, or nothing that can be read."""
    try:
        document = json.loads((directory / ORDER_NAME).read_bytes())
        return tuple(
            OrderSensitivity(
                metric=str(metric),
                rows=int(one["rows"]),
                failed=int(one["failed"]),
                changed=None if one["changed"] is None else Measured(*map(float, one["changed"])),
            )
            for metric, one in document["metrics"].items()
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return ()


def _sampled(log: RunLog, sample: int) -> Iterator[tuple[Row, Payload]]:
    count = sum(1 for _ in _eligible(log))
    for place, draw in enumerate(_eligible(log)):
        if (place * min(sample, count)) % count < sample:
            yield draw


def _eligible(log: RunLog) -> Iterator[tuple[Row, Payload]]:
    for row, payload in log.joined():
        scored = any(verdict.outcome is Outcome.SCORED for verdict in row.verdicts)
        if scored and payload is not None and len(payload.contexts or ()) >= _FEWEST_CONTEXTS:
            yield row, payload


def _reversed(row: Row, payload: Payload) -> Item:
    answer = Answer(
        outcome=AnswerOutcome.ANSWERED, text=payload.answer, contexts=tuple(reversed(payload.contexts or ()))
    )
    return Item(id=row.id, question=payload.question, answer=answer, reference=payload.reference, tags=row.tags)


def _sensitivity(metric: str, found: Sequence[tuple[Row, tuple[Verdict, ...]]]) -> OrderSensitivity:
    estimator, failed = Estimator(metric, asked=0), 0
    for row, verdicts in found:
        before, after = (_good(metric, each) for each in (row.verdicts, verdicts))
        if before is not None and after is None:
            failed += 1
        elif before is not None:
            estimator.add(f"{row.id}\0{row.repeat}", row.cluster, Outcome.SCORED, float(before is not after))
    estimate = estimator.estimate()
    if estimate.mean is None or estimate.lower is None or estimate.upper is None:
        return OrderSensitivity(metric=metric, rows=0, failed=failed, changed=None)
    changed = Measured(value=estimate.mean, lower=estimate.lower, upper=estimate.upper)
    return OrderSensitivity(metric=metric, rows=estimate.scored, failed=failed, changed=changed)


def _good(metric: str, verdicts: Sequence[Verdict]) -> bool | None:
    return next((calls_good(verdict) for verdict in verdicts if verdict.metric == metric), None)
