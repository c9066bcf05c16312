"""What `assay gate` tells somebody who typed the wrong thing."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.cli.main import build_app

runner = CliRunner()


def test_a_run_that_is_not_there_is_answered_with_where_the_ids_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What blocks is named with what to type."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "keys"))
    assert runner.invoke(build_app("init"), ["init", "app"]).exit_code == 0
    monkeypatch.chdir(tmp_path / "app")
    result = runner.invoke(build_app("gate"), ["gate", "--run", "run-nope"])
    assert result.exit_code == 3
    assert "assay runs list" in result.output
    assert "assay run, or assay demo" in runner.invoke(build_app("gate"), ["gate", "--run", "latest"]).output
