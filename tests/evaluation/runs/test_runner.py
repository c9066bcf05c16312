"""The runner: every row once, whatever applications and judges do, and clean ends."""

import asyncio
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.kernel import ConfigurationError, UnavailableError
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.questions import Question
from evaluation.runs import (
    RunLimits,
    RunLog,
    RunLogWriter,
    RunOutcome,
    RunProgress,
    execute_run,
    finished_rows,
)
from evaluation.verdicts import Outcome, Verdict
from tests.evaluation.runs.fakes import FakeJudge, FakeTarget, run
from tests.evaluation.runs.samples import item, plan_for, row, write_log


def test_every_row_gets_every_metric_once(tmp_path: Path) -> None:
    """Items × repeats × judges, and the log is complete."""
    names = [f"q{number}" for number in range(50)]
    plan = plan_for(names, metrics=("faithfulness", "relevancy"), repeats=2)
    judges = [FakeJudge("faithfulness"), FakeJudge("relevancy")]

    log, progress = run(tmp_path / "r", plan, [item(name) for name in names], judges)

    assert log.completeness().outcome is RunOutcome.COMPLETE
    assert (progress.done, progress.expected, progress.failed, progress.reason) == (100, 100, 0, "")
    assert all(sorted(judge.seen) == sorted((n, r) for n in names for r in (0, 1)) for judge in judges)


def test_finished_rows_are_not_judged_again(tmp_path: Path) -> None:
    """A resumed run asks for what is missing and nothing else."""
    plan = plan_for(["a", "b", "c"])
    log = write_log(tmp_path / "r", plan, [row("b")])
    judge = FakeJudge()

    async def go_on() -> RunProgress:
        with finished_rows(log) as finished:
            async with RunLogWriter.resume(log.directory) as writer:
                return await execute_run(plan, map(item, "abc"), None, [judge], writer, finished=finished)

    progress = asyncio.run(go_on())

    assert sorted(judge.seen) == [("a", 0), ("c", 0)]
    assert progress.done == 3
    assert log.completeness().outcome is RunOutcome.COMPLETE


def test_a_judge_that_raises_is_an_error_verdict(tmp_path: Path) -> None:
    """The row is there, with the reason, and the others are untouched."""
    judge = FakeJudge(a=ValueError("boom"), b=TimeoutError())

    log, progress = run(tmp_path / "r", plan_for(["a", "b", "c"]), [item(name) for name in "abc"], [judge])

    found = {one.id: (one.verdicts[0].outcome, payload.reasons) for one, payload in log.joined() if payload}
    assert found["a"] == (Outcome.ERROR, {"faithfulness": "the judge 'fake' raised ValueError: boom"})
    assert found["b"][0] is Outcome.TIMED_OUT
    assert found["c"][0] is Outcome.SCORED
    assert progress.failed == 2


def test_a_judge_that_answers_for_another_is_not_believed(tmp_path: Path) -> None:
    """A verdict under a foreign metric or digest is an error of this judge."""
    other = Verdict(metric="relevancy", outcome=Outcome.SCORED, judge="sha256:x", value=1.0)

    log, _ = run(tmp_path / "r", plan_for(["a"]), [item("a")], [FakeJudge(a=other)])

    (verdict,) = next(log.rows()).verdicts
    assert (verdict.metric, verdict.outcome) == ("faithfulness", Outcome.ERROR)


def test_a_row_that_takes_too_long_is_timed_out(tmp_path: Path) -> None:
    """The judge that hangs is cut; the other metric of the row keeps its score."""
    plan = plan_for(["a"], metrics=("faithfulness", "relevancy"))
    judges = [FakeJudge(a="hang"), FakeJudge("relevancy")]

    log, _ = run(tmp_path / "r", plan, [item("a")], judges, limits=RunLimits(row_timeout_s=0.2))

    assert [verdict.outcome for verdict in next(log.rows()).verdicts] == [Outcome.TIMED_OUT, Outcome.SCORED]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(outcome=AnswerOutcome.REFUSED, text="", contexts=None, reason="401"), Outcome.REFUSED),
        (Answer(outcome=AnswerOutcome.UNPARSABLE, text="", contexts=None, reason="HTML"), Outcome.UNPARSABLE),
        (Answer(outcome=AnswerOutcome.ANSWERED, text=" \n", contexts=None), Outcome.NOT_APPLICABLE),
        (ValueError("a bug of the adapter"), Outcome.ERROR),
        ("hang", Outcome.TIMED_OUT),
    ],
)
def test_what_cannot_be_judged_costs_no_judge_call(
    tmp_path: Path, answer: Answer | Exception | str, outcome: Outcome
) -> None:
    """An answer that did not come, or is empty, is a verdict without a call."""
    judge, target = FakeJudge(), FakeTarget({"a": answer})
    questions = [Question(id=name, text="why?") for name in "ab"]

    log, _ = run(
        tmp_path / "r", plan_for(["a", "b"]), questions, [judge], target=target, limits=RunLimits(row_timeout_s=0.2)
    )

    assert [verdict.outcome for one in log.rows() for verdict in one.verdicts if one.id == "a"] == [outcome]
    assert judge.seen == [("b", 0)]
    assert log.completeness().outcome is RunOutcome.COMPLETE


def test_a_stopped_run_keeps_what_ended_and_drops_what_did_not(tmp_path: Path) -> None:
    """Setting `stop` ends the run at once; the log is partial and whole."""
    stop, judge = asyncio.Event(), FakeJudge(c="hang")

    log, progress = run(
        tmp_path / "r",
        plan_for(["a", "b", "c"]),
        [item(name) for name in "abc"],
        [judge],
        stop=stop,
        on_progress=lambda progress: stop.set() if progress.done == 2 else None,
    )

    assert progress.reason == "it was interrupted"
    assert sorted(one.id for one in log.rows()) == ["a", "b"]
    assert log.completeness().outcome is RunOutcome.PARTIAL


def test_a_run_ends_when_its_time_is_over(tmp_path: Path) -> None:
    """The run's own deadline leaves a partial log that can be resumed."""
    log, progress = run(
        tmp_path / "r", plan_for(["a"]), [item("a")], [FakeJudge(a="hang")], limits=RunLimits(run_timeout_s=0.2)
    )

    assert "is over" in progress.reason
    assert list(log.rows()) == []


def test_the_source_is_read_as_rows_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the rows under way and some bytes of finished ones are held: the iterator is never far ahead of the disk."""
    monkeypatch.setattr("evaluation.runs._writer._MOST_WAITING", 1)
    drawn, names, ahead = 0, [f"q{number}" for number in range(300)], []

    def source() -> Iterator[Item]:
        nonlocal drawn
        for name in names:
            drawn += 1
            yield item(name)

    judge = FakeJudge()
    run(
        tmp_path / "r",
        plan_for(names),
        source(),  # type: ignore[arg-type]  # an iterator on purpose
        [judge],
        limits=RunLimits(concurrency=4),
        on_progress=lambda progress: ahead.append(drawn - progress.done),
    )

    assert max(ahead) <= RunLimits(concurrency=4).rows + 2  # one row reaches the disk, one waits for it
    assert judge.busiest <= RunLimits(concurrency=4).rows


def test_a_row_that_the_disk_took_counts_also_when_the_run_is_stopped(tmp_path: Path) -> None:
    """What ended before the stop is on the disk and in the progress, although no worker waited for it."""
    stop = asyncio.Event()
    work = [item("a"), item("b")]

    class _Stopping(FakeJudge):
        async def judge(self, item: Item, *, repeat: int) -> Verdict:
            if item.id == "b":
                while not self.seen or self.busy:  # noqa: ASYNC110 (no event says that the other row ended)
                    await asyncio.sleep(0)
                stop.set()
            return await super().judge(item, repeat=repeat)

    log, progress = run(tmp_path / "r", plan_for(["a", "b"]), work, [_Stopping(b="hang")], stop=stop)

    assert (progress.done, progress.reason) == (1, "it was interrupted")
    assert [row.id for row in log.rows()] == ["a"]


def test_a_disk_that_refuses_ends_the_run(tmp_path: Path) -> None:
    """The writer's error comes out as it is, with the hint how to go on."""
    plan = plan_for([f"q{number}" for number in range(20)])

    async def go() -> None:
        async with RunLogWriter.create(tmp_path / "r", plan) as writer:

            async def refuse(*_: object) -> None:
                raise UnavailableError("no space", hint="free space")

            writer.hand_over = refuse  # type: ignore[method-assign,assignment]  # a disk that is full
            await execute_run(plan, (item(f"q{n}") for n in range(20)), None, [FakeJudge()], writer)

    with pytest.raises(UnavailableError, match="no space"):
        asyncio.run(go())


def test_a_courier_that_is_gone_ends_the_run_and_is_no_verdict(tmp_path: Path) -> None:
    """What fails on our side can be resumed; it never becomes an error of the judge."""
    with pytest.raises(UnavailableError, match="the courier ended"):
        run(tmp_path / "r", plan_for(["a"]), [item("a")], [FakeJudge(a=UnavailableError("the courier ended"))])
    assert list(RunLog.open(tmp_path / "r").rows()) == []


def test_judges_that_are_not_in_the_plan_are_refused(tmp_path: Path) -> None:
    """What runs is what the plan recorded."""
    with pytest.raises(ConfigurationError, match="other judges"):
        run(tmp_path / "r", plan_for(["a"]), [item("a")], [FakeJudge("relevancy")])


def test_a_question_is_asked_once_per_repeat(tmp_path: Path) -> None:
    """Each repeat is a draw of its own."""
    plan = dataclasses.replace(plan_for(["a"]), repeats=3)

    log, _ = run(tmp_path / "r", plan, [Question(id="a", text="why?")], [FakeJudge()], target=FakeTarget({}))

    assert sorted(payload.answer for payload in log.payloads()) == ["draw 0", "draw 1", "draw 2"]
