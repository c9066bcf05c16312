"""Lists are taken whole or refused whole, with file, line and field."""

from pathlib import Path

import pytest
import yaml

from assay.kernel import InputError
from evaluation.filters.keywords._reading import ListSetting, read_list
from evaluation.filters.keywords._types import KeywordList, Severity

HEAD = 'id: own\nversion: 1\nsource: us\ndate: "2026-01-01"\nlicence: none\n'
DATA = Path(__file__).parents[4] / "evaluation" / "filters" / "keywords" / "data"


def read(folder: Path, name: str, text: str, **more: object) -> KeywordList:
    """Write a list and read it."""
    (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    return read_list(ListSetting(name="own", path=folder / name, **more))  # type: ignore[arg-type]


def test_plain_text_has_an_entry_a_line(tmp_path: Path) -> None:
    """Empty lines and comments say nothing; ids are line numbers."""
    entries = read(tmp_path, "own.txt", "# words\n\nfirst\n  second \r\n").entries
    assert [(entry.id, entry.text, entry.severity) for entry in entries] == [
        ("line-3", "first", Severity.MEDIUM),
        ("line-4", "second", Severity.MEDIUM),
    ]


def test_csv_has_a_header(tmp_path: Path) -> None:
    """Cells say what they say; empty ones take the list's defaults."""
    entries = read(tmp_path, "own.csv", "\ufeffid,text,severity,fuzzy\n,one,,\nb,two,high,TRUE\n", fuzzy=False).entries
    assert [(entry.id, entry.severity, entry.fuzzy) for entry in entries] == [
        ("line-2", Severity.MEDIUM, False),
        ("b", Severity.HIGH, True),
    ]


def test_yaml_has_a_head_defaults_and_exceptions(tmp_path: Path) -> None:
    """An entry is a text or a mapping; the file's defaults yield to the setting and the entry to none."""
    text = (
        HEAD
        + "severity: low\nfuzzy: true\nallowed: [that one]\nentries:\n- one\n- {id: b, text: two, severity: high}\n"
    )
    found = read(tmp_path, "own.yaml", text, fuzzy=False)
    assert found.allowed == ("that one",)
    assert [(entry.id, entry.severity, entry.fuzzy) for entry in found.entries] == [
        ("entry-1", Severity.LOW, False),
        ("b", Severity.HIGH, False),
    ]


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("a.txt", "", "line 1, field 'text'"),
        ("a.txt", "good\n???\n", "line 2, field 'text'"),
        ("a.txt", "good\nb\udcff\n", "line 2, field 'text'"),
        ("a.txt", "x" * 5_001, "line 1, field 'text'"),
        ("a.csv", "word\nx\n", "line 1, field 'word'"),
        ("a.csv", "id\nx\n", "line 1, field 'text'"),
        ("a.csv", "text,severity\nx,huge\n", "line 2, field 'severity'"),
        ("a.csv", "text,fuzzy\nx,maybe\n", "line 2, field 'fuzzy'"),
        ("a.csv", "text,severity\nx\n", "line 2, field 'text'"),
        ("a.csv", "text\nx,y\n", "line 2, field 'text'"),
        ("a.csv", 'text\n"x\n', "line 2, field 'text'"),
        ("a.csv", "id,text\na,x\na,y\n", "line 3, field 'id'"),
        ("a.yaml", "- x\n", "line 1, field 'entries'"),
        ("a.yaml", "a: [\n", "line 2, field 'text'"),
        ("a.yaml", "entries: [x]\n", "line 1, field 'id'"),
        ("a.yaml", HEAD + "entries: x\n", "line 1, field 'entries'"),
        ("a.yaml", HEAD + "entires: [x]\n", "line 1, field 'entires'"),
        ("a.yaml", HEAD + "allowed: [1]\nentries: [x]\n", "line 1, field 'allowed'"),
        ("a.yaml", HEAD + "entries:\n- x\n- {text: y, sev: low}\n", "line 8, field 'sev'"),
        ("a.yaml", HEAD + "entries:\n- x\n- {text: y, whole_word: 1}\n", "line 8, field 'whole_word'"),
        ("a.yaml", HEAD + "entries:\n- x\n- 7\n", "line 8, field 'text'"),
        ("a.yaml", HEAD + "severity: [a]\nentries:\n- x\n", "line 8, field 'severity'"),
    ],
)
def test_a_bad_list_is_refused_whole(tmp_path: Path, name: str, text: str, where: str) -> None:
    """The message names file, line and field."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, name, text)
    assert str(tmp_path / name) in caught.value.message
    assert where in caught.value.message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Reading says which file is missing."""
    with pytest.raises(InputError, match=r"gone\.txt"):
        read_list(ListSetting(name="own", path=tmp_path / "gone.txt"))


def test_a_list_that_did_not_change_is_read_once(tmp_path: Path) -> None:
    """The same bytes are the same object; other bytes are not."""
    first = read(tmp_path, "own.txt", "one\n")
    assert read(tmp_path, "own.txt", "one\n") is first
    assert read(tmp_path, "own.txt", "two\n").digest != first.digest


@pytest.mark.parametrize("path", sorted(DATA.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_data_have_a_head(path: Path) -> None:
    """Every data file has id, version, source, date and licence."""
    data = yaml.safe_load(path.read_text("utf-8"))
    assert {"id", "version", "source", "date", "licence"} <= data.keys()
