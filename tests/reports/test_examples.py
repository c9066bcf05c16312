"""The worst rows and the spread of values, read from a run log."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import IntegrityError
from evaluation.runs import RunLog
from evaluation.verdicts import Support, UnitVerdict
from reports._examples import read_findings, segments
from tests.reports.run_logs import write

VALUES = {"q1": 1.0, "q2": 0.5, "q3": None, "q4": 0.0, "q5": 0.5}


def test_the_worst_rows_come_first_and_failures_after_low_values(tmp_path: Path) -> None:
    """A row that scored 1 is no bad example; a row without a value is one, after those with a value."""
    (found,) = read_findings(write(tmp_path / "run-1", VALUES), ["faithfulness"], keep=4).examples
    assert [example.id for example in found.examples] == ["q4", "q2", "q5", "q3"]
    assert found.of == 4


def test_only_so_many_examples_are_kept(tmp_path: Path) -> None:
    """The worst survive the cut, and the count of all stays."""
    (found,) = read_findings(write(tmp_path / "run-1", VALUES), ["faithfulness"], keep=2).examples
    assert [example.id for example in found.examples] == ["q4", "q2"]
    assert found.of == 4


def test_an_example_carries_its_texts_and_marked_sentences(tmp_path: Path) -> None:
    """Question, answer by unit, reason and number of passages are those of the row."""
    (found,) = read_findings(write(tmp_path / "run-1", {"q4": 0.5}), ["faithfulness"]).examples
    example = found.examples[0]
    assert [(part.text, part.support) for part in example.answer] == [
        ("The owner keeps the register.", "supported"),
        (" ", ""),
        ("It is reviewed yearly.", "contradicted"),
    ]
    assert (example.question.text, example.reason.text, example.contexts) == ("Who keeps the register?", "why q4", 1)


def test_the_distribution_counts_values_and_outcomes(tmp_path: Path) -> None:
    """1 falls into the last bin, and an unscored verdict into none."""
    (spread,) = read_findings(write(tmp_path / "run-1", VALUES), ["faithfulness"]).distributions
    assert spread.bins == (1, 0, 0, 0, 0, 2, 0, 0, 0, 1)
    assert spread.outcomes == (("scored", 4), ("unparsable", 1))


def test_an_erased_text_is_said_to_be_erased(tmp_path: Path) -> None:
    """The row stays an example with its value, without question and answer."""
    log = write(tmp_path / "run-1", {"q1": 0.25})
    log.payloads_file.write_text(json.dumps({"id": "q1", "repeat": 0, "erased": "2026-11-21T00:00:00.000000Z"}) + "\n")
    (found,) = read_findings(log, ["faithfulness"]).examples
    example = found.examples[0]
    assert (example.erased, example.value, example.answer) == ("2026-11-21T00:00:00.000000Z", 0.25, ())
    assert example.question.text == ""


def test_a_text_that_was_changed_afterwards_is_refused(tmp_path: Path) -> None:
    """An example never shows a text that the verdict does not commit to."""
    log = write(tmp_path / "run-1", {"q1": 0.25})
    log.payloads_file.write_text(log.payloads_file.read_text().replace("yearly", "weekly"))
    with pytest.raises(IntegrityError, match="not those that were judged"):
        read_findings(RunLog.open(log.directory), ["faithfulness"])


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.sampled_from(Support)), max_size=6),
)
def test_segments_give_the_answer_back(text: str, spans: list[tuple[int, int, Support]]) -> None:
    """Whatever the units claim, the stretches put together are the answer."""
    units = [UnitVerdict(start=start, end=end, support=support) for start, end, support in spans]
    assert "".join(part.text for part in segments(text, units)) == text
