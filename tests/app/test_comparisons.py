"""`assay runs compare` below and at the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.app.comparisons import compare_named
from assay.app.init import create_workspace
from assay.app.workspace import Workspace
from assay.cli.main import build_app
from assay.kernel import InputError
from evaluation.comparison import CompareOptions
from evaluation.questions import import_questions
from tests.evaluation.comparison.samples import Told, log

ESCAPE = "\x1b]0;owned\x07"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with a baseline and two candidates."""
    made = create_workspace(tmp_path / "w")
    monkeypatch.setenv("ASSAY_WORKSPACE", str(made.root))
    for name, value in (("base", 1.0), ("worse", 0.0), ("same", 1.0)):
        rows = [Told(id=f"q{n}", values={"relevancy": value}, answer=f"{name} {ESCAPE}{n}") for n in range(4)]
        made.runs.mkdir(parents=True, exist_ok=True)
        log(made.runs / name, rows)
    return made


def call(*arguments: str) -> tuple[int, str]:
    """Run `assay runs compare` in this process; return the exit code and what stdout got."""
    result = CliRunner().invoke(build_app("runs"), ["runs", "compare", *arguments])
    return result.exit_code, result.stdout


def test_runs_on_different_questions_are_not_compared(workspace: Workspace) -> None:
    """The message names both runs."""
    log(workspace.runs / "other", [Told(id="x", values={"relevancy": 1.0})])

    with pytest.raises(InputError, match=r"'other' and 'base' asked different questions"):
        compare_named(workspace, ["other", "base"], None, CompareOptions())


def test_one_run_is_not_compared_with_nothing(workspace: Workspace) -> None:
    """The message says which run is missing."""
    with pytest.raises(InputError, match=r"got one run, 'base'"):
        compare_named(workspace, ["base"], None, CompareOptions())


def test_json_keeps_the_fields_of_a_comparison_and_adds_the_tests(workspace: Workspace) -> None:
    """One object per candidate and metric, as the last line."""
    code, out = call("worse", "same", "--baseline", "base", "--json")

    assert (code, workspace.root.exists()) == (0, True)
    first, second = json.loads(out.strip().split("\n")[-1])["comparisons"]
    assert (first["candidate"], first["baseline"], first["metric"]) == ("worse", "base", "relevancy")
    assert (first["pairs"], first["difference"], first["losses"], first["unpaired"]) == (4, -1.0, 4, 0)
    assert first["p_adjusted"] == 2 * first["p_value"]
    assert (second["candidate"], second["p_adjusted"]) == ("same", 1.0)


def test_the_table_runs_no_terminal_escape(workspace: Workspace) -> None:
    """What a model wrote cannot act on the terminal."""
    code, out = call("worse", "base")

    assert (code, workspace.root.exists()) == (0, True)
    assert "0 / 0 / 4" in out
    assert "\x1b]0" not in out


def test_the_page_is_written_where_it_is_wanted(workspace: Workspace) -> None:
    """The path is what stdout gets; a run log is not written into."""
    out = workspace.root / "page.html"

    code, said = call("worse", "base", "--format", "html", "--out", str(out))
    inside, _ = call("worse", "base", "--format", "html", "--out", str(workspace.runs / "base" / "page.html"))

    assert (code, said.strip()) == (0, str(out))
    assert "Comparison of runs" in out.read_text(encoding="utf-8")
    assert inside != 0
    assert not (workspace.runs / "base" / "page.html").exists()


def test_regressions_are_a_question_file(workspace: Workspace) -> None:
    """`assay questions import` reads what compare wrote."""
    file = workspace.root / "again.jsonl"

    code, _ = call("worse", "base", "--regressions", str(file))

    assert code == 0
    assert [question.id for question in import_questions(file)] == ["q0", "q1", "q2", "q3"]
