"""`assay releases`: one user leads a candidate from recorded runs into use and takes it back."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assay.app.actor import local_actor
from assay.app.compose import open_record
from assay.app.init import create_workspace
from assay.app.workspace import Workspace
from assay.cli.main import build_app
from assay.kernel import InputError, MissingError
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.governance.test_record import decision


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with a recorded run."""
    made = create_workspace(tmp_path / "shop")
    monkeypatch.setenv("ASSAY_WORKSPACE", str(made.root))
    plan = replace(plan_for(["a"]), run="run-0", system="shop")
    with closing(open_record(made)) as record:
        record.ingest_run(write_log(made.runs / "run-0", plan, [row("a")]).directory, local_actor(), mirror=False)
    return made


def typed(*arguments: object) -> Result:
    """Type a command."""
    return CliRunner().invoke(build_app("releases"), ["releases", *map(str, arguments)])


def document(*arguments: object) -> Any:  # noqa: ANN401  a JSON document
    """Return what a command prints with `--json`."""
    result = typed(*arguments, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout.strip().split("\n")[-1])


def refusal(*arguments: object) -> str:
    """Return the words of a refusal."""
    result = typed(*arguments)
    assert isinstance(result.exception, InputError | MissingError), result.output
    return result.exception.message


def let_pass(workspace: Workspace, release: dict[str, Any]) -> None:
    """Let a gate decide that a release passes."""
    with closing(open_record(workspace)) as record:
        made = decision("run-0", record.run("run-0").digest)
        about = replace(made, release=release["id"], release_digest=release["digest"], decided_at=datetime.now(UTC))
        record.record_decision(about, local_actor())


def test_a_candidate_is_led_into_use_and_back(workspace: Workspace) -> None:
    """Each command prints the state after it; the history is all of them."""
    card = workspace.root / "model card.md"
    card.write_text("# Card\n", encoding="utf-8")
    made = document("create", "--version", "1.0", "--run", "latest", "--document", card, "--component", "python@3.11")
    identity = made["id"]
    assert "no gate has decided" in refusal("request", identity)
    let_pass(workspace, made)
    assert document("request", identity, "--comment", "look")["state"] == "requested"
    assert document("review", identity)["state"] == "in_review"
    seen = document("show", identity)["seen"]
    assert f"--seen {seen}" in typed("show", identity).stdout
    assert document("approve", identity, "--seen", seen)["four_eyes"] is False
    assert document("release", identity)["state"] == "released"
    assert document("recall", identity, "--reason", "it lies")["state"] == "recalled"
    shown = document("show", identity)
    assert [one["state"] for one in shown["history"]] == [
        *("draft", "requested", "in_review", "approved", "released", "recalled")
    ]
    assert [one["name"] for one in shown["manifest"]["documents"]] == ["model_card.md"]
    assert "it lies" in typed("show", identity).stdout
    assert [one["state"] for one in document("list", "--system", "shop")["releases"]] == ["recalled"]
    assert document("list", "--system", "other") == {"releases": []}


def test_the_general_command_answers_a_release_too(workspace: Workspace) -> None:
    """`assay approvals approve` leads it on as the page does."""
    made = document("create", "--version", "1.0", "--run", "run-0")
    let_pass(workspace, made)
    request = document("request", made["id"])["request"]
    seen = document("show", made["id"])["seen"]
    arguments = ["approvals", "reject", request, "--seen", seen, "--comment", "no card"]
    result = CliRunner().invoke(build_app("approvals"), arguments)
    assert result.exit_code == 0, result.output
    assert document("show", made["id"])["state"] == "rejected"
    asked = CliRunner().invoke(build_app("approvals"), ["approvals", "request", f"release:{made['id']}"])
    assert isinstance(asked.exception, InputError)
    assert "as a release" in asked.exception.message


def test_an_earlier_size_shows_the_release_as_it_was(workspace: Workspace) -> None:
    """State and history of then."""
    made = document("create", "--version", "1.0", "--run", "run-0")
    let_pass(workspace, made)
    document("request", made["id"])
    before = document("show", made["id"], "--as-of", made["seq"] + 1)
    assert (before["state"], len(before["history"]), before["approval"]) == ("draft", 1, None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "release-0"), "there is no release"),
        (("create", "--version", "1.0", "--run", "run-9"), "not in the record"),
        (("create", "--version", "the first", "--run", "run-0"), "the version is"),
        (("create", "--version", "1.0", "--run", "run-0", "--document", "nowhere.md"), "cannot read the document"),
        (("create", "--version", "1.0", "--run", "run-0", "--model", "our model"), "the name of a part"),
        (("recall", "release-0", "--reason", "x"), "there is no release"),
    ],
)
def test_what_is_wrong_is_said(workspace: Workspace, arguments: tuple[str, ...], words: str) -> None:
    """Nothing of it is recorded."""
    assert workspace.has_store
    assert words in refusal(*arguments)
    assert document("list") == {"releases": []}
