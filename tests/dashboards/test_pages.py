"""The pages over a real store, driven as a user does."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assay.app.init import create_workspace
from assay.app.workspace import Workspace
from governance import Record
from tests.reports.records import GOOD, WORSE, gate, ingest

APP = Path(__file__).parents[2] / "dashboards" / "app.py"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return an empty workspace that the pages find."""
    made = create_workspace(tmp_path / "app")
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("ASSAY_WORKSPACE", str(made.root))
    return made


@pytest.fixture
def decided(workspace: Workspace) -> Workspace:
    """Return a workspace with two runs, of which the second failed."""
    workspace.prepare_state()
    record = Record.open(workspace.store_url, workspace.key_dir)
    ingest(record, workspace.runs, "run-1", GOOD)
    ingest(record, workspace.runs, "run-2", WORSE)
    gate(record, workspace.runs, "run-1")
    gate(record, workspace.runs, "run-2")
    record.close()
    return workspace


def open_page() -> AppTest:
    """Run the pages from the start."""
    return AppTest.from_file(str(APP), default_timeout=60).run()


@pytest.mark.usefixtures("workspace")
def test_an_empty_workspace_says_what_to_do_next() -> None:
    """No run is an invitation, not an error; the banner names whose eyes these are."""
    page = open_page()
    assert not page.exception
    assert "not four eyes" in page.warning[0].value
    assert any("assay run" in note.value for note in page.info)
    assert not page.error


@pytest.mark.usefixtures("decided")
def test_the_last_decision_and_all_runs_are_shown() -> None:
    """The banner is the newest decision; the table has a line per run with its interval."""
    page = open_page()
    assert not page.exception
    assert "Fail" in page.error[0].value
    table = page.dataframe[1].value
    assert list(table["Run"]) == ["run-2", "run-1"] or set(table["Run"]) == {"run-1", "run-2"}
    assert set(table["Decision"]) == {"pass", "fail"}
    assert "–" in table["Faithfulness"].iloc[0]


def test_a_report_is_written_and_recorded(decided: Workspace) -> None:
    """The button does what the command does."""
    page = open_page()
    page.button[0].click().run()
    assert not page.exception
    (path,) = decided.reports_dir.glob("*.html")
    assert path.name in page.success[0].value
    assert len(Record.open(decided.store_url, decided.key_dir).reports()) == 1


def test_an_error_becomes_words(decided: Workspace) -> None:
    """A store that is no store is told with the next step, without a traceback."""
    decided.store_file.write_bytes(b"this is no database at all, but a text" * 100)
    page = open_page()
    assert not page.exception
    assert page.error
    assert "Traceback" not in page.error[0].value


def test_no_module_of_the_pages_shadows_a_package() -> None:
    """Streamlit puts the folder first on the import path: a module there must not carry a package's name."""
    folder = APP.parent
    packages = {path.name for path in folder.parent.iterdir() if path.is_dir()}
    names = {path.stem for path in folder.glob("*.py")} | {path.name for path in folder.iterdir() if path.is_dir()}
    assert not names & (packages | {"streamlit", "altair", "pandas", "sqlalchemy", "yaml", "typing", "logging"})


def test_a_page_is_short() -> None:
    """A page picks, loads and shows."""
    for path in (APP.parent / "pages").glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 60, path.name
