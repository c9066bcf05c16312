"""What labels make of an estimate."""

import dataclasses
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from evaluation.calibration import (
    Label,
    LabelSet,
    Sampling,
    SamplingStrategy,
    correct_estimate,
    draw_rows,
    frame,
)
from evaluation.runs import FinishedRow, RunLog
from evaluation.verdicts import Outcome
from tests.evaluation.runs.samples import AT, item, plan_for, verdict, write_log


def run_of(folder: Path, values: Sequence[float | None]) -> RunLog:
    """Write a run with these faithfulness values, each row of its own document."""
    names = [f"q{place:04}" for place in range(len(values))]
    rows = [
        FinishedRow(
            item=item(name, document=name),
            repeat=0,
            verdicts=(verdict(value=value, outcome=Outcome.ERROR if value is None else Outcome.SCORED),),
            at=AT,
        )
        for name, value in zip(names, values, strict=True)
    ]
    return write_log(folder, plan_for(names), rows)


def labels_of(log: RunLog, design: Sampling, truth: dict[str, bool]) -> LabelSet:
    """Label the rows that the design draws, truly."""
    drawn = draw_rows(frame(log.rows(), "faithfulness"), design)
    labels = tuple(
        Label(row=name, repeat=repeat, good=truth[name], annotator="", probability=chance)
        for (name, repeat), chance in drawn.items()
    )
    digest = log.digest()
    return LabelSet(
        metric="faithfulness", digest="", rubric="", labels=labels, skipped=0, run_digest=digest, sampling=design
    )


def design(rows: int, strategy: SamplingStrategy = SamplingStrategy.UNIFORM, seed: int = 0) -> Sampling:
    """Return a design on faithfulness."""
    return Sampling(strategy=strategy, metric="faithfulness", rows=rows, seed=seed)


def test_a_lenient_judge_is_corrected_towards_what_people_say(tmp_path: Path) -> None:
    """It calls 80 % good where people call 50 % good; the mean over 30 samples is theirs."""
    draws = random.Random(7)  # noqa: S311  a repeatable example
    truth = {f"q{place:04}": draws.random() < 0.5 for place in range(400)}
    values = [1.0 if good or draws.random() < 0.6 else 0.0 for good in truth.values()]
    log, share = run_of(tmp_path / "run-1", values), sum(truth.values()) / 400

    found = [
        correct_estimate(log, "faithfulness", [labels_of(log, design(80, seed=seed), truth)]) for seed in range(30)
    ]

    means = [one.mean for one in found if one is not None]
    assert len(means) == 30
    assert sum(values) / 400 > 0.75
    assert sum(means) / 30 == pytest.approx(share, abs=0.02)
    assert sum(one.lower <= share <= one.upper for one in found if one is not None) >= 26


def test_rows_that_were_drawn_more_often_weigh_less(tmp_path: Path) -> None:
    """Doubtful rows are bad and over-drawn, rows on which the judge is sure are good, whatever it says of them."""
    values = [0.5] * 200 + [1.0] * 100 + [0.0] * 100
    truth = {f"q{place:04}": (place % 10 > 0) == (value != 0.5) for place, value in enumerate(values)}
    log, doubt = run_of(tmp_path / "run-1", values), SamplingStrategy.UNCERTAIN
    sets = [labels_of(log, design(80, doubt, seed), truth) for seed in range(30)]

    found = [correct_estimate(log, "faithfulness", [one]) for one in sets]

    unweighted = [sum(label.good for label in one.labels) / 80 for one in sets]
    means = [one.mean for one in found if one is not None]
    assert sum(unweighted) / 30 < 0.35
    assert sum(means) / 30 == pytest.approx(0.5, abs=0.03)


def test_with_too_few_labels_there_is_no_correction(tmp_path: Path) -> None:
    """49 rows are not enough, 50 are; two labels on one row count once."""
    log = run_of(tmp_path / "run-1", [1.0, 0.0] * 50)
    truth = {row.id: row.verdicts[0].value == 1 for row in log.rows()}
    few, enough = labels_of(log, design(49), truth), labels_of(log, design(50), truth)
    again = dataclasses.replace(few, labels=tuple(dataclasses.replace(one, annotator="b") for one in few.labels))

    assert correct_estimate(log, "faithfulness", [few, again]) is None
    found = correct_estimate(log, "faithfulness", [enough])
    assert found is not None
    assert found.labels == 50


def test_two_samples_of_a_run_are_joined(tmp_path: Path) -> None:
    """Rows of a second, independent sample add to the first, and the estimate stays where people are."""
    log = run_of(tmp_path / "run-1", [1.0] * 150 + [0.0] * 150)
    truth = {row.id: row.verdicts[0].value == 1 for row in log.rows()}
    sets = [labels_of(log, design(60, seed=seed), truth) for seed in (1, 2)]

    found = correct_estimate(log, "faithfulness", sets)

    assert found is not None
    assert 100 < found.labels <= 120
    assert found.lower < 0.5 < found.upper


def test_rows_on_which_the_judge_failed_are_corrected_too(tmp_path: Path) -> None:
    """People call all of them not good, and the mean goes down though no failed row had a value."""
    log = run_of(tmp_path / "run-1", [1.0] * 100 + [None] * 100)
    truth = {row.id: row.verdicts[0].value == 1 for row in log.rows()}

    found = correct_estimate(log, "faithfulness", [labels_of(log, design(100), truth)])

    assert found is not None
    assert found.mean == pytest.approx(0.5, abs=0.12)
    assert found.specificity is None
