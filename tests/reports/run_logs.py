"""Real run logs to read: written by the writer, as a run does."""

import asyncio
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.runs import FinishedRow, Origin, QuestionsRef, RunLog, RunLogWriter, RunPlan, ids_digest
from evaluation.verdicts import JudgeSpec, Outcome, Support, UnitVerdict, Verdict

JUDGE = JudgeSpec(name="embedded", version="1", metric="faithfulness", model="qwen", model_digest="sha256:" + "9c" * 32)
ANSWER = "The owner keeps the register. It is reviewed yearly."
UNITS = (
    UnitVerdict(start=0, end=29, support=Support.SUPPORTED),
    UnitVerdict(start=30, end=52, support=Support.CONTRADICTED),
)


def plan(run: str, ids: Sequence[str], *, system: str = "assistant", repeats: int = 1) -> RunPlan:
    """Return a plan of one metric over the ids."""
    count, digest = ids_digest(ids)
    return RunPlan(
        run=run,
        system=system,
        created_at="2026-11-20T10:00:00.000000Z",
        metrics=("faithfulness",),
        repeats=repeats,
        questions=QuestionsRef(digest="sha256:" + "1" * 64, count=count, ids_digest=digest),
        judges=(JUDGE.as_json(),),
        target={"name": "rag", "kind": "command", "version": "sha256:" + "2" * 64, "options": {}},
        answers_digest=None,
        corpus={"digest": "sha256:" + "3" * 64, "documents": 9, "skipped": {"encrypted": 1, "scanned": 2}},
        policy=None,
        environment={"python": "3.11.4", "platform": "linux", "packages": {"assay": "0.1.0"}},
        git={"commit": "d326174", "dirty": True},
        seed=7,
        origin=Origin(kind="person", actor="p-1"),
    )


def finished(name: str, value: float | None, *, question: str = "Who keeps the register?") -> FinishedRow:
    """Return a row with one verdict: scored, or unparsable where `value` is None."""
    outcome = Outcome.UNPARSABLE if value is None else Outcome.SCORED
    units = UNITS if value in {None, 0.5} else _units(value)  # one of two is supported
    verdict = Verdict(
        metric="faithfulness", outcome=outcome, judge=JUDGE.digest, value=value, reason=f"why {name}", units=units
    )
    answer = Answer(outcome=AnswerOutcome.ANSWERED, text=ANSWER, contexts=("The owner keeps it.",))
    item = Item(id=name, question=question, answer=answer, document=f"doc-{name[-1]}")
    return FinishedRow(item=item, repeat=0, verdicts=(verdict,), at="2026-11-20T10:00:01.000000Z")


def _units(value: float | None) -> tuple[UnitVerdict, ...]:
    """Return parts of the answer of which as large a share is supported as the value says."""
    share = Fraction(0 if value is None else value).limit_denominator(8)
    step = len(ANSWER) // share.denominator
    return tuple(
        UnitVerdict(
            start=part * step,
            end=(part + 1) * step,
            support=Support.SUPPORTED if part < share.numerator else Support.ABSENT,
        )
        for part in range(share.denominator)
    )


def write(folder: Path, values: Mapping[str, float | None], *, planned: Sequence[str] = ()) -> RunLog:
    """Write a run log of one metric with the values by id; `planned` names more ids than came back."""

    async def fill() -> None:
        async with RunLogWriter.create(folder, plan(folder.name, [*values, *planned])) as writer:
            for name, value in values.items():
                await writer.append(finished(name, value))

    asyncio.run(fill())
    return RunLog.open(folder)
