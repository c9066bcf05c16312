"""The runner: every row once, whatever applications and judges do, and clean ends."""

import asyncio
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.kernel import ConfigurationError, UnavailableError
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.llm import BudgetSpentError
from evaluation.questions import Question
from evaluation.runs import (
    RunLimits,
    RunLog,
    RunLogWriter,
    RunOutcome,
    RunPlan,
    RunProgress,
    execute_run,
    finished_rows,
)
from evaluation.targets._protocol import TargetSpec
from evaluation.verdicts import JudgeSpec, Outcome, Verdict
from tests.evaluation.runs.samples import item, plan_for, row, write_log


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


REFUSED = Answer(outcome=AnswerOutcome.REFUSED, text="", contexts=None, reason="HTTP 401")
ONE_AT_ONCE = RunLimits(concurrency=1)


def test_a_run_to_which_nothing_ever_replies_stops_and_asks_again_when_it_is_mended(tmp_path: Path) -> None:
    """A wrong key costs some calls and not all; no such row counts, and the mended target is asked every question."""
    questions = [Question(id=f"q{number}", text="why?") for number in range(100)]
    plan, names = plan_for([one.id for one in questions]), [one.id for one in questions]
    dead = FakeTarget(dict.fromkeys(names, REFUSED))

    log, progress = run(tmp_path / "r", plan, questions, [FakeJudge()], target=dead, limits=ONE_AT_ONCE)

    assert (progress.hopeless, progress.done, list(log.rows())) == (True, 0, [])
    assert "rows all failed, and none is kept" in progress.reason
    assert progress.failed <= 20 + ONE_AT_ONCE.rows
    assert "HTTP 401" in progress.reason

    async def go_on() -> RunProgress:
        with finished_rows(log) as finished:
            async with RunLogWriter.resume(log.directory) as writer:
                return await execute_run(plan, questions, FakeTarget({}), [FakeJudge()], writer, finished=finished)

    assert asyncio.run(go_on()).failed == 0
    assert log.completeness().outcome is RunOutcome.COMPLETE


@pytest.mark.parametrize("rows", [1, 3, 19, 63])
def test_a_short_run_to_which_nothing_replied_is_not_complete(tmp_path: Path, rows: int) -> None:
    """Fewer rows than are under way at once are no reason to keep what nobody answered."""
    names = [f"q{number}" for number in range(rows)]
    questions = [Question(id=name, text="why?") for name in names]
    dead = FakeTarget(dict.fromkeys(names, REFUSED))

    log, progress = run(tmp_path / "r", plan_for(names), questions, [FakeJudge()], target=dead)

    assert (progress.hopeless, progress.done, progress.failed) == (True, 0, rows)
    assert log.completeness().outcome is RunOutcome.PARTIAL
    assert list(log.rows()) == []


@pytest.mark.parametrize(("missing", "complete"), [(19, True), (20, False)])
def test_the_last_rows_of_a_run_may_fail_alone_and_many_of_them_may_not(
    tmp_path: Path, *, missing: int, complete: bool
) -> None:
    """One row that never works must not keep a resumed run open for ever; an application that went down must."""
    names = [f"q{number}" for number in range(30)]
    log = write_log(tmp_path / "r", plan_for(names), [row(name) for name in names[missing:]])
    dead, questions = FakeTarget(dict.fromkeys(names, REFUSED)), [Question(id=name, text="why?") for name in names]

    async def go_on() -> RunProgress:
        with finished_rows(log) as finished:
            async with RunLogWriter.resume(log.directory) as writer:
                return await execute_run(log.plan, questions, dead, [FakeJudge()], writer, finished=finished)

    assert asyncio.run(go_on()).hopeless is not complete
    assert (log.completeness().outcome is RunOutcome.COMPLETE) is complete


def test_a_budget_that_is_spent_ends_the_run_and_leaves_no_verdict_behind(tmp_path: Path) -> None:
    """What was judged before stays, and the row that could not be paid is asked again by the next run."""
    names = [f"q{number}" for number in range(10)]
    judge = FakeJudge(q5=BudgetSpentError("5 of 5 calls are spent"))

    log, progress = run(tmp_path / "r", plan_for(names), [item(name) for name in names], [judge], limits=ONE_AT_ONCE)

    assert progress.reason == "budget: 5 of 5 calls are spent"
    assert "q5" not in {one.id for one in log.rows()}
    assert log.completeness().outcome is RunOutcome.PARTIAL


def test_one_score_shows_that_the_rows_before_it_failed_on_their_own(tmp_path: Path) -> None:
    """They are kept as they are, and the run goes to its end."""
    names = [f"q{number}" for number in range(60)]
    target = FakeTarget({name: REFUSED for name in names if name != "q10"})
    questions = [Question(id=name, text="why?") for name in names]

    log, progress = run(tmp_path / "r", plan_for(names), questions, [FakeJudge()], target=target, limits=ONE_AT_ONCE)

    assert (progress.hopeless, progress.done, progress.failed) == (False, 60, 59)
    assert log.completeness().outcome is RunOutcome.COMPLETE


def test_a_slow_reply_is_waited_for_before_quick_failures_stop_a_run(tmp_path: Path) -> None:
    """And where rows end while others wait, and the work is over, nobody waits for ever."""
    names = [f"q{number}" for number in range(21)]
    empty = Answer(outcome=AnswerOutcome.ANSWERED, text="", contexts=())
    target = FakeTarget({**dict.fromkeys(names, REFUSED), "q19": "slow"})

    async def slow(question: Question, *, repeat: int) -> Answer:  # noqa: ARG001  the same in every draw
        found = target.answers[question.id]
        await asyncio.sleep(0.05 if found == "slow" else 0)
        return empty if found == "slow" else REFUSED

    target.ask = slow  # type: ignore[method-assign]  # one answer of its own pace
    questions = [Question(id=name, text="why?") for name in names]

    log, progress = run(tmp_path / "r", plan_for(names), questions, [FakeJudge()], target=target, limits=ONE_AT_ONCE)

    assert (progress.hopeless, progress.done) == (False, 21)
    assert log.completeness().outcome is RunOutcome.COMPLETE


@pytest.mark.parametrize("unreached", [True, False])
def test_a_judge_that_is_never_reached_stops_a_run_and_rows_that_it_cannot_judge_do_not(
    tmp_path: Path, *, unreached: bool
) -> None:
    """Answers that are all too long, say, are a finding about them: such a run can end."""
    names, judge = [f"q{number}" for number in range(30)], FakeJudge()
    failed = Verdict(
        metric="faithfulness", outcome=Outcome.ERROR, judge=judge.spec.digest, reason="why", unreached=unreached
    )
    judge.tricks = dict.fromkeys(names, failed)

    log, progress = run(tmp_path / "r", plan_for(names), [item(name) for name in names], [judge], limits=ONE_AT_ONCE)

    assert (progress.hopeless, len(list(log.rows()))) == ((True, 0) if unreached else (False, 30))
