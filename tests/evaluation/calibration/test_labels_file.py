"""Files of labels: what is taken, what is counted, and what is refused whole."""

from pathlib import Path

import pytest

from assay.kernel import InputError
from evaluation.calibration import read_labels, rubric_of
from tests.evaluation.calibration.samples import labelled, write_lines


def test_labels_are_read_in_every_spelling_and_null_is_no_label(tmp_path: Path) -> None:
    """1, 0, true and false count; null is a row without a label."""
    values = [1, 0, True, False, None]
    path = write_lines(tmp_path / "labels.jsonl", [labelled(f"r{n}", value) for n, value in enumerate(values)])

    assert [row.good for row in read_labels(path)] == [True, False, True, False, None]


def test_a_csv_file_is_read_like_json_lines(tmp_path: Path) -> None:
    """Cells are text, an empty one is no label, and a guarded formula comes back as it was."""
    path = tmp_path / "labels.csv"
    path.write_text("id,question,answer,label\na,Why?,'=1+1,TRUE\nb,Why?,No.,0\nc,Why?,Yes.,\n", encoding="utf-8")

    rows = read_labels(path)

    assert [row.good for row in rows] == [True, False, None]
    assert rows[0].item.answer.text == "=1+1"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([labelled("a"), labelled("b", 2)], ["labels.jsonl, line 2", "'label'", "got 2"]),
        ([labelled("a"), {"question": "Why?", "answer": "So."}], ["line 2", "'label'", "it is missing"]),
        ([labelled("a"), labelled("a")], ["line 2", "'id'", "once per annotator"]),
        (
            [labelled("a", annotator="x"), labelled("a", annotator="y", answer="Other.")],
            ["line 2", "the same question"],
        ),
        ([labelled("a", language="klingon!")], ["line 1", "'language'", "klingon"]),
        ([labelled("a", None)], ["not one label"]),
        ([], ["not one label"]),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(
    tmp_path: Path, rows: list[dict[str, object]], words: list[str]
) -> None:
    """File, line and field, and nothing of the file is used."""
    path = write_lines(tmp_path / "labels.jsonl", rows)

    with pytest.raises(InputError) as caught:
        read_labels(path)

    assert all(word in caught.value.message for word in words), caught.value.message


def test_several_people_may_label_one_row_under_pseudonyms(tmp_path: Path) -> None:
    """Names are not kept, and stay apart."""
    path = write_lines(tmp_path / "l.jsonl", [labelled("a", annotator="Ann"), labelled("a", 0, annotator="Bob")])

    first, second = read_labels(path)

    assert first.annotator != second.annotator
    assert "Ann" not in first.annotator


def test_a_row_says_its_language_or_it_is_told_by_the_text(tmp_path: Path) -> None:
    """A tag counts by its primary language."""
    path = write_lines(tmp_path / "l.jsonl", [labelled("a", language="de-AT"), labelled("b")])

    assert [row.language for row in read_labels(path)] == ["de", "en"]


def test_one_file_follows_one_rubric(tmp_path: Path) -> None:
    """Agreement changes with the rubric, so two of them are two files."""
    rows = read_labels(write_lines(tmp_path / "l.jsonl", [labelled("a", rubric="One."), labelled("b")]))

    assert rubric_of(rows, "") == "One."
    with pytest.raises(InputError, match="2 different rubrics"):
        rubric_of(rows, "Another.")
