"""`assay report build` in a real workspace."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assay.app.init import create_workspace
from assay.app.report import ReportFormat, build_report
from assay.app.workspace import Workspace
from assay.kernel import MissingError, UnavailableError, digest_bytes
from governance import Record
from tests.reports.records import GOOD, ingest


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with a recorded run."""
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "keys"))
    made = create_workspace(tmp_path / "app")
    made.prepare_state()
    record = Record.open(made.store_url, made.key_dir)
    ingest(record, made.runs, "run-1", GOOD)
    record.close()
    return made


def test_the_file_is_the_one_that_the_ledger_knows(workspace: Workspace) -> None:
    """The recorded digest is that of the bytes on the disk."""
    built = build_report(workspace)
    record = Record.open(workspace.store_url, workspace.key_dir)
    (recorded,) = record.reports(subject="run-1")
    assert recorded.report.digest == built.digest == digest_bytes(built.path.read_bytes())
    assert (recorded.seq, recorded.report.kind) == (built.sequence, "evaluation")
    assert built.path.parent == workspace.reports_dir


@pytest.mark.parametrize(("kind", "start"), [("html", "<!doctype html>"), ("md", "# Evaluation of"), ("json", "{")])
def test_each_format_is_written(workspace: Workspace, kind: str, start: str) -> None:
    """The suffix follows the format."""
    built = build_report(workspace, kind=ReportFormat(kind))
    assert built.path.suffix == f".{kind}"
    assert built.path.read_text(encoding="utf-8").startswith(start)


def test_a_failure_leaves_the_old_file_and_no_entry(workspace: Workspace, tmp_path: Path) -> None:
    """What cannot be replaced stays, and nothing is recorded about a file that is not there."""
    (tmp_path / "taken").write_text("old")
    with pytest.raises(UnavailableError):
        build_report(workspace, out=tmp_path / "taken" / "report.html")
    target = tmp_path / "folder.html"
    target.mkdir()
    with pytest.raises(UnavailableError):
        build_report(workspace, out=target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app", "folder.html", "keys", "taken"]
    assert Record.open(workspace.store_url, workspace.key_dir).reports() == ()


def test_a_run_that_is_not_recorded_is_missing(workspace: Workspace) -> None:
    """The message has the command that shows the runs."""
    with pytest.raises(MissingError, match="'run-9'"):
        build_report(workspace, run="run-9")


def test_the_command_prints_one_document(workspace: Workspace) -> None:
    """The last line of stdout is JSON with the path, the digest and the ledger entry."""
    command = [sys.executable, "-m", "assay", "report", "build", "evaluation", "--format", "md", "--json"]
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root}
    done = subprocess.run(command, cwd=workspace.root, env=environment, capture_output=True, text=True, check=False)
    document = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0
    assert (document["run"], document["decision"], document["format"]) == ("run-1", "none", "md")
    assert digest_bytes(Path(document["report"]).read_bytes()) == document["digest"]
