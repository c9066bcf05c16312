"""Plans, items and verdicts for tests of runs."""

import asyncio
import dataclasses
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.runs import FinishedRow, Origin, QuestionsRef, RunLog, RunLogWriter, RunPlan, ids_digest
from evaluation.verdicts import JudgeSpec, Outcome, QuoteSpan, Stage, Support, UnitVerdict, Usage, Verdict

AT = "2026-01-01T00:00:00.000000Z"


def judge_of(metric: str) -> JudgeSpec:
    """Return the fake judge of a metric."""
    return JudgeSpec(name="fake", version="1", metric=metric)


def plan_for(ids: Sequence[str], *, metrics: tuple[str, ...] = ("faithfulness",), repeats: int = 1) -> RunPlan:
    """Return a plan over the given ids."""
    count, digest = ids_digest(ids)
    return RunPlan(
        run="run-1",
        system="default",
        created_at=AT,
        metrics=metrics,
        repeats=repeats,
        questions=QuestionsRef(digest="sha256:" + "0" * 64, count=count, ids_digest=digest),
        judges=tuple(judge_of(metric).as_json() for metric in metrics),
        target=None,
        answers_digest="sha256:" + "1" * 64,
        corpus=None,
        policy=None,
        environment={"python": "3.11", "platform": "linux", "packages": {"assay": "0.1.0"}},
        git={"commit": "abc", "dirty": False},
        seed=0,
        origin=Origin(kind="person", actor="someone"),
    )


def item(name: str, **changes: object) -> Item:
    """Return an answered item."""
    answer = Answer(outcome=AnswerOutcome.ANSWERED, text=f"answer to {name}", contexts=("one", "two"), latency_ms=7)
    made = Item(id=name, question=f"what is {name}?", answer=answer, reference="ref", document="d-1", tags=("t",))
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]  # fields by name


def verdict(metric: str = "faithfulness", value: float | None = 2 / 3, outcome: Outcome = Outcome.SCORED) -> Verdict:
    """Return a verdict with as many supported units as its value says, each with a quote, and a reason."""
    share = Fraction(1 if value is None else value).limit_denominator(20)
    usage = Usage(calls=2, prompt_tokens=10, completion_tokens=3, latency_ms=50)
    return Verdict(
        metric=metric,
        outcome=outcome,
        judge=judge_of(metric).digest,
        value=value,
        reason=f"why {metric}",
        units=tuple(_unit(number < share.numerator) for number in range(share.denominator)),
        usage=usage,
    )


def _unit(supported: bool) -> UnitVerdict:  # noqa: FBT001  # one flag, and private
    support = Support.SUPPORTED if supported else Support.ABSENT
    return UnitVerdict(
        start=0,
        end=4,
        support=support,
        quote=QuoteSpan(context=1, start=0, end=3),
        probability=0.25,
        stage=Stage.ENCODER,
    )


def row(name: str, *, repeat: int = 0, metrics: tuple[str, ...] = ("faithfulness",)) -> FinishedRow:
    """Return a finished row."""
    return FinishedRow(item=item(name), repeat=repeat, verdicts=tuple(verdict(metric) for metric in metrics), at=AT)


def write_log(directory: Path, plan: RunPlan, rows: Sequence[FinishedRow]) -> RunLog:
    """Write a run log with these rows, one after the other."""

    async def write() -> None:
        async with RunLogWriter.create(directory, plan) as writer:
            for one in rows:
                await writer.append(one)

    asyncio.run(write())
    return RunLog.open(directory)
