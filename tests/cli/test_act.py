"""What `assay act` tells whoever records a classification."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assay.cli.main import build_app
from assay.kernel import MissingError
from tests.risks.act.systems import PLAIN, answers_text

runner = CliRunner()
ANSWERS = """format: assay-act-answers/1
system: another
person: alex
date: 2026-11-21
answers:
  subject: {answer: ai_system, reason: it generates answers}
"""


def test_answers_that_name_another_system_are_told_so_and_open_ones_lead_to_no_refused_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name in the file is a template's until somebody changes it; what is open cannot be confirmed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "keys"))
    assert runner.invoke(build_app("init"), ["init", "app"]).exit_code == 0
    monkeypatch.chdir(tmp_path / "app")
    Path("answers.yaml").write_text(ANSWERS, encoding="utf-8")
    result = runner.invoke(build_app("act"), ["act", "classify", "--answers", "answers.yaml", "--record"])
    assert "nobody knows such a system" in str(result.exception)
    Path("answers.yaml").write_text(ANSWERS.replace("another", "app"), encoding="utf-8")
    result = runner.invoke(build_app("act"), ["act", "classify", "--answers", "answers.yaml", "--record"])
    assert result.exit_code == 0, result.output
    assert "act confirm" not in result.output


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a fresh workspace, whose system is called after its folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "keys"))
    assert runner.invoke(build_app("init"), ["init", "app"]).exit_code == 0
    monkeypatch.chdir(tmp_path / "app")


def act(*arguments: str) -> str:
    """Return what a command prints that ends with 0."""
    done = runner.invoke(build_app("act"), ["act", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def document(*arguments: str) -> Any:  # noqa: ANN401  JSON
    """Return the document of a command."""
    return json.loads(act(*arguments, "--json").splitlines()[-1])


def record(said: dict[str, object]) -> dict[str, Any]:
    """Record what follows from answers."""
    Path("answers.json").write_text(answers_text(said), encoding="utf-8")
    found: dict[str, Any] = document("classify", "--answers", "answers.json", "--record")["recorded"]
    return found


@pytest.mark.usefixtures("workspace")
def test_the_status_says_what_to_do_next_from_nothing_to_confirmed() -> None:
    """Classify, answer what is open, confirm, see what is owed, look again."""
    assert "next for app, which nobody has classified: assay act questions" in act("status")
    assert document("status") == {"classifications": [], "not_classified": ["app"]}
    record({key: value for key, value in PLAIN.items() if key != "annex_i"})
    assert "questions are open, and nobody can confirm it" in act("status")
    made = record(dict(PLAIN))
    shown = act("status")
    assert f"assay act confirm {made['id']} --seen {made['digest']}" in shown
    assert shown.count("next for") == 1
    act("confirm", made["id"], "--seen", made["digest"])
    assert "see what it owes: assay act duties --system app" in act("status")
    described = ["systems", "add", "app", "--name", "App", "--purpose", "ranks people", "--owner", made["recorder"]]
    done = runner.invoke(build_app("systems"), described)
    assert done.exit_code == 0, done.output
    assert "description changed, so look at the answers again: assay act classify" in act("status")


@pytest.mark.usefixtures("workspace")
def test_a_classification_is_shown_whole_to_whoever_confirms_it() -> None:
    """Why each case holds, what was said by whom, and what a document needs later."""
    made = record(dict(PLAIN))
    shown = act("status", made["id"])
    assert "Not high-risk: under no product law of Annex I and no use of Annex III. Assessed by alex" in shown
    assert "because of prohibited" in shown
    assert "Roles: provider" in shown
    found = document("status", made["id"])
    assert found == made
    assert {"title", "explanation", "applies_from", "ground"} <= set(found["cases"][0])
    assert {"catalogue", "text_version", "recorded_at", "confirmed_at", "rests_on"} <= set(found)
    done = runner.invoke(build_app("act"), ["act", "status", "classification-0"])
    assert isinstance(done.exception, MissingError)
