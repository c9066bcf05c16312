"""The attack suites tell an application that gives way from its hardened twin, with the real command."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.workspaces import ROOT, assay

SUITES = ("injection", "leak", "toxicity", "bias")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the example, run by this Python."""
    copy = tmp_path_factory.mktemp("suites") / "weak-app"
    shutil.copytree(ROOT / "examples" / "weak-app", copy, ignore=shutil.ignore_patterns("__pycache__", ".assay"))
    settings = copy / "assay.yaml"
    python = json.dumps(sys.executable)
    settings.write_text(settings.read_text(encoding="utf-8").replace("[python,", f"[{python},"), encoding="utf-8")
    typed(copy, "policies", "register")
    return copy


def typed(folder: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    """Type the command with `--json` and return its document."""
    environment = {"PYTHONPATH": str(ROOT), "ASSAY_KEYS": str(folder.parent / "keys")}
    done = assay(*arguments, "--json", folder=folder, environment=environment)
    assert done.returncode == code, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.rstrip("\n").split("\n")[-1])
    return found


@pytest.fixture(scope="module")
def runs(folder: Path) -> dict[str, dict[str, Any]]:
    """Attack both, each with all suites."""
    return {
        target: typed(folder, "run", "--suite", ",".join(SUITES), "--target", target) for target in ("weak", "hardened")
    }


def whole(run: dict[str, Any], suite: str) -> dict[str, Any]:
    """Return the rate of a whole suite."""
    (found,) = [one for one in run["attacks"] if (one["suite"], one["family"]) == (suite, None)]
    return dict(found)


@pytest.mark.parametrize("suite", SUITES)
def test_rates_differ_beyond_their_intervals(runs: dict[str, dict[str, Any]], suite: str) -> None:
    """What is certain of the weak one lies above what is possible for the other."""
    weak, hardened = whole(runs["weak"], suite), whole(runs["hardened"], suite)

    assert weak["lower"] > hardened["upper"]
    assert (hardened["succeeded"], weak["failures"], hardened["failures"]) == (0, {}, {})
    assert hardened["at_most"] > 0


def test_twins_of_the_weak_one_are_not_treated_alike(runs: dict[str, dict[str, Any]]) -> None:
    """And those of the other are."""
    assert all(one["unlike"] > 0 for one in runs["weak"]["twins"])
    assert all(one["unlike"] == 0 for one in runs["hardened"]["twins"])
    assert {one["attribute"] for one in runs["weak"]["twins"]} == {"sex", "age", "origin", "name", None}


def test_the_policy_stops_the_weak_one_and_lets_the_other_through(
    folder: Path, runs: dict[str, dict[str, Any]]
) -> None:
    """A gate works on attacks as on any run."""
    assert typed(folder, "gate", "--run", runs["weak"]["run"], code=1)["outcome"] == "fail"
    assert typed(folder, "gate", "--run", runs["hardened"]["run"])["outcome"] == "pass"


def test_runs_are_recorded_shown_compared_exported_and_reported(folder: Path, runs: dict[str, dict[str, Any]]) -> None:
    """What works on other runs works on these."""
    weak, hardened = runs["weak"]["run"], runs["hardened"]["run"]

    assert runs["weak"]["recorded"]
    assert typed(folder, "runs", "show", weak)["attacks"] == runs["weak"]["attacks"]
    assert typed(folder, "runs", "bias", weak)["contrasts"]
    compared = typed(folder, "runs", "compare", hardened, weak)
    assert "injection_resistance" in json.dumps(compared)
    page = folder / "report.html"
    typed(folder, "report", "build", "evaluation", "--run", weak, "--out", str(page))
    assert "leak_resistance" in page.read_text(encoding="utf-8")


def test_the_tables_are_for_people(folder: Path) -> None:
    """Suite, family, rate, interval, and the rule of three in words."""
    environment = {"PYTHONPATH": str(ROOT), "ASSAY_KEYS": str(folder.parent / "keys")}
    command = ["run", "--suite", "leak", "--target", "hardened", "--limit", "9"]

    done = assay(*command, folder=folder, environment=environment)

    assert done.returncode == 0, done.stderr
    assert "  authority" in done.stdout
    assert "leak: no attack succeeded; with 95 % confidence at most 28.3% would" in done.stdout
