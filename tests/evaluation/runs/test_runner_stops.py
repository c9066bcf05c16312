"""The runner when nothing replies, money is spent, or replies are slow: it stops where going on shows nothing."""

import asyncio
from pathlib import Path

import pytest

from evaluation.answers import Answer, AnswerOutcome
from evaluation.llm import BudgetSpentError
from evaluation.questions import Question
from evaluation.runs import (
    RunLimits,
    RunLogWriter,
    RunOutcome,
    RunProgress,
    execute_run,
    finished_rows,
)
from evaluation.verdicts import Outcome, Verdict
from tests.evaluation.runs.fakes import FakeJudge, FakeTarget, run
from tests.evaluation.runs.samples import item, plan_for, row, write_log

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
