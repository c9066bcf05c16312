"""A candidate's whole way as one user types it: register, run, create, gate, request, approve, release; then again."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assay.app.init import create_workspace
from assay.cli.main import build_app
from assay.kernel import InputError

POLICY = """\
version: 1
name: release
expect: {metrics: [faithfulness], questions: {at_least: 2}, judge_card: optional}
rules: [{metric: faithfulness, at_least: 0.05}]
"""
ANSWERS = [
    {"id": "a", "question": "When do you open?", "answer": "We open at nine.", "contexts": ["We open at nine."]},
    {"id": "b", "question": "Where are you?", "answer": "We are in Graz.", "contexts": ["We are in Graz."]},
]


def typed(*arguments: str) -> Result:
    """Type a command with `--json`."""
    return CliRunner().invoke(build_app(arguments[0]), [*arguments, "--json"])


def said(*arguments: str) -> Any:  # noqa: ANN401  a JSON document
    """Return the document of a command that did what it was asked."""
    done = typed(*arguments)
    assert done.exit_code == 0, (arguments, done.output, done.exception)
    return json.loads(done.stdout.strip().split("\n")[-1])


@pytest.mark.soak
def test_a_candidate_is_measured_decided_approved_and_let_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No step is skipped, and a second attempt at the same work takes an approval away before it is used."""
    root = create_workspace(tmp_path / "shop").root
    monkeypatch.chdir(root)
    (root / "gate.yaml").write_text(POLICY, encoding="utf-8")
    (root / "answers.jsonl").write_text("".join(json.dumps(one) + "\n" for one in ANSWERS), encoding="utf-8")
    said("policies", "register", "gate.yaml")
    run = ("run", "--answers", "answers.jsonl", "--judge", "checks", "--metrics", "faithfulness")
    said(*run)
    release = said("releases", "create", "--version", "1.0", "--run", "latest")["id"]
    assert said("gate", "--release", release)["outcome"] == "pass"
    assert said("releases", "request", release)["state"] == "requested"
    said("releases", "approve", release, "--seen", said("releases", "show", release)["seen"])
    said(*run)  # tried again
    assert said("releases", "show", release)["state"] == "draft"
    refused = typed("releases", "release", release).exception
    assert isinstance(refused, InputError)
    assert "what was seen is not what is there now" in refused.message
    assert said("gate", "--release", release)["outcome"] == "pass"
    said("releases", "request", release)
    said("releases", "approve", release, "--seen", said("releases", "show", release)["seen"])
    assert said("releases", "release", release)["state"] == "released"
    assert said("systems", "show", "shop")["in_use"] == [
        {"release": release, "version": "1.0", "deployment": "production"}
    ]
