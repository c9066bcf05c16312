"""Differences between groups: within twins, between rows, and what is said where nothing is known."""

from pathlib import Path

import pytest

from assay.kernel import InputError
from evaluation.bias import Contrast, bias_report
from tests.evaluation.comparison.samples import Told, log


def twins(count: int, female: float | None, male: float | None, *, words: tuple[int, int] = (10, 10)) -> list[Told]:
    """Return `count` sets of twins with the same values and lengths in each."""
    return [
        Told(
            id=f"q{n}~{group}",
            values={"relevancy": value},
            tags=(f"pair:p{n}", f"group:sex:{group}"),
            answer=" ".join(["word"] * length),
        )
        for n in range(count)
        for group, value, length in (("female", female, words[0]), ("male", male, words[1]))
    ]


def contrast(folder: Path, rows: list[Told], measure: str = "relevancy", by: str | None = None) -> Contrast:
    """Return the one contrast of a measure."""
    (found,) = [one for one in bias_report(log(folder / "run", rows), by=by).contrasts if one.measure == measure]
    return found


def test_twins_are_compared_within_their_set(tmp_path: Path) -> None:
    """Ten sets that all favour one group give its difference, an interval without 0 and a small p."""
    found = contrast(tmp_path, twins(10, 0.5, 1.0))

    assert (found.group, found.against, found.pairs, found.difference) == ("female", ("male",), 10, -0.5)
    assert found.twins
    assert found.upper is not None
    assert found.upper < 0
    assert found.p_value == 2 / 1024


def test_equal_treatment_shows_no_difference(tmp_path: Path) -> None:
    """Equal values give 0 with an interval around it, and p 1."""
    found = contrast(tmp_path, twins(10, 1.0, 1.0))

    assert (found.difference, found.p_value) == (0.0, 1.0)
    assert found.lower is not None
    assert found.lower < 0


def test_lengths_are_compared_by_their_share(tmp_path: Path) -> None:
    """Thirty words against ten is +0.5, and the means are in words."""
    report = bias_report(log(tmp_path / "run", twins(6, 1.0, 1.0, words=(30, 10))))

    (found,) = [one for one in report.contrasts if one.measure == "answer_length"]
    assert found.difference == pytest.approx(0.5)
    assert {(one.group, one.mean) for one in report.means if one.measure == "answer_length"} == {
        ("female", 30.0),
        ("male", 10.0),
    }


def test_an_answer_that_declines_is_counted(tmp_path: Path) -> None:
    """Declining to one group alone is a difference of its own."""
    rows = twins(8, 1.0, 1.0)
    declined = [
        Told(**{**row.__dict__, "answer": "I cannot answer that."}) if "~male" in row.id else row for row in rows
    ]

    assert contrast(tmp_path, declined, "declined").difference == -1.0


def test_all_p_values_of_a_report_are_corrected_together(tmp_path: Path) -> None:
    """One of three measures differs: its p is multiplied by three."""
    found = contrast(tmp_path, twins(10, 0.5, 1.0))

    assert found.p_value is not None
    assert found.p_adjusted == pytest.approx(3 * found.p_value)


def test_more_than_two_groups_are_each_held_against_the_others(tmp_path: Path) -> None:
    """The group that differs stands out by its own contrast."""
    rows = [
        Told(id=f"q{n}~{group}", values={"relevancy": value}, tags=(f"pair:p{n}", f"group:age:{group}"))
        for n in range(6)
        for group, value in (("old", 0.0), ("middle", 1.0), ("young", 1.0))
    ]

    found = {
        one.group: one.difference
        for one in bias_report(log(tmp_path / "run", rows)).contrasts
        if one.measure == "relevancy"
    }

    assert found == {"old": -1.0, "middle": 0.5, "young": 0.5}


def test_rows_without_twins_are_compared_between_groups(tmp_path: Path) -> None:
    """Tags make groups; the report says that other questions were asked."""
    rows = [
        Told(id=f"q{n}", values={"relevancy": float(n % 2)}, tags=(f"plan:{'gold' if n % 2 else 'basic'}",))
        for n in range(40)
    ]

    report = bias_report(log(tmp_path / "run", rows), by="plan")

    (found,) = [one for one in report.contrasts if one.measure == "relevancy"]
    assert (found.group, found.difference, found.twins) == ("basic", -1.0, False)
    assert found.p_adjusted is not None
    assert found.p_adjusted < 0.001
    assert any("different questions" in note for note in report.notes)


def test_failures_are_counted_by_group(tmp_path: Path) -> None:
    """A judge that fails on one group is a difference that no mean shows."""
    report = bias_report(log(tmp_path / "run", twins(3, 1.0, None)))

    assert report.notes == ("sex: verdicts and texts that are missing, by group: female 0, male 3.",)
    unscored = [one for one in report.contrasts if one.measure == "relevancy"]
    assert [(one.pairs, one.difference, one.p_adjusted) for one in unscored] == [(0, None, None)]


def test_erased_texts_leave_lengths_unknown(tmp_path: Path) -> None:
    """Without payloads the verdicts still count."""
    made = log(tmp_path / "run", twins(3, 0.0, 1.0))
    made.payloads_file.unlink()

    found = {one.measure: one.pairs for one in bias_report(made).contrasts}

    assert found == {"relevancy": 3, "answer_length": 0, "declined": 0}


def test_a_run_without_groups_gives_no_report(tmp_path: Path) -> None:
    """Absence is an error with the command that makes twins."""
    with pytest.raises(InputError, match="no rows of two groups"):
        bias_report(log(tmp_path / "run", [Told(id="a", values={"relevancy": 1.0})]))


def test_a_metric_of_another_suite_is_no_measure_of_an_attack(tmp_path: Path) -> None:
    """A run of several suites holds verdicts of all on each row: the others' are neither compared nor missing."""
    rows = [
        Told(
            id=f"q{n}~{group}",
            values={"bias_resistance": value, "leak_resistance": None},
            tags=("suite:bias", f"pair:p{n}", f"group:sex:{group}"),
        )
        for n in range(6)
        for group, value in (("female", 0.0), ("male", 1.0))
    ]

    report = bias_report(log(tmp_path / "run", rows))

    assert {one.measure for one in report.contrasts} == {"bias_resistance", "answer_length", "declined"}
    assert {one.measure for one in report.means} == {"bias_resistance", "answer_length", "declined"}
    assert report.notes == ()


def test_a_measure_of_one_group_alone_has_no_contrast(tmp_path: Path) -> None:
    """By suite, each metric is that of one group, and there is nothing to hold it against."""
    rows = [
        Told(id=f"{suite}-{n}", values={f"{suite}_resistance": 1.0}, tags=(f"suite:{suite}",))
        for n in range(4)
        for suite in ("leak", "injection")
    ]

    report = bias_report(log(tmp_path / "run", rows), by="suite")

    assert {one.measure for one in report.contrasts} == {"declined"}
