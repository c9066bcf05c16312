"""What `assay act` tells whoever records a classification."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.cli.main import build_app

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
