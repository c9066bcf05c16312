"""Run logs to compare, written by the writer as a run does."""

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.runs import FinishedRow, RunLog, RunLogWriter
from evaluation.verdicts import JudgeSpec, Outcome, Verdict
from tests.evaluation.runs.samples import AT, plan_for


@dataclass(frozen=True, kw_only=True)
class Told:
    """One row of a run: metric → value, None where judging came to `failure`."""

    id: str
    values: Mapping[str, float | None]
    document: str | None = None
    tags: tuple[str, ...] = ()
    repeat: int = 0
    answer: str = "An answer."
    failure: Outcome = Outcome.ERROR


def log(folder: Path, rows: Sequence[Told], *, judge: str = "fake", system: str = "default") -> RunLog:
    """Write a run of these rows, judged by `judge`."""
    metrics = tuple(dict.fromkeys(metric for row in rows for metric in row.values))
    judges = {metric: JudgeSpec(name=judge, version="1", metric=metric) for metric in metrics}
    repeats = max(row.repeat for row in rows) + 1
    plan = plan_for(list(dict.fromkeys(row.id for row in rows)), metrics=metrics, repeats=repeats)
    recorded = tuple(spec.as_json() for spec in judges.values())
    plan = dataclasses.replace(plan, run=folder.name, system=system, judges=recorded)

    async def write() -> None:
        async with RunLogWriter.create(folder, plan) as writer:
            for row in rows:
                await writer.append(_finished(row, judges))

    asyncio.run(write())
    return RunLog.open(folder)


def yes_no(folder: Path, values: str, *, documents: int = 0, metric: str = "completeness") -> RunLog:
    """Write a run of one metric whose rows are the digits of `values`."""
    rows = [
        Told(
            id=f"q{place:03}",
            values={metric: float(value)},
            document=f"d{place % documents}" if documents else None,
        )
        for place, value in enumerate(values)
    ]
    return log(folder, rows)


def _finished(row: Told, judges: Mapping[str, JudgeSpec]) -> FinishedRow:
    verdicts = tuple(
        Verdict(
            metric=metric,
            outcome=Outcome.SCORED if value is not None else row.failure,
            judge=judges[metric].digest,
            value=value,
            reason=f"why {row.id} {metric}",
        )
        for metric, value in row.values.items()
    )
    answer = Answer(outcome=AnswerOutcome.ANSWERED, text=row.answer, contexts=(f"passage of {row.id}",))
    item = Item(id=row.id, question=f"what is {row.id}?", answer=answer, document=row.document, tags=row.tags)
    return FinishedRow(item=item, repeat=row.repeat, verdicts=verdicts, at=AT)
