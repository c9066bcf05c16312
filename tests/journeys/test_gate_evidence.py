"""A run that CI made without a store: undecided there, handed in, and decided where the evidence is, then released."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.workspaces import ROOT, assay

POLICY = """
version: 1
name: release
expect: {metrics: [exact_match], questions: {at_least: 25}}
rules: [{metric: exact_match, at_least: 0.7}]
evidence: [{kind: document, of: test plan}]
"""


def typed(folder: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    """Type a command with `--json`; return its document."""
    keys = {"PYTHONPATH": str(ROOT), "ASSAY_KEYS": str(folder.parent / f"keys-{folder.name}")}
    done = assay(*arguments, "--json", folder=folder, environment=keys)
    assert done.returncode == code, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.rstrip("\n").split("\n")[-1])
    return found


def measured(folder: Path) -> Path:
    """Let CI measure in a workspace of its own, under the team's policy; return the run's directory."""
    lines = [
        {"id": f"q{n}", "question": f"What is item {n}?", "answer": f"It is {n}.", "reference": f"It is {n}."}
        for n in range(25)
    ]
    (folder / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (folder / "team.yaml").write_text(POLICY, encoding="utf-8")
    typed(folder, "init")
    options = ("--answers", "answers.jsonl", "--judge", "checks", "--metrics", "exact_match", "--policy", "team.yaml")
    return Path(typed(folder, "run", *options)["directory"])


@pytest.mark.soak
def test_what_a_runner_cannot_decide_is_decided_where_the_record_is(tmp_path: Path) -> None:
    """The same run and policy: 3 without the store, 3 before the evidence counts, 0 after, alone and in a release."""
    team, ci, bare = tmp_path / "shop", tmp_path / "runner" / "shop", tmp_path / "bare"  # a folder names its system
    for folder in (team, ci, bare):
        folder.mkdir(parents=True)
    typed(team, "init")
    (team / "gate.yaml").write_text(POLICY, encoding="utf-8")
    typed(team, "policies", "register", "--receipt", "receipt.json")
    vkey = str(next((tmp_path / "keys-shop").rglob("log.vkey")))
    run = measured(ci)

    trusted = ("--policy", str(team / "gate.yaml"), "--registration", str(team / "receipt.json"), "--vkey", vkey)
    alone = typed(bare, "gate", "--run", str(run), *trusted, code=3)
    typed(team, "runs", "ingest", str(run))
    before = typed(team, "gate", "--run", str(run), code=3)
    (team / "plan.md").write_text("what is tested, and how", encoding="utf-8")
    named = (
        "--kind",
        "document",
        "--of",
        "test plan",
        "--expires",
        f"{datetime.now(UTC) + timedelta(days=99):%Y-%m-%d}",
    )
    handed_in = typed(team, "evidence", "submit", "plan.md", *named)
    typed(team, "evidence", "accept", handed_in["evidence"])
    after = typed(team, "gate", "--run", str(run))
    release = typed(team, "releases", "create", "--version", "1.0", "--run", after["run"])
    away = typed(team, "gate", "--release", release["id"], code=3)
    shutil.copytree(run, team / ".assay" / "runs" / run.name)
    decided = typed(team, "gate", "--release", release["id"])

    missing = [{one["rule"]: one["reason"] for one in found["results"]} for found in (alone, before)]
    assert missing[0]["document:test plan"].startswith("only a record knows it: assay runs ingest DIR")
    assert missing[1]["document:test plan"] == "no such evidence is there"
    assert "copy the run's directory to .assay/runs" in away["results"][0]["reason"]
    assert (after["release"], decided["release"]) == (None, release["id"])
    assert decided["evidence"] == [{"evidence": handed_in["evidence"], "digest": decided["evidence"][0]["digest"]}]
    assert (alone["ledger_entry"], decided["run"]) == (None, after["run"])
