"""What stays of a scan when the record or the report refuses."""

from pathlib import Path

import pytest

from assay.app.init import create_workspace
from assay.app.scan_record import EndedScan, keep_scan
from assay.app.workspace import Workspace
from assay.kernel import FixedClock
from evaluation.scans import Progress, ScanPlan

PLAN = ScanPlan(
    scan="scan-20260101t000000z-abcdef",
    system="shop",
    created_at="2026-01-01T00:00:00.000000Z",
    source={"kind": "jsonl", "name": "in.jsonl", "text_field": "text", "rows": 1, "digest": "sha256:00"},
    filters=(),
    row_timeout="60",
    environment={},
    origin={"kind": "person", "actor": "a", "job": "", "commit": ""},
    output="",
)
ENDED = EndedScan(plan=PLAN, progress=Progress(rows=1, size=3, digest="sha256:11"), summaries=(), reason="")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with keys of its own."""
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "keys"))
    return create_workspace(tmp_path / "w")


def state_of(workspace: Workspace) -> Path:
    """Make a scan's folder with a state file, and return that file."""
    state = workspace.state / "scans" / PLAN.scan / "state.json"
    state.parent.mkdir(parents=True)
    state.write_text("{}")
    return state


def test_a_recorded_scan_is_finished(workspace: Workspace) -> None:
    """Its state goes, its report is there."""
    state = state_of(workspace)
    kept = keep_scan(workspace, state.parent, ENDED, print, FixedClock())
    assert kept.recorded
    assert kept.report is not None
    assert kept.report.is_file()
    assert not state.exists()


def test_what_the_record_refuses_is_handed_in_again_byte_for_byte(workspace: Workspace) -> None:
    """The state stays; the second time the same document is recorded, with the time at which it ended."""
    state, said = state_of(workspace), list[str]()
    workspace.store_file.mkdir(parents=True)  # no database can be opened here
    first = keep_scan(workspace, state.parent, ENDED, said.append, FixedClock())
    assert (first.recorded, state.exists()) == (False, True)
    assert "the record did not take it" in said[0]
    document = (state.parent / "scan.json").read_bytes()
    workspace.store_file.rmdir()
    workspace.prepare_state()

    assert keep_scan(workspace, state.parent, ENDED, said.append, FixedClock()).recorded

    assert (state.parent / "scan.json").read_bytes() == document
    assert not state.exists()


def test_a_report_that_cannot_be_written_takes_nothing_from_the_record(workspace: Workspace) -> None:
    """The scan is recorded and finished, and the message says what is missing."""
    state, said = state_of(workspace), list[str]()
    workspace.reports_dir.write_text("a file in the way")
    kept = keep_scan(workspace, state.parent, ENDED, said.append, FixedClock())
    assert (kept.recorded, kept.report, state.exists()) == (True, None, False)
    assert "the report could not be written" in said[0]
