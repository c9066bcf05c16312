"""Rows for people as a file, and their labels back: what fits is taken, all else is refused."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.kernel import InputError
from evaluation.answers import Answer, AnswerOutcome
from evaluation.calibration import ReviewFormat, Sampling, SamplingStrategy, read_review, review_rows, write_review
from evaluation.runs import FinishedRow, RunLog
from tests.evaluation.runs.samples import AT, item, plan_for, verdict, write_log

HOSTILE = '=HYPERLINK("http://example.test/","click")'
DESIGN = Sampling(strategy=SamplingStrategy.UNCERTAIN, metric="faithfulness", rows=6, seed=3)


def hostile_log(folder: Path) -> RunLog:
    """Write a run whose answers are formulas."""
    names = [f"q{place}" for place in range(12)]
    answer = Answer(outcome=AnswerOutcome.ANSWERED, text=HOSTILE, contexts=("one", 'two "quoted"\nlines'))
    rows = [FinishedRow(item=item(name, answer=answer), repeat=0, verdicts=(verdict(),), at=AT) for name in names]
    return write_log(folder, plan_for(names), rows)


def exported(folder: Path, log: RunLog, form: ReviewFormat) -> Path:
    """Write the file as `assay review export` does."""
    path = folder / f"review.{form.value}"
    path.write_bytes(write_review(review_rows(log, DESIGN, "Is every sentence supported?"), form))
    return path


def filled(path: Path, change: Callable[[list[dict[str, object]]], None]) -> Path:
    """Fill labels into a JSON Lines file, and let `change` spoil it."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for place, row in enumerate(rows):
        row["label"] = place % 2
    change(rows)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_csv_file_goes_out_inert_and_comes_back_as_labels(tmp_path: Path) -> None:
    """No cell begins like a formula, and rows, labels and rubric survive a spreadsheet."""
    log = hostile_log(tmp_path / "run-1")
    path = exported(tmp_path, log, ReviewFormat.CSV)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for place, row in enumerate(rows):
        row["label"] = "01"[place % 2] if place else ""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    found = read_review(path, log)

    assert {row["answer"] for row in rows} == {f"'{HOSTILE}"}
    assert (len(found.labels), found.skipped, found.rubric) == (5, 1, "Is every sentence supported?")
    assert [one.good for one in found.labels] == [place % 2 == 1 for place in range(1, 6)]


def test_labels_carry_the_probability_with_which_their_row_was_drawn(tmp_path: Path) -> None:
    """It is drawn again from the log, not believed."""
    log = hostile_log(tmp_path / "run-1")
    path = filled(exported(tmp_path, log, ReviewFormat.JSONL), lambda _rows: None)

    found = read_review(path, log, annotator="Ann")

    assert found.sampling == DESIGN
    assert found.run_digest == log.digest()
    assert all(one.probability == pytest.approx(0.5) for one in found.labels)
    assert {one.annotator for one in found.labels} != {"Ann"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows[1].update(run_digest="sha256:0"), ["line 2", "'run_digest'"]),
        (lambda rows: rows[1].update(id="stranger"), ["line 2", "'id'", "a row of the run"]),
        (lambda rows: rows[1].update(probability="0.9"), ["line 2", "'probability'", "as exported"]),
        (lambda rows: rows[1].update(seed=4), ["line 2", "'seed'", "as in the first row"]),
        (lambda rows: rows[1].update(rubric="Another."), ["line 2", "'rubric'"]),
        (lambda rows: rows[1].update(label="yes"), ["line 2", "'label'", "'yes'"]),
        (lambda rows: rows[1].update(metric="bleu"), ["line 2", "'metric'"]),
        (lambda rows: rows.append(rows[0]), ["line 7", "'id'", "once per annotator"]),
        (lambda rows: rows[0].update(strategy="mine"), ["line 1", "'strategy'", "uniform"]),
        (lambda rows: [row.update(label=None) for row in rows], ["not one label"]),
    ],
)
def test_what_does_not_fit_the_run_and_the_sample_is_refused(
    tmp_path: Path, change: Callable[[list[dict[str, object]]], None], words: list[str]
) -> None:
    """File, line and field; one wrong line refuses the whole file."""
    log = hostile_log(tmp_path / "run-1")
    path = filled(exported(tmp_path, log, ReviewFormat.JSONL), change)

    with pytest.raises(InputError) as caught:
        read_review(path, log)

    assert all(word in caught.value.message for word in words), caught.value.message


def test_a_row_that_was_not_drawn_is_refused(tmp_path: Path) -> None:
    """People label what was drawn, not what they like."""
    log = hostile_log(tmp_path / "run-1")
    path = exported(tmp_path, log, ReviewFormat.JSONL)
    drawn = {json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()}
    other = next(row.id for row in log.rows() if row.id not in drawn)

    with pytest.raises(InputError, match="a row of the sample"):
        read_review(filled(path, lambda rows: rows[0].update(id=other)), log)
