"""Documents through the real commands, in a workspace of their own."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assay.app.corpus import corpus_reference
from assay.app.workspace import Workspace
from assay.cli.main import build_app
from assay.kernel import InputError
from evaluation.questions import Question, QuestionSet


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Make a workspace with two files beside it, one of which is no document."""
    (tmp_path / "assay.yaml").write_text("version: 1\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# Alpha \x1b[31mred\n\nThe first text.\n")
    (tmp_path / "docs" / "b.pdf").write_bytes(b"%PDF-1.7")
    monkeypatch.chdir(tmp_path)
    return Workspace.find()


def _assay(*arguments: str) -> Result:
    return CliRunner().invoke(build_app("corpus"), ["corpus", *arguments])


def test_adding_names_what_was_skipped_and_ends_well(workspace: Workspace) -> None:
    """A broken file is named and counted; the rest is added."""
    result = _assay("add", "docs")
    assert result.exit_code == 0
    assert "1 added" in result.stdout
    assert "skipped b.pdf: broken" in result.stderr
    assert corpus_reference(workspace) is not None


def test_adding_nothing_is_an_error(workspace: Workspace) -> None:
    """A folder without documents is not a success."""
    (workspace.root / "empty").mkdir()
    for path in ("empty", "docs/b.pdf"):
        assert isinstance(_assay("add", path).exception, InputError)
    _assay("add", "docs")
    assert isinstance(_assay("add", "empty").exception, InputError)


def test_titles_cannot_write_to_the_terminal(workspace: Workspace) -> None:
    """Escapes in a title are stripped from tables and escaped in JSON."""
    assert workspace.root.is_dir()
    _assay("add", "docs")
    assert "\x1b" not in _assay("list").stdout
    listed = _assay("list", "--json").stdout
    assert "\x1b" not in listed
    assert [item["source"] for item in json.loads(listed)["documents"]] == ["a.md"]
    assert [item["kind"] for item in json.loads(listed)["skipped"]] == ["broken"]


def test_showing_a_document_lists_its_passages(workspace: Workspace) -> None:
    """The passages of the JSON point into its text."""
    assert workspace.root.is_dir()
    _assay("add", "docs")
    identity = json.loads(_assay("list", "--json").stdout)["documents"][0]["id"]
    shown = json.loads(_assay("show", identity, "--json").stdout)
    assert all(shown["text"][each["start"] : each["end"]] == each["text"] for each in shown["passages"])
    assert "Alpha" in _assay("show", identity).stdout


def test_questions_about_stale_passages_are_named(workspace: Workspace) -> None:
    """Changing a file says which questions want a look."""
    _assay("add", "docs")
    identity = json.loads(_assay("list", "--json").stdout)["documents"][0]["id"]
    passage = json.loads(_assay("show", identity, "--json").stdout)["passages"][0]["id"]
    question = Question(id="q1", text="What comes first?", passage=passage)
    QuestionSet(name="mine", questions=(question,)).save(workspace.questions_dir)
    (workspace.root / "docs" / "a.md").write_text("# Alpha\n\nOther words.\n")
    assert json.loads(_assay("add", "docs", "--json").stdout)["stale_questions"] == [{"set": "mine", "id": "q1"}]
