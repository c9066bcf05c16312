"""Erasing: what a text left behind is gone from every byte of the workspace, and every proof still holds."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from assay.app.compose import open_record
from assay.app.corpus import add_documents
from assay.app.erasure import erase, parse_subject
from assay.app.init import create_workspace
from assay.app.report import ReportFormat, build_report
from assay.app.run import RunRequest, run
from assay.app.workspace import Workspace
from assay.kernel import CannotDecideError, InputError, MissingError
from evaluation.documents import Corpus
from evaluation.llm._cache import KeptReply, ReplyCache
from evaluation.questions import Question, QuestionSet
from evaluation.runs import RunLog
from governance.ledger import Actor
from governance.retention import HoldScope
from governance.verifier import LedgerVerdict, verify_store, witnessed_notes

NAME = "Zacharias Quillfeather"
ME = Actor(id="p-1")
REPLIES = {
    "plain": f"Support is led by {NAME}.",
    "nested": json.dumps({"choices": [{"message": {"content": json.dumps({"reason": f"It names {NAME}."})}}]}),
    "other": "Delivery takes three days.",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace in which a name stands in a document, a question, two answers, a report and kept replies."""
    made = create_workspace(tmp_path / "w")
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "staff.md").write_text(f"# Staff\n\nThe head of support is {NAME}.\n", encoding="utf-8")
    (documents / "other.md").write_text("# Other\n\nDelivery takes three days.\n", encoding="utf-8")
    add_documents(made, [documents])
    asked = [Question(id="q1", text=f"Who is {NAME}?"), Question(id="q2", text="How long does it take?")]
    QuestionSet.add(made.questions_dir, "default", asked)
    rows = [
        {
            "id": "a",
            "question": "Who leads support?",
            "answer": f"{NAME.upper()} does.",
            "contexts": [f"It is {NAME}."],
        },
        {"id": "b", "question": "How long?", "answer": "Nobody knows at all.", "contexts": ["It takes three days."]},
        {"id": "c", "question": f"Is {NAME} in?", "answer": "The moon is green.", "contexts": ["It takes three days."]},
    ]
    answers = tmp_path / "answers.jsonl"
    answers.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    request = RunRequest(answers=answers, judge="checks", metrics=("faithfulness",))
    run(made, request, on_message=lambda _: None, on_progress=lambda _: None)
    build_report(made, run="latest", kind=ReportFormat.HTML)
    cache = ReplyCache(made.cache_file, lambda *_: None)
    reply = {"status": 200, "content_type": "application/json", "attempts": 1, "latency_ms": 1}
    cache.keep([(None, key, KeptReply(body=text.encode(), **reply)) for key, text in REPLIES.items()])  # type: ignore[arg-type]  # by name
    cache.close()
    return made


def bytes_with(root: Path, text: str) -> list[str]:
    """Return the files under a folder whose bytes hold a text, in any case."""
    wanted = text.lower().encode()
    return [path.name for path in sorted(root.rglob("*")) if path.is_file() and wanted in path.read_bytes().lower()]


def verified(workspace: Workspace) -> LedgerVerdict:
    """Return what the verifier says of the workspace's ledger."""
    keys = workspace.key_dir
    notes = witnessed_notes(keys / "witness.jsonl")
    vkey = (keys / "log.vkey").read_text(encoding="utf-8")
    return verify_store(workspace.store_file, vkey=vkey, trusted=notes).verdict


def test_a_text_leaves_every_byte_of_the_workspace(workspace: Workspace) -> None:
    """Documents, questions, answers, pages and kept replies, whatever the case; the other rows stay."""
    assert len(bytes_with(workspace.root, "quillfeather")) >= 5
    report = erase(workspace, "text", "request", text="zacharias   quillfeather")
    assert bytes_with(workspace.root, "quillfeather") == []
    assert report.erasure is not None
    assert report.erasure.places == {"rows": 2, "replies": 2, "documents": 1, "questions": 1, "pages": 1}
    assert report.sources == ("staff.md",)
    with closing(sqlite3.connect(workspace.cache_file)) as cache:
        assert cache.execute("SELECT key FROM replies").fetchall() == [("other",)]
    assert verified(workspace) is LedgerVerdict.OK


def test_a_run_whose_texts_went_is_the_same_evidence(workspace: Workspace) -> None:
    """Its digest stays, the record takes it as it is, and the rows say when their texts went."""
    folder = workspace.run_dir("latest")
    before = RunLog.open(folder).digest()
    report = erase(workspace, f"run:{folder.name}", "mistake")
    log = RunLog.open(folder)
    assert (log.digest(), log.verify_payloads()) == (before, (0, 3))
    with closing(open_record(workspace)) as record:
        assert record.ingest_run(folder, ME).is_new is False
        assert [one.id for one in record.retention.erasures()] == [report.erasure and report.erasure.id]


def test_one_row_goes_alone(workspace: Workspace) -> None:
    """The other rows keep their texts, and what the run's pages showed goes with it."""
    folder = workspace.run_dir("latest")
    erase(workspace, f"row:{folder.name}/c", "request")
    assert [(one.id, bool(one.erased)) for one in RunLog.open(folder).payloads()] == [
        ("a", False),
        ("b", False),
        ("c", True),
    ]
    assert list(workspace.reports_dir.glob("*.html")) == []


def test_what_a_hold_covers_stays(workspace: Workspace) -> None:
    """The run keeps its texts, the rest goes, and the record says both."""
    name = workspace.run_dir("latest").name
    with closing(open_record(workspace)) as record:
        hold = record.retention.place_hold(ME, HoldScope.RUN, name, reason="court file 12/26")
    report = erase(workspace, "text", "request", text=NAME)
    assert report.withheld == {"rows": 2}
    assert report.erasure is not None
    assert "rows" not in report.erasure.places
    with closing(open_record(workspace)) as record:
        record.retention.lift_hold(ME, hold.id, reason="file closed")
    assert erase(workspace, "text", "request", text=NAME).withheld == {}
    assert bytes_with(workspace.root, "quillfeather") == []


def test_a_hold_covers_a_run_that_is_called_the_latest(workspace: Workspace) -> None:
    """A subject is its run's own id, whatever was typed, so no other name goes around a hold."""
    name = workspace.run_dir("latest").name
    with closing(open_record(workspace)) as record:
        record.retention.place_hold(ME, HoldScope.RUN, name, reason="court file 12/26")
    for subject in ("run:latest", "row:latest/c"):
        assert erase(workspace, subject, "request").withheld["rows"] > 0
    assert [one.erased for one in RunLog.open(workspace.run_dir(name)).payloads()] == [None] * 3


def test_a_reason_is_a_payload_that_can_go(workspace: Workspace) -> None:
    """The text of a reason leaves the database's files; the entry stays, and so does every proof."""
    with closing(open_record(workspace)) as record:
        record.retention.place_hold(ME, HoldScope.SYSTEM, "other", reason=f"asked for by {NAME}")
    with closing(sqlite3.connect(workspace.store_file)) as somebody_else:  # keeps SQLite's log from being put away
        somebody_else.execute("SELECT count(*) FROM ledger_entry").fetchall()
        erase(workspace, "text", "request", text=NAME)
        assert bytes_with(workspace.root, "quillfeather") == []
    with closing(open_record(workspace)) as record:
        assert [one.reason for one in record.retention.holds()] == [None]
    assert verified(workspace) is LedgerVerdict.OK


def test_a_rehearsal_erases_nothing(workspace: Workspace) -> None:
    """It counts what would go."""
    before = bytes_with(workspace.root, "quillfeather")
    report = erase(workspace, "text", "request", text=NAME, rehearse=True)
    assert (report.erasure, report.found["rows"]) == (None, 2)
    assert bytes_with(workspace.root, "quillfeather") == before


def test_an_erasure_that_stopped_before_it_was_recorded_is_finished(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list that it wrote down tells the next one what went, though nothing of it is there any more."""
    with monkeypatch.context() as patched:
        patched.setattr("governance.retention.Retention.erase", _stopped)
        with pytest.raises(KeyboardInterrupt):
            erase(workspace, "text", "request", text=NAME)
    report = erase(workspace, "text", "request", text=NAME)
    with closing(open_record(workspace)) as record:
        (recorded,) = record.retention.erasures()
    assert (report.finished, recorded.places["rows"]) == (recorded.id, 2)
    assert bytes_with(workspace.state, "traces") == []


def write_journal(workspace: Workspace, subject_type: str, subject: str, **traces: object) -> Path:
    """Write the list of an erasure that was killed, as anybody might who can write to the folder."""
    path = workspace.state / "erasure.json"
    document = {"ground": "request", "subject": subject, "subject_type": subject_type, "system": "default"}
    path.write_text(json.dumps({**document, "traces": traces, "withheld": {}}), encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_list_of_another_subject_erases_nothing_of_it(workspace: Workspace) -> None:
    """A run's list names neither payloads of the ledger, nor documents, nor another run's rows."""
    with closing(open_record(workspace)) as record:
        record.retention.place_hold(ME, HoldScope.SYSTEM, "other", reason="a reason")
        (payload,) = record.retention.payloads_with(lambda _: True)
    run = workspace.run_dir("latest").name
    documents = {one.id: one.source for one in Corpus(workspace.corpus_dir).documents()}
    write_journal(workspace, "row", f"{run}/b", rows={run: [["a", 0]]}, payloads=[payload], documents=documents)
    erase(workspace, "text", "request", text="Ottoline Vandersnoot")
    with closing(open_record(workspace)) as record:
        assert record.retention.payloads_with(lambda _: True) == (payload,)
    assert len(list(Corpus(workspace.corpus_dir).documents())) == len(documents)
    assert not any(one.erased for one in RunLog.open(workspace.run_dir(run)).payloads())


def test_a_list_cannot_pass_a_hold_that_came_later(workspace: Workspace) -> None:
    """What was to go is kept from the moment of the hold."""
    run = workspace.run_dir("latest").name
    write_journal(workspace, "run", run, rows={run: [["a", 0]]})
    with closing(open_record(workspace)) as record:
        record.retention.place_hold(ME, HoldScope.RUN, run, reason="court file 12/26")
    erase(workspace, "text", "request", text="Ottoline Vandersnoot")
    assert not any(one.erased for one in RunLog.open(workspace.run_dir(run)).payloads())


@pytest.mark.parametrize("pages", [["../../outside.txt"], ["/outside.txt"]])
def test_a_list_cannot_reach_outside_the_workspace(workspace: Workspace, pages: list[str]) -> None:
    """It stops before anything is deleted."""
    outside = workspace.root / "outside.txt"
    outside.write_text("x", encoding="utf-8")
    pages = [page if page.startswith("..") else str(outside) for page in pages]
    write_journal(workspace, "text", "text-1", pages=pages, leftovers=["../outside.txt"])
    with pytest.raises(InputError, match="is not in"):
        erase(workspace, "text", "request", text=NAME)
    assert outside.exists()


def test_a_list_that_others_could_have_written_is_not_obeyed(workspace: Workspace, tmp_path: Path) -> None:
    """Neither one that others may write to, nor a link to somebody's file."""
    path = write_journal(workspace, "text", "text-1", payloads=[1])
    path.chmod(0o666)
    with pytest.raises(InputError, match="not written by this account alone"):
        erase(workspace, "text", "request", text=NAME)
    path.rename(tmp_path / "elsewhere.json").chmod(0o600)
    path.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(InputError, match="cannot read"):
        erase(workspace, "text", "request", text=NAME)


def test_half_files_of_killed_processes_go_too(workspace: Workspace) -> None:
    """A writer that was killed left a copy under another name."""
    folder = workspace.run_dir("latest")
    halves = [folder / ".payloads.jsonl.999999.tmp", workspace.questions_dir / ".default.jsonl.999999.tmp"]
    for half in halves:
        half.write_text(json.dumps({"question": f"Who is {NAME}?"}) + "\n{torn", encoding="utf-8")
    report = erase(workspace, "text", "request", text=NAME)
    assert report.erasure is not None
    assert (report.erasure.places["leftovers"], bytes_with(workspace.root, "quillfeather")) == (2, [])
    halves[0].write_text("of the run", encoding="utf-8")
    erase(workspace, f"run:{folder.name}", "mistake")
    assert not halves[0].exists()


def test_a_file_that_is_not_ours_to_erase_is_named(workspace: Workspace) -> None:
    """Whatever else lies in the state folder with the text: the rest goes, and the end is that it cannot decide."""
    stray = workspace.state / "suites" / "own.yaml"
    stray.parent.mkdir()
    stray.write_text(f"text: Who is {NAME}?\n", encoding="utf-8")
    with pytest.raises(CannotDecideError, match=r"suites/own\.yaml"):
        erase(workspace, "text", "request", text=NAME)
    assert bytes_with(workspace.root, "quillfeather") == ["own.yaml"]
    with pytest.raises(CannotDecideError, match=r"suites/own\.yaml"):
        erase(workspace, "text", "request", text=NAME)


def _stopped(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_nothing_found_is_nothing_recorded(workspace: Workspace) -> None:
    """No entry says that something went."""
    assert erase(workspace, "text", "request", text="Ottoline Vandersnoot").erasure is None
    with closing(open_record(workspace)) as record:
        assert record.retention.erasures() == ()


@pytest.mark.parametrize("subject", ["", "text:x", "run:", "planet:mars", "person"])
def test_what_is_no_subject_is_explained(subject: str) -> None:
    """The hint lists the forms."""
    with pytest.raises(InputError, match="not a subject"):
        parse_subject(subject)


def test_short_texts_and_strangers_are_refused(workspace: Workspace) -> None:
    """Two letters would be found everywhere; a person, run or row must be there; a ground must be a known one."""
    with pytest.raises(InputError, match="found everywhere"):
        erase(workspace, "text", "request", text="ab")
    with pytest.raises(MissingError, match="no person"):
        erase(workspace, "person:p-9", "request")
    with pytest.raises(InputError, match="no texts of a row"):
        erase(workspace, f"row:{workspace.run_dir('latest').name}/z", "request")
    with pytest.raises(InputError, match="not a ground"):
        erase(workspace, "text", "because", text=NAME)


@pytest.mark.soak
def test_an_erasure_that_is_killed_is_finished_by_the_next(workspace: Workspace) -> None:
    """Killed at ten moments, it leaves no text behind once another one has run, and says all of it in the record."""
    text = workspace.root.parent / "name.txt"
    text.write_text(NAME, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "assay",
        "ledger",
        "erase",
        "text",
        "--text-file",
        str(text),
        "--ground",
        "request",
    ]
    for moment in range(10):
        with subprocess.Popen(command, cwd=workspace.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as one:
            time.sleep(0.4 + moment * 0.25)
            one.send_signal(signal.SIGKILL)
    erase(workspace, "text", "request", text=NAME)
    assert bytes_with(workspace.root, "quillfeather") == []
    with closing(open_record(workspace)) as record:
        assert sum(one.places.get("rows", 0) for one in record.retention.erasures()) >= 2
    assert verified(workspace) is LedgerVerdict.OK
