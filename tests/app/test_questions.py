"""Questions through the real commands, with a fake model behind a real endpoint."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assay.app.corpus import add_documents
from assay.app.questions import GenerationReport, generate_questions, load_set
from assay.app.workspace import Workspace
from assay.cli.main import build_app
from assay.kernel import CannotDecideError, ConfigurationError, InputError, MissingError
from tests.fakes.openai_server import FakeOpenAI

FACT = "The river Aare rises in the Bernese Alps and joins the Rhine near Koblenz after 288 kilometres."


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Make a workspace with a corpus of one document."""
    (tmp_path / "assay.yaml").write_text("version: 1\n")
    (tmp_path / "rivers.md").write_text(f"# Rivers\n\n{FACT}\n")
    monkeypatch.chdir(tmp_path)
    workspace = Workspace.find()
    add_documents(workspace, [tmp_path / "rivers.md"])
    return workspace


def _assay(*arguments: str) -> Result:
    return CliRunner().invoke(build_app("questions"), ["questions", *arguments])


def _replier(verdict: str) -> Any:  # noqa: ANN401 - the fake's own reply function
    """Draft when asked for a question, judge with `verdict` when asked to compare."""

    def reply(body: Mapping[str, Any]) -> str:
        if "test question" in body["messages"][0]["content"]:
            quote, question = "rises in the Bernese Alps", "Where does the river Aare rise?"
            return json.dumps({"quote": quote, "question": question, "answer": "It rises in the Bernese Alps."})
        return json.dumps({"quote": "The river Aare rises in the Bernese Alps", "verdict": verdict})

    return reply


def _generate(workspace: Workspace, verdict: str) -> GenerationReport:
    async def job() -> GenerationReport:
        async with FakeOpenAI(_replier(verdict)) as fake:
            settings = f"version: 1\njudges:\n  fake: {{base_url: {json.dumps(fake.url)}, model: fake}}\n"
            (workspace.root / "assay.yaml").write_text(settings)
            return await generate_questions(Workspace(workspace.root), count=1, judge="fake")

    return asyncio.run(job())


def test_generated_questions_are_saved_in_the_set(workspace: Workspace) -> None:
    """What the judge supports is in the file when the command ends."""
    report = _generate(workspace, "supported")
    saved = load_set(workspace, "default")
    assert saved.questions == report.accepted
    assert saved.questions[0].text == "Where does the river Aare rise?"


def test_no_supported_question_is_no_success(workspace: Workspace) -> None:
    """Nothing accepted ends as undecided with the reasons, and no set appears."""
    with pytest.raises(CannotDecideError, match="1 unsupported"):
        _generate(workspace, "absent")
    with pytest.raises(MissingError):
        load_set(workspace, "default")


def test_the_local_judge_cannot_write(workspace: Workspace) -> None:
    """A judge without a model is refused before anything starts."""
    assert workspace.root.is_dir()
    assert isinstance(_assay("generate", "--judge", "local").exception, ConfigurationError)


def test_an_empty_corpus_is_said_before_a_model_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first thing that is missing is named first."""
    (tmp_path / "assay.yaml").write_text("version: 1\n")
    monkeypatch.chdir(tmp_path)
    failure = _assay("generate").exception
    assert isinstance(failure, InputError)
    assert "assay corpus add" in failure.hint


def test_importing_and_exporting_give_back_the_file(workspace: Workspace) -> None:
    """CSV in, guarded CSV out, the same questions after another import."""
    file = workspace.root / "q.csv"
    file.write_text("id,question,reference\n1,=1+1?,2\n2,Why?,\n")
    assert json.loads(_assay("import", str(file), "--into", "s", "--json").stdout)["added"] == ["1", "2"]
    assert _assay("export", "s", "--format", "csv", "--out", "out.csv").exit_code == 0
    assert ",'=1+1?," not in file.read_text()
    assert "1,'=1+1?,2" in (workspace.root / "out.csv").read_text()
    assert json.loads(_assay("import", "out.csv", "--into", "s", "--json").stdout)["unchanged"] == ["1", "2"]


def test_a_wrong_line_changes_nothing(workspace: Workspace) -> None:
    """The set stays as it was."""
    (workspace.root / "q.jsonl").write_text('{"question": "Who?"}\n{"question": 3}\n')
    assert isinstance(_assay("import", "q.jsonl").exception, InputError)
    assert not workspace.questions_dir.exists()


def test_sets_and_their_questions_are_listed(workspace: Workspace) -> None:
    """Without a name the sets, with one its questions."""
    (workspace.root / "q.jsonl").write_text('{"id": "a", "question": "Who?"}\n')
    _assay("import", "q.jsonl", "--into", "s")
    assert json.loads(_assay("list", "--json").stdout)["question_sets"][0]["count"] == 1
    assert json.loads(_assay("list", "s", "--json").stdout)["questions"][0]["question"] == "Who?"
    assert "Who?" in _assay("list", "s").stdout
