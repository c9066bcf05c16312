"""Contexts reversed: how many verdicts change, beside the run and never in it."""

import asyncio
import dataclasses
from pathlib import Path

import pytest

from evaluation.answers import Item
from evaluation.runs import RunLog
from evaluation.runs._order import OrderSensitivity, order_sensitivity, read_order, write_order
from evaluation.statistics import Measured
from evaluation.verdicts import JudgeSpec, Outcome, Verdict
from tests.evaluation.runs.samples import item, plan_for, row, verdict, write_log


class Reader:
    """A judge that reads the first context alone, or fails."""

    def __init__(self, spec: JudgeSpec | None = None, *, fails: bool = False) -> None:
        """Remember what is shown."""
        self.spec = spec or JudgeSpec(name="fake", version="1", metric="faithfulness")
        self.seen: list[tuple[str, ...]] = []
        self.fails = fails

    async def judge(self, item: Item, *, repeat: int) -> Verdict:  # noqa: ARG002  (the same for every draw)
        """Say good where the first context is `one`."""
        contexts = item.answer.contexts or ()
        self.seen.append(contexts)
        value = None if self.fails else float(contexts[0] == "one")
        outcome = Outcome.ERROR if self.fails else Outcome.SCORED
        return Verdict(metric=self.spec.metric, outcome=outcome, judge=self.spec.digest, value=value)


def log_of(folder: Path, count: int, contexts: tuple[str, ...] = ("one", "two")) -> RunLog:
    """Write a run whose verdicts are all good."""
    names = [f"q{number}" for number in range(count)]
    rows = []
    for number, name in enumerate(names):
        made = item(name)
        made = dataclasses.replace(
            made, document=f"d{number}", answer=dataclasses.replace(made.answer, contexts=contexts)
        )
        rows.append(dataclasses.replace(row(name), item=made, verdicts=(verdict(value=1.0),)))
    return write_log(folder / "r", plan_for(names), rows)


def check(log: RunLog, *judges: Reader, sample: int = 100) -> tuple[OrderSensitivity, ...]:
    """Check the order."""
    return asyncio.run(order_sensitivity(log, judges, sample, concurrency=4, row_timeout_s=10))


def test_a_judge_that_reads_one_end_changes_its_mind(tmp_path: Path) -> None:
    """Every verdict changes, and the interval says how sure that is."""
    judge = Reader()

    (found,) = check(log_of(tmp_path, 30), judge)

    assert set(judge.seen) == {("two", "one")}
    assert (found.rows, found.failed) == (30, 0)
    assert found.changed is not None
    assert found.changed.value == 1
    assert found.changed.lower < 1


def test_the_same_contexts_in_either_order_change_nothing(tmp_path: Path) -> None:
    """A palindrome of contexts is the same question."""
    (found,) = check(log_of(tmp_path, 30, ("one", "one")), Reader())

    assert found.changed is not None
    assert found.changed.value == 0


@pytest.mark.parametrize(("sample", "asked"), [(1, 1), (7, 7), (30, 30), (99, 30)])
def test_no_more_rows_are_judged_than_asked_for(tmp_path: Path, sample: int, asked: int) -> None:
    """Evenly spread over the run."""
    judge = Reader()

    check(log_of(tmp_path, 30), judge, sample=sample)

    assert len(judge.seen) == asked


def test_rows_of_one_context_metrics_of_ranks_and_computed_ones_say_nothing(tmp_path: Path) -> None:
    """Nothing that the order cannot or must change is asked."""
    ranked = Reader(JudgeSpec(name="f", version="1", metric="context_precision"))
    computed = Reader(JudgeSpec(name="f", version="1", metric="bleu", options={"computed": True}))
    lone = Reader()

    assert check(log_of(tmp_path, 3), ranked, computed) == ()
    (found,) = check(log_of(tmp_path / "other", 3, ("one",)), lone)
    assert (found.rows, found.changed, lone.seen) == (0, None, [])


def test_a_judge_that_fails_in_the_other_order_is_counted(tmp_path: Path) -> None:
    """A failure is no change of mind."""
    (found,) = check(log_of(tmp_path, 5), Reader(fails=True))

    assert (found.rows, found.failed, found.changed) == (0, 5, None)


def test_what_was_found_stands_beside_the_run_and_leaves_its_digest(tmp_path: Path) -> None:
    """It is a property of the judge; what cannot be read is not there."""
    log = log_of(tmp_path, 2)
    before = log.digest()
    found = (OrderSensitivity(metric="faithfulness", rows=2, failed=1, changed=Measured(0.5, 0.1, 0.9)),)

    write_order(log.directory, found)

    assert read_order(log.directory) == found
    assert log.digest() == before
    (log.directory / "order.json").write_text('{"metrics": {"a": 1}}')
    assert read_order(log.directory) == ()
