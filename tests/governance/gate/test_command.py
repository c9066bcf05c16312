"""`assay gate` as a process: exit codes, files for other programs, and the record."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from assay.app.actor import local_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.kernel import format_time
from evaluation.runs import FinishedRow
from evaluation.verdicts import Outcome, Verdict
from governance.gate import DecisionOutcome, Policy
from tests.evaluation.runs.samples import item, plan_for, verdict, write_log
from tests.governance.gate.registering import register

ROOT = Path(__file__).parents[3]
RULES = """
version: 1
name: release
expect: {metrics: [faithfulness], questions: {at_least: 20}, judge_card: optional}
rules:
  - {metric: faithfulness, at_least: 0.7}
"""
COMPARING = RULES + "  - {metric: faithfulness, baseline: true, margin: 0.2}\n"


Trust = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True)
class Ended:
    """How the command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, object]:
        """Return the JSON document on the last line."""
        found: dict[str, object] = json.loads(self.out.splitlines()[-1])
        return found


def gate(folder: Path, *options: object) -> Ended:
    """Type `assay gate` in a folder."""
    command = [sys.executable, "-m", "assay", "gate", *map(str, options)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return Ended(done.returncode, done.stdout, done.stderr)


def make_run(
    directory: Path,
    values: Sequence[float | None],
    rules: str = RULES,
    *,
    planned: int | None = None,
    target: str = "1",
    commit: str = "abc",
) -> Path:
    """Write a run log with one row a value, each of its own document, under a policy fixed beforehand."""
    ids = [f"q-{number}" for number in range(planned or len(values))]
    plan = dataclasses.replace(
        plan_for(ids),
        run=directory.name,
        created_at=format_time(datetime.now(UTC)),
        policy=Policy.parse(rules).digest,
        target={"name": "app", "kind": "http", "version": target, "options": {}},
        git={"commit": commit, "dirty": False},
    )
    rows = [
        FinishedRow(item=item(name, document=name), repeat=0, verdicts=(_verdict(value),), at=plan.created_at)
        for name, value in zip(ids, values, strict=False)
    ]
    write_log(directory, plan, rows)
    (directory.parent / "gate-policy.yaml").write_text(rules, encoding="utf-8")
    return directory


def _verdict(value: float | None) -> Verdict:
    return verdict(value=value, outcome=Outcome.SCORED if value is not None else Outcome.ERROR)


@pytest.mark.parametrize(("good", "code", "outcome"), [(30, 0, "pass"), (24, 3, "inconclusive"), (3, 1, "fail")])
def test_the_exit_code_is_the_decision(tmp_path: Path, trust: Trust, good: int, code: int, outcome: str) -> None:
    """Without a store a run log, a policy and the receipt of its registration are enough."""
    run = make_run(tmp_path / "run-1", [1.0] * good + [0.0] * (30 - good))

    ended = gate(tmp_path, "--run", run, "--policy", "gate-policy.yaml", *trust(RULES), "--json")

    assert (ended.code, ended.document["outcome"]) == (code, outcome)
    assert ended.document["ledger_entry"] is None


def test_a_person_reads_what_was_observed_and_what_is_missing(tmp_path: Path) -> None:
    """The table names rule, interval and need; an undecided rule says how many questions are missing."""
    run = make_run(tmp_path / "run-1", [1.0] * 24 + [0.0] * 6)

    ended = gate(tmp_path, "--run", run, "--policy", "gate-policy.yaml", "--explain")

    assert "0.800 (0." in ended.out
    assert "≥ 0.7" in ended.out
    assert "more questions needed" in ended.out
    assert "run holds everything its plan asked for" in ended.out


def test_a_comparison_needs_its_baseline(tmp_path: Path, trust: Trust) -> None:
    """The same run passes with a baseline and is undecided without one."""
    baseline = make_run(tmp_path / "run-0", [1.0] * 28 + [0.0] * 2, COMPARING)
    run = make_run(tmp_path / "run-1", [1.0] * 29 + [0.0], COMPARING)

    named = ("--run", run, "--policy", "gate-policy.yaml", *trust(COMPARING))
    without, against = gate(tmp_path, *named), gate(tmp_path, *named, "--baseline", baseline)

    assert (without.code, against.code) == (3, 0)
    assert "no baseline was named" in without.out


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--run", "run-1", "--policy", "absent.yaml"], 3, "cannot be read"),
        (["--run", "run-1"], 3, "no policy was named"),
        (["--run", "run-9", "--policy", "gate-policy.yaml"], 3, "run.json"),
        (["--run", "run-1", "--policy", "broken.yaml"], 2, "did you mean 'rules'"),
        (["--run", "run-1", "--policy", "gate-policy.yaml", "--junit", "no/such/folder.xml"], 2, "folder.xml"),
        (["--policy", "gate-policy.yaml"], 2, "--run"),
        (["--run", "changed", "--policy", "gate-policy.yaml"], 1, "canonical"),
        (["--run", "garbage", "--policy", "gate-policy.yaml"], 3, "run.json"),
        (["--run", "partial", "--policy", "gate-policy.yaml"], 3, "30 of 31 rows"),
        (["--run", "no-verdicts", "--policy", "gate-policy.yaml"], 3, "the run is empty"),
    ],
)
def test_nothing_that_is_absent_or_broken_ends_with_zero(
    tmp_path: Path, options: list[str], code: int, words: str
) -> None:
    """Absent is 3, malformed usage is 2, changed bytes are 1; the words say what is the matter."""
    for name in ("run-1", "changed", "garbage", "no-verdicts"):
        make_run(tmp_path / name, [1.0] * 30)
    make_run(tmp_path / "partial", [1.0] * 30, planned=31)
    (tmp_path / "broken.yaml").write_text(RULES.replace("rules:", "rulse:"), encoding="utf-8")
    (tmp_path / "changed" / "run.json").write_bytes((tmp_path / "changed" / "run.json").read_bytes() + b"\n")
    (tmp_path / "garbage" / "run.json").write_text("{", encoding="utf-8")
    (tmp_path / "no-verdicts" / "verdicts.jsonl").unlink()

    ended = gate(tmp_path, *options)

    assert ended.code == code, ended
    assert words in ended.out + ended.err


def test_files_hold_one_case_a_rule_and_undecided_is_an_error(tmp_path: Path, trust: Trust) -> None:
    """JUnit and Markdown block where the decision does, and no earlier file survives a gate that could not decide."""
    run = make_run(tmp_path / "run-1", [1.0] * 24 + [0.0] * 6)
    files = ("--junit", "gate.xml", "--markdown", "gate.md")

    decided = gate(tmp_path, "--run", run, "--policy", "gate-policy.yaml", *files, *trust(RULES), "--json")
    suite = ET.parse(tmp_path / "gate.xml").getroot()  # noqa: S314  our own file
    words = (tmp_path / "gate.md").read_text(encoding="utf-8")
    (tmp_path / "run-1" / "run.json").write_bytes((tmp_path / "run-1" / "run.json").read_bytes() + b"\n")
    refused = gate(tmp_path, "--run", run, "--policy", "gate-policy.yaml", *files)

    results = decided.document["results"]
    assert isinstance(results, list)
    assert (suite.get("errors"), suite.get("failures"), suite.get("tests")) == ("1", "0", str(len(results)))
    assert suite.find("testcase/error[@type='inconclusive']") is not None
    assert "more questions needed" in words
    assert refused.code == 1
    assert not (tmp_path / "gate.xml").exists()
    assert not (tmp_path / "gate.md").exists()


def make_workspace(folder: Path, *, register_policy: bool = True) -> None:
    """Make a workspace with one run and, where its policy is registered, a store."""
    (folder / "assay.yaml").write_text("systems: [{id: default}]\n", encoding="utf-8")
    if register_policy:
        register(Workspace(folder), RULES)
    make_run(folder / ".assay" / "runs" / "run-1", [1.0] * 30).parent.joinpath("gate-policy.yaml").replace(
        folder / "gate.yaml"
    )


def make_comparing_workspace(folder: Path, rules: str = COMPARING) -> Workspace:
    """Make a workspace whose store holds two equal runs."""
    (folder / "assay.yaml").write_text("systems: [{id: default}]\n", encoding="utf-8")
    (folder / "gate.yaml").write_text(rules, encoding="utf-8")
    workspace = Workspace(folder)
    register(workspace, rules)
    for name in ("run-0", "run-1"):
        open_record(workspace).ingest_run(make_run(workspace.runs / name, [1.0] * 30, rules), local_actor())
    return workspace


def test_in_a_workspace_the_decision_is_recorded(tmp_path: Path) -> None:
    """A run id and the workspace's own policy are enough, and the ledger holds the decision."""
    make_workspace(tmp_path)
    workspace = Workspace(tmp_path)
    record = open_record(workspace)
    record.ingest_run(workspace.runs / "run-1", local_actor())

    ended = gate(tmp_path, "--run", "run-1", "--json")

    recorded = record.latest_decision(run="run-1")
    assert ended.code == 0, ended
    assert recorded is not None
    assert recorded.seq == ended.document["ledger_entry"]
    assert recorded.decision.outcome is DecisionOutcome.PASS


def test_a_run_log_that_is_not_the_recorded_one_fails(tmp_path: Path) -> None:
    """Verdicts that were changed after they were recorded end with 1, however good they look."""
    make_workspace(tmp_path)
    workspace = Workspace(tmp_path)
    open_record(workspace).ingest_run(workspace.runs / "run-1", local_actor())
    verdicts = workspace.runs / "run-1" / "verdicts.jsonl"
    verdicts.write_bytes(verdicts.read_bytes().replace(b'"latency_ms":7', b'"latency_ms":8', 1))

    ended = gate(tmp_path, "--run", "run-1", "--junit", "gate.xml")

    assert ended.code == 1, ended
    assert not (tmp_path / "gate.xml").exists()


def test_a_baseline_that_is_not_the_recorded_one_fails(tmp_path: Path) -> None:
    """A baseline that was made worse after it was recorded ends with 1."""
    workspace = make_comparing_workspace(tmp_path)
    verdicts = workspace.runs / "run-0" / "verdicts.jsonl"
    verdicts.write_bytes(verdicts.read_bytes().replace(b'"latency_ms":7', b'"latency_ms":8', 1))

    ended = gate(tmp_path, "--run", "run-1", "--baseline", "run-0")

    assert ended.code == 1, ended
    assert "'run-0'" in ended.err


def test_a_run_that_nobody_recorded_is_not_believed_where_there_is_a_record(tmp_path: Path) -> None:
    """A log that was put into a workspace with a store, or is named by its folder, leaves the gate undecided."""
    make_workspace(tmp_path)
    open_record(Workspace(tmp_path)).ingest_run(Workspace(tmp_path).runs / "run-1", local_actor())
    made = make_run(tmp_path / "elsewhere" / "run-2", [1.0] * 30)

    ended = gate(tmp_path, "--run", made, "--policy", "gate.yaml")

    assert ended.code == 3, ended
    assert "run.recorded: the record does not hold it; assay runs ingest DIR" in ended.out


def test_the_first_of_several_equal_runs_stands(tmp_path: Path) -> None:
    """Running again until the gate is green leads back to the first run; another version of the target does not."""
    workspace = make_comparing_workspace(tmp_path, RULES)
    changed = make_run(workspace.runs / "run-2", [1.0] * 30, target="2", commit="def")
    open_record(workspace).ingest_run(changed, local_actor())

    first, again, other = (gate(tmp_path, "--run", f"run-{number}") for number in range(3))

    assert (first.code, again.code, other.code) == (0, 3, 0)
    assert "under this policy an earlier attempt exists; the first stands: assay gate --run run-0" in again.out


def test_a_run_without_a_single_score_is_no_attempt(tmp_path: Path) -> None:
    """An application that was down gave no result that anyone could have disliked."""
    make_workspace(tmp_path)
    workspace = Workspace(tmp_path)
    for name, value in (("run-0", None), ("run-9", 1.0)):
        open_record(workspace).ingest_run(make_run(workspace.runs / name, [value] * 30), local_actor())

    ended = gate(tmp_path, "--run", "run-9")

    assert ended.code == 0, ended


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("gate.yaml", "is the gate policy"),
        ("assay.yaml", "is the workspace's configuration"),
        (".assay/runs/run-1/run.json", "lies in the workspace's state"),
        (".assay/new.md", "lies in the workspace's state"),
        ("copy/run-2/verdicts.jsonl", "lies in a run log"),
        ("reports", "is not a regular file"),
        ("again.md", "named for two outputs"),
    ],
)
def test_a_decision_takes_the_place_of_nothing_that_is_read(tmp_path: Path, out: str, words: str) -> None:
    """Wrong usage, and not a byte is gone."""
    make_workspace(tmp_path)
    make_run(tmp_path / "copy" / "run-2", [1.0])
    (tmp_path / "reports").mkdir()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    ended = gate(tmp_path, "--run", "run-1", "--junit", "again.md", "--markdown", out)

    assert ended.code == 2, ended
    assert words in ended.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_store_is_not_made_by_asking_the_gate(tmp_path: Path, trust: Trust) -> None:
    """A workspace without a store stays without one."""
    make_workspace(tmp_path, register_policy=False)

    ended = gate(tmp_path, "--run", "run-1", *trust(RULES), "--json")

    assert (ended.code, ended.document["ledger_entry"]) == (0, None)
    assert not Workspace(tmp_path).store_file.exists()
