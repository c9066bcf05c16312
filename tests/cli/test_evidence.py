"""`assay evidence`: from a file to what a gate reads, and what is refused before anything is written."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assay.app.compose import open_record
from assay.app.init import create_workspace
from assay.app.workspace import Workspace
from assay.cli.main import build_app
from assay.kernel import AssayError
from governance.evidence import LARGEST_FILE

JUNIT = '<testsuite name="unit"><testcase name="a"/><testcase name="b">{}</testcase></testsuite>'
CANARY = "Zacharias Quillfeather"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return the workspace in which commands are typed, with a document and two reports."""
    made = create_workspace(tmp_path / "shop")
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("ASSAY_WORKSPACE", str(made.root))
    (made.root / "plan.pdf").write_bytes(b"%PDF-1.7 what to do")
    (made.root / "unit.xml").write_text(JUNIT.format(""), encoding="utf-8")
    (made.root / "e2e.xml").write_text(JUNIT.format(f"<failure message='{CANARY}'/>"), encoding="utf-8")
    return made


def typed(*arguments: str) -> Result:
    """Type a command that works."""
    result = CliRunner().invoke(build_app("evidence"), ["evidence", *arguments])
    assert result.exit_code == 0, result.output
    return result


def answer(*arguments: str) -> dict[str, Any]:
    """Type a command with --json; return its document."""
    document: dict[str, Any] = json.loads(typed(*arguments, "--json").stdout.splitlines()[-1])
    return document


def refused(*arguments: str) -> AssayError:
    """Type a command that is refused."""
    result = CliRunner().invoke(build_app("evidence"), ["evidence", *arguments])
    assert isinstance(result.exception, AssayError), result.output
    return result.exception


def entries(workspace: Workspace) -> int:
    """Return the size of the ledger, 0 without a store."""
    if not workspace.has_store:
        return 0
    with closing(open_record(workspace)) as record:
        return record.checkpoint().size


def submit(*more: str) -> str:
    """Hand the plan in; return its id."""
    plan = ("plan.pdf", "--of", "incident response plan", "--expires", "2027-01-01")
    return str(answer("submit", *plan, *more)["evidence"])


def test_a_document_goes_from_a_file_to_a_fact(workspace: Workspace) -> None:
    """Handed in, listed, shown, talked about, accepted, read by the gate, and written out again."""
    made = submit("--note", f"from {CANARY}", "--part", "backend", "--owner", "me")
    (item,) = answer("list")["evidence"]
    assert (item["id"], item["state"], item["system"], item["part"]) == (made, "submitted", "shop", "backend")
    answer("comment", made, "--text", "is this the newest?")
    assert answer("accept", made, "--comment", "as agreed")["state"] == "accepted"
    shown = answer("show", made)
    assert [one["text"] for one in shown["comments"]] == ["is this the newest?"]
    assert (shown["note"], shown["review"]["comment"], shown["review"]["four_eyes"]) == (
        *(f"from {CANARY}", "as agreed"),
        False,
    )
    (fact,) = answer("facts")["facts"]
    assert (fact["kind"], fact["of"], fact["standing"]) == ("document", "incident response plan", "accepted")
    answer("original", made, "--out", "copy.pdf")
    assert (workspace.root / "copy.pdf").read_bytes() == (workspace.root / "plan.pdf").read_bytes()


def test_people_read_the_same_in_tables(workspace: Workspace) -> None:
    """What waits, that one user is not four eyes, and the last day as it was typed."""
    made = submit()
    assert "it counts once somebody else has accepted it" in typed("submit", "unit.xml", "--of", "x", "--kind", "sbom",
                                                                   "--expires", "2027-01-01").stderr  # fmt: skip
    assert "not four eyes" in typed("accept", made).stderr
    table = typed("list", "--system", "shop").stdout
    assert "accepted" in table
    assert "2027-01-01" in table
    assert "not four eyes" in table
    assert "expires    after 2027-01-01" in typed("show", made).stdout
    assert "incident response plan" in typed("facts").stdout
    assert workspace.has_store


def test_the_same_file_again_changes_nothing(workspace: Workspace) -> None:
    """And says so."""
    submit()
    size = entries(workspace)
    again = ("plan.pdf", "--of", "incident response plan", "--expires", "2027-01-01")
    assert "nothing was changed" in typed("submit", *again).stderr
    assert entries(workspace) == size


def test_reports_are_imported_with_what_they_state(workspace: Workspace) -> None:
    """Each file a thing of its own, its words nowhere but in the file that is kept."""
    found = answer("import", "unit.xml", "e2e.xml")["evidence"]
    assert [one["format"] for one in found] == ["junit", "junit"]
    facts = answer("facts")["facts"]
    assert {fact["standing"] for fact in facts} == {"submitted"}
    assert {fact["conclusion"] for fact in facts} == {"satisfied", "not_satisfied"}
    assert "unit.xml, junit: " in typed("import", "unit.xml").stdout
    with closing(open_record(workspace)) as record:
        assert CANARY not in "".join(entry.body.decode() for entry in record.entries())


def test_a_report_of_the_same_part_takes_the_place_of_the_one_before(workspace: Workspace) -> None:
    """By its file's name, or by the part that is named."""
    answer("import", "unit.xml", "--part", "checkout")
    (workspace.root / "unit.xml").write_text(JUNIT.format("<failure/>"), encoding="utf-8")
    answer("import", "unit.xml", "--part", "checkout")
    assert [item["state"] for item in answer("list")["evidence"]] == ["submitted", "superseded"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", "unit.xml", "bad.json"), "bad.json"),
        (("import", "unit.xml", "missing.xml"), "is no file"),
        (("import", "unit.xml", "e2e.xml", "--part", "one"), "replace"),
        (("import", "unit.xml", "--format", "excel"), "no report format"),
        (("import", "bomb.zip"), "bomb.zip"),
        (("import", "unit.xml", "--system", "nowhere"), "no system"),
        (("submit", "/dev/null", "--of", "x", "--expires", "2027-01-01"), "is no file"),
        (("submit", ".", "--of", "x", "--expires", "2027-01-01"), "is no file"),
        (("submit", "empty", "--of", "x", "--expires", "2027-01-01"), "empty"),
        (("submit", "huge", "--of", "x", "--expires", "2027-01-01"), "more than"),
        (("submit", "plan.pdf", "--of", "x"), "needs a day"),
        (("submit", "plan.pdf", "--of", "x", "--expires", "soon"), "not an RFC 3339 time"),
        (("submit", "plan.pdf", "--of", "x", "--expires", "2020-01-01"), "between now and"),
        (("submit", "plan.pdf", "--of", "a\x1b[2Jb", "--expires", "2027-01-01"), "can be seen"),
        (("submit", "plan.pdf", "--of", "x", "--kind", "metric", "--expires", "2027-01-01"), "measured"),
        (("request", "me", "--of", "x", "--due", "2020-01-01"), "is past"),
        (("accept", "evidence-0"), "no evidence"),
        (("comment", "run:run-0", "--text", "x"), "no run"),
        (("comment", "mars:1", "--text", "x"), "comment on"),
    ],
)
def test_what_is_wrong_is_refused_before_anything_is_written(
    workspace: Workspace, arguments: tuple[str, ...], says: str
) -> None:
    """The whole command: a good file beside a bad one is not handed in."""
    (workspace.root / "bad.json").write_text('{"hello": ', encoding="utf-8")
    (workspace.root / "empty").touch()
    (workspace.root / "bomb.zip").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    with (workspace.root / "huge").open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    answer("list")  # begins the store
    size = entries(workspace)
    assert says in refused(*arguments).message
    assert entries(workspace) == size


def test_a_report_of_nothing_states_nothing_good(workspace: Workspace) -> None:
    """No test ran: absence is no success."""
    (workspace.root / "none.xml").write_text('<testsuite name="x" tests="0"/>', encoding="utf-8")
    answer("import", "none.xml")
    assert {fact["conclusion"] for fact in answer("facts")["facts"]} <= {"inconclusive", "error"}


def test_a_request_is_listed_until_it_is_met(workspace: Workspace) -> None:
    """With the day and what answered it."""
    asked = answer("request", "me", "--of", "incident response plan", "--due", "2027-01-01", "--comment", "soon")
    assert asked["state"] == "open"
    made = submit()
    (waiting,) = answer("list")["requests"]
    assert (waiting["state"], waiting["answered_by"]) == ("submitted", made)
    assert "incident response plan" in typed("list").stdout
    answer("accept", made)
    assert [one["state"] for one in answer("list")["requests"]] == ["met"]
    assert workspace.has_store


def test_what_is_returned_needs_a_word(workspace: Workspace) -> None:
    """It is kept, and the evidence counts no more."""
    made = submit()
    assert "says why" in refused("return", made, "--comment", " ").message
    assert answer("return", made, "--comment", "the second page is missing")["state"] == "returned"
    assert "the second page is missing" in typed("show", made).stdout
    assert workspace.has_store


def test_a_hostile_comment_does_not_steer_a_terminal(workspace: Workspace) -> None:
    """Escapes go before a person sees them."""
    made = submit()
    answer("comment", made, "--text", "\x1b]0;owned\x07\x1b[2Jclear")
    assert "\x1b" not in typed("show", made).stdout
    assert workspace.has_store


def test_checks_are_shown_and_recorded_nowhere(workspace: Workspace) -> None:
    """The ledger is one of them."""
    submit()
    size = entries(workspace)
    found = {fact["kind"]: fact["conclusion"] for fact in answer("check")["facts"]}
    assert found == {"ledger_verification": "satisfied"}
    assert entries(workspace) == size
