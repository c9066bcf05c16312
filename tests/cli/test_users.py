"""`assay users` as an admin meets it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from assay.cli.main import _guarded, build_app


def users(*typed: str) -> int:
    """Return the exit code of `assay users`."""
    words: Sequence[str] = ["users", *typed]
    return _guarded(lambda: build_app("users")(args=list(words), prog_name="assay"), as_json=False)


def test_a_role_on_a_system_that_nobody_knows_is_given_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A role may come before the first run, and a mistyped system gives no right."""
    (tmp_path / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_TOKEN", raising=False)
    assert users("add", "--name", "Ada Example", "--here", "--begin-team") == 0
    capsys.readouterr()
    assert users("add", "--name", "Eve Example", "--service") == 0
    service = capsys.readouterr().out.strip()
    assert users("grant", service, "--role", "service", "--system", "shpo") == 0
    assert "nothing of a system 'shpo' is recorded yet" in capsys.readouterr().err
    assert users("grant", service, "--role", "service", "--system", "*") == 0
    assert "is recorded yet" not in capsys.readouterr().err


def test_a_team_is_not_begun_by_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no way back to one user, so the first person takes a word more."""
    (tmp_path / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_TOKEN", raising=False)
    assert users("add", "--name", "Ada Example", "--here") == 2
    assert "--begin-team" in capsys.readouterr().err
    assert users("list") == 0
    assert "one user" in capsys.readouterr().err
