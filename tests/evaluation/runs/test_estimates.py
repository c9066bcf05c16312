"""Estimates and comparisons of run logs: everything asked is counted."""

import dataclasses
from pathlib import Path

import pytest

from assay.kernel import InputError
from evaluation.runs import FinishedRow, RunLog, compare_runs, estimate_run
from evaluation.verdicts import Outcome
from tests.evaluation.runs.samples import AT, item, plan_for, verdict, write_log


def _log(directory: Path, values: dict[str, float | None], metric: str = "faithfulness") -> RunLog:
    plan = dataclasses.replace(plan_for(["a", "b", "c"], metrics=(metric,)), run=directory.name)
    rows = [
        FinishedRow(
            item=item(name),
            repeat=0,
            verdicts=(verdict(metric, value, Outcome.ERROR if value is None else Outcome.SCORED),),
            at=AT,
        )
        for name, value in values.items()
    ]
    return write_log(directory, plan, rows)


def test_failed_and_missing_rows_are_counted_and_bounded(tmp_path: Path) -> None:
    """What was not scored stays in sight: by kind, and in the worst and the best case."""
    (estimate,) = estimate_run(_log(tmp_path / "r", {"a": 1.0, "b": None}))

    assert (estimate.asked, estimate.scored, dict(estimate.failures)) == (3, 1, {"error": 1, "missing": 1})
    assert [estimate.mean, estimate.worst, estimate.best] == pytest.approx([1.0, 1 / 3, 1.0])


def test_runs_are_compared_row_by_row(tmp_path: Path) -> None:
    """Only rows that both scored make pairs; the others are counted."""
    candidate = _log(tmp_path / "c", {"a": 1.0, "b": 1.0, "c": None})
    baseline = _log(tmp_path / "b", {"a": 0.0, "b": 1.0, "c": 1.0})

    (found,) = compare_runs(candidate, baseline)

    assert (found.pairs, found.wins, found.ties, found.unpaired) == (2, 1, 1, 1)
    assert found.difference == pytest.approx(0.5)


def test_runs_without_a_shared_metric_cannot_be_compared(tmp_path: Path) -> None:
    """The message names the metrics of both."""
    with pytest.raises(InputError, match="relevancy"):
        compare_runs(_log(tmp_path / "c", {}), _log(tmp_path / "b", {}, "relevancy"))
