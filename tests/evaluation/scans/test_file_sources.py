"""Files as sources: every row once, in order, or a refusal that names file, line and field before any row."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from assay.kernel import InputError
from evaluation.scans import FileSource, Row

ROWS: list[dict[str, object]] = [
    {"id": "a", "text": "one"},
    {"id": 7, "text": "zwei\u2028drei"},
    {"id": "c", "text": "a\u0000b"},
]
READ = [Row('"a"', "one", ""), Row("7", "zwei\u2028drei", ""), Row('"c"', "a\u0000b", "")]


def write(folder: Path, name: str, data: bytes | str) -> Path:
    """Write a file and return where it is."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def lines(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return rows as JSON Lines."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def problems(path: Path, **fields: str) -> list[str]:
    """Return what is wrong with each row, "" where nothing is."""
    return [row.problem for row in FileSource(path, **fields).read()]


@pytest.mark.parametrize("name", ["x.jsonl", "x.ndjson", "x.JSON", "x.jsonl.gz", "my.data.json.gz"])
def test_json_lines_come_as_they_are_packed_or_not(tmp_path: Path, name: str) -> None:
    """Ids keep their type, and U+2028 ends no line."""
    data = lines(ROWS)
    path = write(tmp_path, name, gzip.compress(data) if name.endswith("gz") else b"\xef\xbb\xbf" + data + b"\n \n")
    source = FileSource(path)
    assert list(source.read()) == READ
    assert list(source.read(2)) == READ[2:]
    assert (source.shape.rows, source.shape.text_field, source.shape.id_field) == (3, "text", "id")


@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz"])
def test_csv_cells_may_hold_commas_quotes_and_line_breaks(tmp_path: Path, name: str) -> None:
    """A row without an id is called by its number."""
    data = b'id, text\r\n1,"a, ""b""\nc"\n\n,d\n'
    source = FileSource(write(tmp_path, name, gzip.compress(data) if name.endswith("gz") else data))
    assert list(source.read()) == [Row('"1"', 'a, "b"\nc', ""), Row("2", "d", "")]
    assert list(source.read(1)) == [Row("2", "d", "")]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_csv_may_be_parted_by_semicolons_or_tabs(tmp_path: Path, sign: str) -> None:
    """The header shows it; commas are then letters as any other."""
    data = f'\nid{sign}text\n1{sign}"a{sign} b"\n2{sign}c, d\n'
    source = FileSource(write(tmp_path, "x.csv", data))
    assert list(source.read()) == [Row('"1"', f"a{sign} b", ""), Row('"2"', "c, d", "")]


def test_a_header_of_mixed_separators_is_answered_with_a_hint(tmp_path: Path) -> None:
    """Commas count, and the message says what could be meant."""
    with pytest.raises(InputError, match="is a usual one") as caught:
        FileSource(write(tmp_path, "x.csv", 'id;text;"a,b"\n1;x;y\n'))
    assert "part the cells by commas" in caught.value.hint


def test_parquet_reads_two_columns_of_any_row_group(tmp_path: Path) -> None:
    """Going on begins inside a batch of a later row group."""
    table = pa.table(
        {"n": [1, 2, 3, 4], "text": pa.array(["a", None, "c", "d"]).dictionary_encode(), "id": [5, None, 7, 8]}
    )
    parquet.write_table(table, tmp_path / "x.parquet", row_group_size=2)
    rows = list(FileSource(tmp_path / "x.parquet").read())
    assert [(row.id, row.text) for row in rows] == [("5", "a"), ("2", None), ("7", "c"), ("8", "d")]
    assert list(FileSource(tmp_path / "x.parquet").read(3)) == rows[3:]


def test_parquet_with_bytes_that_are_not_utf8_costs_that_row_alone(tmp_path: Path) -> None:
    """Writers do not check; the neighbours are read."""
    texts = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0\4\0\0\0"), pa.py_buffer(b"ok\xff\xfe")]
    )
    parquet.write_table(pa.table({"text": texts}), tmp_path / "x.parquet")
    first, second = FileSource(tmp_path / "x.parquet").read()
    assert (first.text, second.text) == ("ok", None)
    assert "not valid Unicode" in second.problem


def test_rows_without_a_readable_text_are_rows_with_a_problem(tmp_path: Path) -> None:
    """Null, absent, a number, broken UTF-8 and half a surrogate pair: five reasons, no refusal."""
    data = lines([{"text": "x"}, {"text": None}, {"id": 1}, {"text": 5}])
    path = write(tmp_path, "x.jsonl", data + b'{"text":"caf\xe9"}\n{"text":"\\ud800"}\n')
    found = problems(path)
    assert [bool(one) for one in found] == [False, True, True, True, True, True]
    assert "null or absent" in found[1]
    assert "of type int" in found[3]
    assert "caf" not in "".join(found)


def test_csv_with_bytes_that_are_not_utf8_costs_that_row_alone(tmp_path: Path) -> None:
    """Latin-1 in one cell."""
    assert [bool(one) for one in problems(write(tmp_path, "x.csv", b"text\ncaf\xe9\nok\n"))] == [True, False]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.jsonl", b'{"text":"a"}\n{"text":\n', "x.jsonl, line 2, column"),
        ("x.jsonl", b'{"text":"a"}\n["b"]\n', "x.jsonl, line 2: got a JSON list"),
        ("x.jsonl", b'{"text":"a"}\n{"text":"b","text":"c"}\n', "line 2: not JSON (field 'text' stands twice)"),
        ("x.jsonl", b'{"text":"a"}\n{"text":"b","te\\u0078t":"c"}\n', "field 'text' stands twice"),
        ("x.jsonl", b'{"text":"a"}\n{"text":NaN}\n', "NaN is not JSON"),
        ("x.jsonl", b'{"text":' + b"[" * 100_000 + b"\n", "line 1"),
        ("x.jsonl", b'{"foo":"a"}\n', "none of the fields 'foo' is a usual one"),
        ("x.jsonl", b"\n", "x.jsonl holds no rows"),
        ("x.jsonl", b"\xff\xfe{\0", "UTF-16"),
        ("x.jsonl.gz", b"no archive", "gzip archive is broken"),
        ("x.jsonl.gz", gzip.compress(lines(ROWS), mtime=0)[:-9], "gzip archive is broken"),
        ("x.csv", b"id,text\n1,a\n2,b,c\n", "x.csv, line 3: got 3 cells, expected 2"),
        ("x.csv", b'id,text\n1,"a\n', "not CSV"),
        ("x.csv", b"text,text\n1,2\n", "columns stand twice: 'text'"),
        ("x.csv", b"id,text\n", "a header and no rows"),
        ("x.csv", b"", "holds no rows"),
        ("x.parquet", b"PAR1nonsense", "not a Parquet file"),
        ("x.xlsx", b"", "ends in '.xlsx'"),
    ],
)
def test_a_file_that_is_not_as_expected_is_refused_whole(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    """The message names file and line and repeats no text."""
    with pytest.raises(InputError) as caught:
        FileSource(write(tmp_path, name, data))
    assert said in caught.value.message


def test_a_field_that_no_row_has_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    """A misspelt --text-field is told apart from rows without a text."""
    path = write(tmp_path, "x.jsonl", lines([{"id": 1, "answer": "x"}, {"answer": "y"}]))
    assert FileSource(path).shape.text_field == "answer"
    with pytest.raises(InputError, match=r"line 1, field 'anwser': it is missing; the fields are 'id', 'answer'"):
        FileSource(path, text_field="anwser")
    with pytest.raises(InputError, match="field 'key': it is missing"):
        FileSource(path, id_field="key")


def test_a_named_field_may_be_absent_from_the_first_row(tmp_path: Path) -> None:
    """Writers leave nulls out."""
    path = write(tmp_path, "x.jsonl", lines([{"id": 1}, {"id": 2, "note": "y"}]))
    assert [bool(one) for one in problems(path, text_field="note")] == [True, False]


def test_a_column_of_numbers_is_no_text(tmp_path: Path) -> None:
    """The type is named."""
    parquet.write_table(pa.table({"text": [1, 2]}), tmp_path / "x.parquet")
    with pytest.raises(InputError, match=r"field 'text': got a column of int64, expected texts"):
        FileSource(tmp_path / "x.parquet")


def test_a_line_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by the longest line."""
    monkeypatch.setattr("evaluation.scans._lines.LONGEST_LINE", 100)
    with pytest.raises(InputError, match="line 1: it is longer than 100 bytes"):
        FileSource(write(tmp_path, "x.jsonl", lines([{"text": "a" * 200}])))


def test_a_file_that_changes_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    """A log that grows is refused at its end."""
    path = write(tmp_path, "x.jsonl", lines(ROWS))
    rows = FileSource(path).read()
    next(rows)
    path.write_bytes(lines([*ROWS, *ROWS]))
    with pytest.raises(InputError, match="changed while it was read"):
        list(rows)


def test_ids_of_any_kind_are_kept_as_json(tmp_path: Path) -> None:
    """An id with half a surrogate pair is written with a replacement character."""
    path = write(tmp_path, "x.jsonl", b'{"id":[1,{"a":null}],"text":"a"}\n{"id":"\\udc00","text":"b"}\n')
    assert [row.id for row in FileSource(path).read()] == ['[1,{"a":null}]', '"\ufffd"']
