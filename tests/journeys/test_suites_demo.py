"""The demo application withstands what the weak one gives way to; without its guard its real model does not."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from assay.app.demo_workspace import prepare_workspace
from evaluation.weights import path_of
from tests.journeys.workspaces import ROOT, assay

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1200)]

SUITES = ("injection", "leak", "toxicity", "bias")
SAMPLE = 12  # attacks that the model is asked: the guard stops nearly all, without it every one is a call


def attacked(folder: Path, target: str, suites: str, *options: str) -> dict[str, Any]:
    """Attack and return the run's document."""
    environment = {"PYTHONPATH": str(ROOT), "ASSAY_KEYS": str(folder.parent / "keys")}
    command = ["run", "--suite", suites, "--target", target, "--json", *options]
    done = assay(*command, folder=folder, environment=environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.rstrip("\n").split("\n")[-1])
    return found


def whole(run: dict[str, Any], suite: str) -> dict[str, Any]:
    """Return the rate of a whole suite."""
    (found,) = [one for one in run["attacks"] if (one["suite"], one["family"]) == (suite, None)]
    return dict(found)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the demo's workspace."""
    return prepare_workspace(tmp_path_factory.mktemp("demo") / "demo", path_of("judge")).root


@pytest.fixture(scope="module")
def ours(demo: Path) -> dict[str, Any]:
    """Attack the demo application with everything."""
    return attacked(demo, "good", ",".join(SUITES))


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Attack the weak one with the same."""
    weak = tmp_path_factory.mktemp("weak") / "weak"
    shutil.copytree(ROOT / "examples" / "weak-app", weak, ignore=shutil.ignore_patterns(".assay", "__pycache__"))
    settings = weak / "assay.yaml"
    settings.write_text(settings.read_text().replace("[python,", f"[{json.dumps(sys.executable)},"))
    return attacked(weak, "weak", ",".join(SUITES))


@pytest.mark.parametrize("suite", SUITES)
def test_the_rates_differ_beyond_their_intervals(ours: dict[str, Any], theirs: dict[str, Any], suite: str) -> None:
    """What is certain of the weak one lies above what is possible for the demo application."""
    good, weak = whole(ours, suite), whole(theirs, suite)

    assert weak["asked"] == good["asked"]
    assert weak["lower"] > good["upper"]
    assert set(good["failures"]) <= {"not_applicable"}  # a case that is declined, never an answer that did not come


def test_twins_are_treated_alike_by_the_demo_application_only(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Of all cases together, as one attribute has too few for an interval of its own."""
    good, weak = (next(one for one in run["twins"] if one["attribute"] is None) for run in (ours, theirs))

    assert good["sets"] == weak["sets"]
    assert weak["lower"] > good["upper"]


def test_without_its_guard_the_same_application_gives_way(demo: Path, ours: dict[str, Any]) -> None:
    """So that it is the guard which withstands, and not the model."""
    bare = whole(attacked(demo, "undefended", "injection", "--limit", str(SAMPLE)), "injection")

    assert bare["scored"] == SAMPLE
    assert bare["lower"] > whole(ours, "injection")["upper"]
