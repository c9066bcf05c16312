"""Repeats of a run: flips, variance within a row, and who passes in every draw."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest

from evaluation.runs import RepeatedMetric, repeats_of
from evaluation.verdicts import Outcome, Verdict
from tests.evaluation.runs.samples import plan_for, row, verdict, write_log

DRAWS: dict[str, Sequence[float | None]] = {"a": (1.0, 1.0), "b": (1.0, 0.5), "c": (0.0, 0.5), "d": (0.0, None)}


def repeated(folder: Path, draws: dict[str, Sequence[float | None]]) -> RepeatedMetric:
    """Write a run with these values and read its repeats."""
    plan = dataclasses.replace(plan_for(list(draws)), repeats=2)
    rows = [
        dataclasses.replace(row(name, repeat=number), verdicts=(_verdict(value),))
        for name, values in draws.items()
        for number, value in enumerate(values)
    ]
    return repeats_of(write_log(folder, plan, rows))["faithfulness"]


def _verdict(value: float | None) -> Verdict:
    return verdict(value=value, outcome=Outcome.ERROR if value is None else Outcome.SCORED)


def test_a_flip_is_a_verdict_that_changes_and_variance_is_of_the_value(tmp_path: Path) -> None:
    """One of three rows is faithful in one draw and not in the other; two of three vary in value."""
    found = repeated(tmp_path / "r", DRAWS)

    assert (found.rows, found.draws) == (3, 6)
    assert found.flip_rate is not None
    assert found.flip_rate.value == pytest.approx(1 / 3)
    assert found.flip_rate.lower < 1 / 3 < found.flip_rate.upper
    assert found.within_variance == pytest.approx((0.125 + 0.125) / 3)


def test_who_passes_once_and_who_passes_always(tmp_path: Path) -> None:
    """A row of which a draw was not scored proves neither."""
    found = repeated(tmp_path / "r", DRAWS)

    assert found.whole_rows == 3
    assert found.pass_any is not None
    assert found.pass_all is not None
    assert found.pass_any.value == pytest.approx(2 / 3)
    assert found.pass_all.value == pytest.approx(1 / 3)


def test_a_run_without_repeats_says_nothing_about_them(tmp_path: Path) -> None:
    """One draw a row shows no variance."""
    assert repeats_of(write_log(tmp_path / "r", plan_for(["a"]), [row("a")])) == {}


def test_draws_that_all_failed_leave_the_flip_rate_unknown(tmp_path: Path) -> None:
    """Unknown is not zero."""
    found = repeated(tmp_path / "r", {"a": (None, None)})

    assert (found.flip_rate, found.within_variance, found.pass_all) == (None, None, None)
