"""Lineage of a workspace: what its commands tell, from a document to the report and back, and names that are erased."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from assay.app.compose import open_record
from assay.app.corpus import add_documents
from assay.app.erasure import erase
from assay.app.init import create_workspace
from assay.app.lineage import impact_of, lineage_of, list_stale, record_corpus
from assay.app.report import ReportFormat, build_report
from assay.app.run import RunRequest, run
from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError, MissingError
from governance.lineage import ArtefactKind
from governance.retention import HoldScope
from governance.verifier import LedgerVerdict, verify_store, witnessed_notes
from tests.governance.samples import ME

NAME = "Zacharias Quillfeather"
FILE = f"cv {NAME}.md"
TEXTS = {FILE: "He leads support.", "refunds.md": "Refunds take 14 days."}


def say(_text: str) -> None:
    """Say nothing."""


def write(folder: Path, name: str, text: str) -> None:
    """Write a document."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"# One\n\n{text}\n", encoding="utf-8")


def measure(workspace: Workspace, document: str) -> str:
    """Judge an answer about a document; return the run's id."""
    answers = workspace.root / f"about {document}.jsonl"
    row = {"question": "What?", "answer": TEXTS[document], "contexts": [TEXTS[document]], "document": document}
    answers.write_text(json.dumps(row) + "\n", encoding="utf-8")
    request = RunRequest(answers=answers, judge="local", metrics=("faithfulness",))
    return run(workspace, request, on_message=say, on_progress=lambda _: None).log.plan.run


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace with two documents."""
    made = create_workspace(tmp_path / "w")
    for name, text in TEXTS.items():
        write(tmp_path / "documents", name, text)
    add_documents(made, [tmp_path / "documents"])
    return made


def test_a_document_is_followed_to_the_report_and_back(workspace: Workspace) -> None:
    """The run carries the names of its documents, and the report its run."""
    measured, other = measure(workspace, "refunds.md"), measure(workspace, FILE)
    report = build_report(workspace, run=measured, kind=ReportFormat.HTML)
    up = lineage_of(workspace, f"report:{report.id}", down=False).upstream
    assert up is not None
    assert "document:refunds.md" in {tie.link.upstream.label for tie in up}
    assert f"document:{FILE}" not in {tie.link.upstream.label for tie in up}
    found = impact_of(workspace, "document:refunds.md")
    assert {one.label for one in found.artefacts} == {f"run:{measured}", f"report:{report.id}"}
    assert lineage_of(workspace, "latest").artefact.label == f"run:{other}"


def test_a_document_that_was_changed_makes_its_run_stale_at_once(workspace: Workspace) -> None:
    """As soon as the corpus is brought up to date, and the other run stays fresh."""
    measured, other = measure(workspace, "refunds.md"), measure(workspace, FILE)
    write(workspace.root.parent / "documents", "refunds.md", "Refunds take 30 days.")
    add_documents(workspace, [workspace.root.parent / "documents"])
    assert record_corpus(workspace) == ""
    stale = {key.partition("@")[0] for key in list_stale(workspace)}
    assert f"run:{measured}" in stale
    assert f"run:{other}" not in stale
    assert lineage_of(workspace, f"run:{measured}").stale.startswith("document:refunds.md changed since")


def test_without_a_store_nothing_is_recorded_and_the_question_is_answered(workspace: Workspace) -> None:
    """Adding documents makes no store; asking says what to do."""
    assert record_corpus(workspace) == ""
    assert not workspace.has_store
    with pytest.raises(MissingError, match="nothing has lineage"):
        list_stale(workspace)


def test_a_name_that_is_erased_is_in_no_byte_and_the_graph_holds(workspace: Workspace) -> None:
    """A pseudonym stays in its place, in the record and beside the run log."""
    measured = measure(workspace, FILE)
    (workspace.root / f"about {FILE}.jsonl").unlink()
    report = erase(workspace, "text", "request", text=NAME)
    assert report.erasure is not None
    assert (report.found["names"], report.found["sources"]) == (1, 1)
    for path in workspace.state.rglob("*"):
        assert not path.is_file() or NAME.encode() not in path.read_bytes(), path
    up = lineage_of(workspace, f"run:{measured}").upstream
    assert up is not None
    (gone,) = [one.link.upstream for one in up if one.link.upstream.kind is ArtefactKind.DOCUMENT]
    assert gone.name.startswith("named-")
    with closing(open_record(workspace)) as record:
        vkey = record.vkey
    notes = witnessed_notes(workspace.key_dir / "witness.jsonl")
    assert verify_store(workspace.store_file, vkey=vkey, trusted=notes).verdict is LedgerVerdict.OK


def test_a_hold_keeps_names_of_documents(workspace: Workspace) -> None:
    """Those of the system that is held, and says so."""
    measure(workspace, FILE)
    with closing(open_record(workspace)) as record:
        system = workspace.settings.default_system
        record.retention.place_hold(ME, HoldScope.SYSTEM, system, reason="a court asked")
    report = erase(workspace, "text", "request", text=NAME)
    assert (report.withheld["names"], report.withheld["sources"]) == (1, 1)
    assert lineage_of(workspace, f"document:{FILE}").artefact.name == FILE


def test_the_image_that_a_run_is_made_in_is_what_the_environment_says(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its digest; a tag, which may be moved, is refused before anything is asked."""
    monkeypatch.setenv("ASSAY_CONTAINER", "registry.example/app:latest")
    with pytest.raises(ConfigurationError, match="ASSAY_CONTAINER"):
        measure(workspace, "refunds.md")
    monkeypatch.setenv("ASSAY_CONTAINER", f"registry.example/app@sha256:{'1' * 64}")
    measured = measure(workspace, "refunds.md")
    (found,) = impact_of(workspace, "container:registry.example/app").artefacts
    assert found.name == measured
