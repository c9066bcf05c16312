"""`assay retention` as a user meets it."""

from contextlib import closing
from pathlib import Path

import pytest

from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.cli.main import _guarded, build_app


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace, which is the current folder."""
    (tmp_path / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return Workspace(tmp_path)


def hold(scope: str) -> int:
    """Return the exit code of placing a hold."""
    typed = ["retention", "hold", scope, "--reason", "court file 12/26", "--json"]
    return _guarded(lambda: build_app("retention")(args=typed, prog_name="assay"), as_json=False)


@pytest.mark.parametrize("scope", ["run:run-1", "run:latest", "person:person-1"])
def test_a_hold_on_what_is_not_there_is_refused(
    here: Workspace, scope: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would keep nothing, and look as if it did."""
    assert hold(scope) == 2
    assert "there is no" in capsys.readouterr().err
    with closing(open_record(here)) as record:
        assert record.retention.holds() == ()


def test_the_latest_run_is_held_by_its_own_id(here: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """The next run is another one."""
    folder = here.runs / "run-20260101t120000z-abc123"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{}", encoding="utf-8")
    assert hold("run:latest") == 0
    assert f'"scope": "{folder.name}"' in capsys.readouterr().out
