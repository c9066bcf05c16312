"""Answers files: three formats, one meaning, and every malformed line named."""

import json
import os
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from assay.kernel import InputError
from evaluation.answers import Item
from evaluation.questions import AnswersFile, _answers_file, _rows, answers_digest, read_answers
from evaluation.questions._rows import RawRow

ROW = {"question": "Who?", "answer": "Ada."}


def _jsonl(folder: Path, *lines: object) -> Path:
    path = folder / "answers.jsonl"
    texts = [line if isinstance(line, (str, bytes)) else json.dumps(line) for line in lines]
    path.write_bytes(b"".join((text if isinstance(text, bytes) else text.encode()) + b"\n" for text in texts))
    return path


def _read(folder: Path, *lines: object) -> list[Item]:
    return list(read_answers(_jsonl(folder, *lines)))


def _message(folder: Path, *lines: object) -> str:
    with pytest.raises(InputError) as caught:
        read_answers(_jsonl(folder, *lines))
    return caught.value.message


def test_every_field_arrives(tmp_path: Path) -> None:
    """Known fields have their place, unknown ones are kept, the id stands as it was."""
    row = {
        "id": " Ü/1 ",
        "question": "Who?",
        "answer": "Ada.",
        "contexts": ["a", ""],
        "reference": "Ada",
        "document": "d",
        "relevant": ["the words", "that count"],
        "tags": ["lang:en", "a/b"],
        "team": {"x": 1.5},
    }
    (item,) = _read(tmp_path, row)
    assert (item.id, item.question, item.answer.text) == (" Ü/1 ", "Who?", "Ada.")
    assert (item.answer.contexts, item.reference, item.document) == (("a", ""), "Ada", "d")
    assert item.relevant == ("the words", "that count")
    assert (item.tags, item.extra) == (("lang:en", "a/b"), {"team": {"x": 1.5}})


def test_absent_contexts_are_not_empty_contexts(tmp_path: Path) -> None:
    """Nothing retrieved is a finding; nothing shown is not; an empty answer is a row."""
    rows = [{**ROW, "contexts": []}, {**ROW, "contexts": None}, ROW, {**ROW, "answer": ""}]
    items = _read(tmp_path, *rows)
    assert [item.answer.contexts for item in items] == [(), None, None, None]
    assert items[3].answer.text == ""


def test_rows_without_an_id_get_one_that_repeats_and_pairs(tmp_path: Path) -> None:
    """The id follows question and position, so that two versions' answers to the same questions pair up."""
    first = [item.id for item in _read(tmp_path, ROW, ROW, {**ROW, "question": "Why?"})]
    second = [item.id for item in _read(tmp_path, {**ROW, "answer": "Bob."}, ROW, {**ROW, "question": "Why?"})]
    assert first == second
    assert len(set(first)) == 3


def test_the_same_rows_mean_the_same_in_all_formats(tmp_path: Path) -> None:
    """JSON Lines, CSV and Parquet give equal items."""
    rows = [
        {"id": "a", "question": "Who?", "answer": "", "contexts": ["x, y", 'line\n"two"'], "tags": ["t"]},
        {"id": "b", "question": "=1+1", "answer": "'=2", "contexts": [], "tags": None},
        {"id": "c", "question": "Wie?", "answer": "Ü\u2028\r\nso", "contexts": None, "tags": None},
    ]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text(
        "\ufeffid,question,answer,contexts,tags\r\n"
        'a,Who?,,"[""x, y"", ""line\\n\\""two\\""""]","[""t""]"\r\n'
        "b,=1+1,'=2,[],\r\n"
        'c,Wie?,"Ü\u2028\r\nso",,\r\n',
        newline="",
    )
    expected = _read(tmp_path, *rows)
    assert list(read_answers(tmp_path / "a.csv")) == expected
    assert list(read_answers(tmp_path / "a.parquet")) == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"question": "Who?"}', ["line 2", "'answer'"]),
        ('{"answer": "x"}', ["line 2", "'question'"]),
        ('{"question": " ", "answer": "x"}', ["line 2", "'question'", "empty"]),
        ('{"question": "Who?", "answer": null}', ["line 2", "'answer'", "None"]),
        ('{"question": "Who?", "answer": 3}', ["line 2", "'answer'", "3"]),
        ('{"question": "Who?", "answer": "x", "contexts": "one"}', ["line 2", "'contexts'"]),
        ('{"question": "Who?", "answer": "x", "contexts": ["a", 2]}', ["line 2", "'contexts[1]'"]),
        ('{"question": "Who?", "answer": "x", "relevant": "one"}', ["line 2", "'relevant'", "list"]),
        ('{"question": "Who?", "answer": "x", "tags": ["two words"]}', ["line 2", "'tags'"]),
        ('{"question": "Who?", "answer": "x", "tags": ["' + "a" * 65 + '"]}', ["line 2", "'tags'"]),
        ('{"question": "Who?", "answer": "x", "tags": ["a\\n"]}', ["line 2", "'tags'"]),
        ('{"question": "Who?", "answer": "x", "id": true}', ["line 2", "'id'"]),
        ('{"question": "Who?", "answer": "x", "id": ""}', ["line 2", "'id'"]),
        ('{"question": "Who?", "answer": "\\ud800"}', ["line 2", "'answer'", "surrogate"]),
        ('{"question": "Who?", "answer": "x", "answer": "y"}', ["line 2", "'answer'", "twice"]),
        ('{"question": "Who?", "answer": "x", "n": NaN}', ["line 2", "NaN"]),
        ('{"question": "Who?", "answer": "x", "n": ' + "9" * 5000 + "}", ["line 2"]),
        ("[" * 100_000, ["line 2", "nested"]),
        ('{"question": "Who?", "answer": "x"', ["line 2", "column 36", "not JSON"]),
        ('"text"', ["line 2", "str"]),
        (b'{"question": "Who?", "answer": "\xff"}', ["line 2", "byte 33", "UTF-8"]),
        (b'{"question": "Who?", "answer": "a\0b"}', ["line 2", "control character"]),
    ],
)
def test_a_malformed_line_is_named_before_any_row_is_used(tmp_path: Path, line: object, words: list[str]) -> None:
    """The message names file, line and field."""
    message = _message(tmp_path, ROW, line, ROW)
    assert message.startswith("answers.jsonl, ")
    assert all(word in message for word in words), message


def test_an_id_that_stands_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    """A number and the same digits as text are one id."""
    message = _message(tmp_path, {**ROW, "id": 7}, "", ROW, {**ROW, "id": "7"})
    assert "'7'" in message
    assert "lines 1 and 4" in message


def test_ids_whose_short_digests_meet_are_not_twins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A collision of digests is looked into and found to be none."""
    monkeypatch.setattr("evaluation.questions._checking._short_digest", lambda _identity: 1)
    assert len(_read(tmp_path, {**ROW, "id": "a"}, {**ROW, "id": "b"})) == 2


def test_marks_blank_lines_and_odd_line_ends_do_no_harm(tmp_path: Path) -> None:
    """A byte-order mark, CRLF, blank lines, U+2028 and a missing last line feed are all read."""
    path = tmp_path / "answers.jsonl"
    line = '{"question": "Who?\u2028", "answer": "x\x85"}'.encode()
    path.write_bytes(b"\xef\xbb\xbf" + line + b"\r\n\r\n  \n" + line)
    assert [item.question for item in read_answers(path)] == ["Who?\u2028"] * 2


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.jsonl", b"", "no rows"),
        ("a.jsonl", b"\n \n", "no rows"),
        ("a.jsonl", '{"question": "x", "answer": "y"}\n'.encode("utf-16"), "UTF-16"),
        ("a.csv", b"question;answer\nWho?;Ada\n", "'question'"),
        ("a.csv", b"question,answer\nWho?,Ada,more\n", "line 2: got 3 cells"),
        ("a.csv", b'question,answer\nWho?,"Ada\n', "not CSV"),
        ("a.csv", b"question,answer,answer\n", "twice"),
        ("a.csv", b'question,answer,contexts\n"Who\n?",Ada,\nWho?,Ada,plain\n', "line 4, field 'contexts'"),
        ("a.csv", b"question,answer\n", "no rows"),
        ("a.parquet", b"PAR1 but no more", "not a Parquet file"),
        ("a.xlsx", b"", "'.xlsx'"),
    ],
)
def test_a_file_that_is_not_as_promised_is_refused(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    """Each way of being wrong has its words and a hint."""
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_answers(tmp_path / name)
    assert words in caught.value.message
    assert caught.value.hint


def test_a_parquet_row_is_named_by_its_number(tmp_path: Path) -> None:
    """Parquet has rows, not lines."""
    table = pa.table({"question": ["Who?", None], "answer": ["x", "y"]})
    parquet.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"row 2, field 'question'"):
        read_answers(tmp_path / "a.parquet")


def test_a_missing_file_and_a_pipe_are_refused(tmp_path: Path) -> None:
    """A file is read twice, so a pipe cannot serve, and it is not waited for."""
    with pytest.raises(InputError, match="No such file"):
        read_answers(tmp_path / "gone.jsonl")
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(InputError, match="no regular file"):
        read_answers(tmp_path / "pipe.jsonl")


def test_a_line_without_end_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays flat even for a file that is one line."""
    monkeypatch.setattr(_rows, "LONGEST_LINE", 20)
    assert "longer than 20" in _message(tmp_path, ROW)


def test_rows_are_read_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the check, asking for one row makes one row."""
    path = _jsonl(tmp_path, *([ROW] * 50))
    items = read_answers(path)
    made: list[RawRow] = []
    real = _answers_file.answer_item

    def remember(row: RawRow) -> Item:
        made.append(row)
        return real(row)

    monkeypatch.setattr(_answers_file, "answer_item", remember)
    next(items)
    assert len(made) == 1


def test_a_file_that_changes_between_check_and_use_is_refused(tmp_path: Path) -> None:
    """What is judged is what was checked."""
    path = _jsonl(tmp_path, ROW)
    items = read_answers(path)
    _jsonl(tmp_path, ROW, ROW)
    with pytest.raises(InputError, match="changed while"):
        list(items)


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    """The same rows in another order are another file."""
    one = answers_digest(_jsonl(tmp_path, {**ROW, "id": "b"}, {**ROW, "id": "a"}))
    other = answers_digest(_jsonl(tmp_path, {**ROW, "id": "a"}, {**ROW, "id": "b"}))
    assert one != other


def test_a_checked_file_is_read_again_without_another_check_and_refused_once_it_changed(tmp_path: Path) -> None:
    """What was checked is what is read: a change between two readings is found before the first row."""
    path = _jsonl(tmp_path, {**ROW, "id": "a"})
    file = AnswersFile(path)

    assert [item.id for item in file.rows()] == [item.id for item in file.rows()] == ["a"]
    path.write_text("{}\n{}\n", encoding="utf-8")

    with pytest.raises(InputError, match="changed while it was read"):
        next(file.rows())
