"""Clerks: rows judged in processes beside ours, as they would be here, whatever happens to the processes."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from assay.kernel import UnavailableError
from assay.kernel.children import own_python
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.judges import CHECKS_JUDGE, Judge, build_judge
from evaluation.runs import RunLog, RunLogWriter, RunPlan, execute_run
from evaluation.runs._clerks import Clerks, asks_nobody
from evaluation.runs._judging import judge_item
from evaluation.verdicts import Outcome, Verdict
from tests.evaluation.runs.samples import item, plan_for

FRAGILE = "tests.evaluation.runs.fragile_clerk"
METRICS = ("faithfulness", "relevancy", "token_f1")


def judges(metrics: Sequence[str] = METRICS) -> tuple[Judge, ...]:
    """Return the judges that ask nobody."""
    return tuple(build_judge(metric, CHECKS_JUDGE) for metric in metrics)


def rows(count: int) -> list[Item]:
    """Return answers of which some are empty or failed, and some hold letters of many kinds."""
    texts = ["", "Records are kept for ten years.", "Die Akten werden zehn Jahre aufbewahrt, 1,200 €.", "one"]
    made = [item(f"q{number}") for number in range(count)]
    failed = Answer(outcome=AnswerOutcome.REFUSED, text="", contexts=None, reason="401")
    return [
        item(one.id, answer=failed)
        if number % 7 == 6
        else item(one.id, answer=Answer(outcome=AnswerOutcome.ANSWERED, text=texts[number % 4], contexts=("one",)))
        for number, one in enumerate(made)
    ]


async def judged(clerks: Clerks, items: Sequence[Item]) -> tuple[list[tuple[Verdict, ...]], list[str]]:
    """Return the verdicts of each row, and the ids in the order in which they came back."""
    order: list[str] = []

    async def one(row: Item) -> tuple[Verdict, ...]:
        found = await clerks.judge(row, repeat=0, deadline=0)
        order.append(row.id)
        return found

    return await asyncio.gather(*map(one, items)), order


def by_clerks(
    items: Sequence[Item], *, count: int = 2, module: str = "evaluation.runs.clerk", row_timeout_s: float = 60
) -> tuple[list[tuple[Verdict, ...]], list[str]]:
    """Judge in processes."""

    async def go() -> tuple[list[tuple[Verdict, ...]], list[str]]:
        async with Clerks(judges(), count=count, row_timeout_s=row_timeout_s, module=module) as clerks:
            return await judged(clerks, items)

    return asyncio.run(go())


def here(items: Sequence[Item]) -> list[tuple[Verdict, ...]]:
    """Judge in this process."""

    async def go() -> list[tuple[Verdict, ...]]:
        return [await judge_item(judges(), one, repeat=0, deadline=1e9) for one in items]

    return asyncio.run(go())


def test_clerks_find_what_would_be_found_here_and_keep_the_order() -> None:
    """Every verdict is equal to the one of this process, and rows come back as they were handed over."""
    items = rows(300)

    found, order = by_clerks(items)

    assert found == here(items)
    assert order == [one.id for one in items]


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file in which fragile clerks note the rows that they see."""
    monkeypatch.setenv("FRAGILE_CLERK_SEEN", str(tmp_path / "seen"))
    return tmp_path / "seen"


@pytest.mark.parametrize(
    ("name", "outcome", "why", "timeout_s"),
    [("deadly", Outcome.ERROR, "ended with 9", 60), ("endless", Outcome.TIMED_OUT, "did not end", 2)],
)
def test_a_row_over_which_a_clerk_ends_is_a_verdict_and_no_other_is_lost(
    seen: Path, name: str, outcome: Outcome, why: str, timeout_s: float
) -> None:
    """The rows that the clerk held are judged by the next one; the one at fault is tried twice."""
    items = [*rows(40), item(name), *rows(80)[40:]]

    found, order = by_clerks(items, count=1, module=FRAGILE, row_timeout_s=timeout_s)

    assert order == [one.id for one in items]
    assert [one for at, one in enumerate(found) if at != 40] == here([*items[:40], *items[41:]])
    assert {(verdict.outcome, why in verdict.reason) for verdict in found[40]} == {(outcome, True)}
    assert seen.read_text().split("\n").count(name) == 2


def test_a_clerk_that_is_killed_is_replaced() -> None:
    """The out-of-memory killer costs no row."""
    items = rows(500)
    killed: list[int] = []

    async def go() -> list[tuple[Verdict, ...]]:
        async with Clerks(judges(), count=1, row_timeout_s=60) as clerks:

            async def one(row: Item) -> tuple[Verdict, ...]:
                found = await clerks.judge(row, repeat=0, deadline=0)
                process = clerks._clerks[0]._process
                if not killed and process is not None:
                    os.kill(process.pid, signal.SIGKILL)
                    killed.append(process.pid)
                return found

            return await asyncio.gather(*map(one, items))

    assert asyncio.run(go()) == here(items)
    assert killed


def test_a_clerk_with_other_judges_is_refused() -> None:
    """What runs is what the plan recorded: the row ends the run and is no verdict."""
    with pytest.raises(UnavailableError, match="did not start with the judges of this run"):
        by_clerks(rows(1), module="tests.evaluation.runs.test_clerks")


def test_a_clerk_ends_when_its_run_has_gone() -> None:
    """Killing the run's process closes the pipe, and nothing is left behind."""
    command, environment = own_python("evaluation.runs.clerk", "--row-timeout-s", "1", "faithfulness")
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"\x00\x00")  # torn in the middle of a frame
        process.stdin.close()
        assert process.wait(60) == 0


@pytest.mark.parametrize(("judge", "expected"), [("checks", True), ("local", False)])
def test_only_judges_that_compute_go_to_a_clerk(judge: str, *, expected: bool) -> None:
    """A judge with a model of its own stays in the run's process; one such judge keeps them all here."""
    assert asks_nobody([*judges(), build_judge("relevancy", judge)]) is expected


def test_a_judge_of_another_package_stays_here() -> None:
    """Whatever its spec says, nobody knows what it does in a process that handles one row after another."""

    class Foreign:
        spec = build_judge("faithfulness", CHECKS_JUDGE).spec

        async def judge(self, item: Item, *, repeat: int) -> Verdict:
            raise NotImplementedError

    assert not asks_nobody([Foreign()])


@pytest.mark.parametrize("fewest", [1, 10_000])
def test_a_run_by_clerks_writes_what_a_run_without_them_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fewest: int
) -> None:
    """Every row has the same verdicts, whoever judged; by clerks the rows stand in the order of the file."""
    monkeypatch.setattr("evaluation.runs._clerks._FEWEST_ROWS", fewest)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})
    started: list[int] = []
    enter = Clerks.__aenter__

    async def counted(clerks: Clerks) -> Clerks:
        started.append(1)
        return await enter(clerks)

    monkeypatch.setattr(Clerks, "__aenter__", counted)
    items = [one for one in rows(200) if one.answer.outcome is AnswerOutcome.ANSWERED]
    plan = plan_for([one.id for one in items], metrics=METRICS)

    log = asyncio.run(_run(tmp_path / "r", plan, items))

    assert bool(started) is (fewest == 1)
    written = {row.id: _shown(row.verdicts) for row in log.rows()}
    assert written == {one.id: _shown(found) for one, found in zip(items, here(items), strict=True)}
    assert [*written] == [one.id for one in items] or not started


def _shown(verdicts: Sequence[Verdict]) -> list[tuple[str, Outcome, float | None]]:
    return [(one.metric, one.outcome, None if one.value is None else round(one.value, 6)) for one in verdicts]


async def _run(directory: Path, plan: RunPlan, items: Sequence[Item]) -> RunLog:
    async with RunLogWriter.create(directory, plan) as writer:
        await execute_run(plan, items, None, judges(), writer)
    return RunLog.open(directory)
