"""A judge and a target with memories, and a run with them."""

import asyncio
from pathlib import Path

from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.questions import Question
from evaluation.runs import (
    RunLog,
    RunLogWriter,
    RunPlan,
    RunProgress,
    execute_run,
)
from evaluation.targets._protocol import TargetSpec
from evaluation.verdicts import JudgeSpec, Outcome, Verdict


class FakeJudge:
    """A judge with a memory, that can be told to misbehave on an id."""

    def __init__(self, metric: str = "faithfulness", **tricks: object) -> None:
        """Name the metric, and what happens on which id: an error to raise, or a verdict to return."""
        self.spec = JudgeSpec(name="fake", version="1", metric=metric)
        self.seen: list[tuple[str, int]] = []
        self.tricks = tricks
        self.busy = self.busiest = 0

    async def judge(self, item: Item, *, repeat: int) -> Verdict:
        """Remember, misbehave or score 1."""
        self.seen.append((item.id, repeat))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        await asyncio.sleep(0.001)
        self.busy -= 1
        trick = self.tricks.get(item.id)
        if isinstance(trick, BaseException):
            raise trick
        if trick == "hang":
            await asyncio.sleep(3600)
        if isinstance(trick, Verdict):
            return trick
        return Verdict(metric=self.spec.metric, outcome=Outcome.SCORED, judge=self.spec.digest, value=1.0)


class FakeTarget:
    """A target that answers from a table."""

    spec = TargetSpec(name="fake", kind="command", version="1")

    def __init__(self, answers: dict[str, Answer | Exception | str]) -> None:
        """Take what it answers by id; ids without an entry get an answer."""
        self.answers = answers

    async def ask(self, question: Question, *, repeat: int) -> Answer:
        """Answer, raise or hang."""
        found = self.answers.get(question.id, "")
        if isinstance(found, Exception):
            raise found
        if found == "hang":
            await asyncio.sleep(3600)
        if isinstance(found, Answer):
            return found
        return Answer(outcome=AnswerOutcome.ANSWERED, text=f"draw {repeat}", contexts=())

    async def close(self) -> None:
        """Nothing to let go of."""


def run(
    directory: Path, plan: RunPlan, work: list[Item] | list[Question], judges: list[FakeJudge], **more: object
) -> tuple[RunLog, RunProgress]:
    """Execute into a new run log."""

    async def go() -> RunProgress:
        async with RunLogWriter.create(directory, plan) as writer:
            target = more.pop("target", None)
            return await execute_run(plan, work, target, judges, writer, **more)  # type: ignore[arg-type]  # by name

    progress = asyncio.run(go())
    return RunLog.open(directory), progress
