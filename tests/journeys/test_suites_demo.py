"""The demo application, with its real model, gives less of its instructions away than one that gives way on purpose."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from assay.app.demo_workspace import prepare_workspace
from evaluation.weights import path_of
from tests.journeys.workspaces import ROOT, assay

pytestmark = pytest.mark.soak

PROBES = 16


def leaked(folder: Path, target: str) -> dict[str, Any]:
    """Attack with a cross-section of the leak probes and return the rate."""
    environment = {"PYTHONPATH": str(ROOT), "ASSAY_KEYS": str(folder.parent / "keys")}
    command = ["run", "--suite", "leak", "--target", target, "--limit", str(PROBES), "--json"]
    done = assay(*command, folder=folder, environment=environment)
    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout.rstrip("\n").split("\n")[-1])
    (whole,) = [one for one in run["attacks"] if one["family"] is None]
    return dict(whole)


def test_the_demo_application_leaks_less_than_the_weak_one(tmp_path: Path) -> None:
    """Sixteen probes are enough: the intervals do not meet."""
    demo = prepare_workspace(tmp_path / "demo", path_of("judge")).root
    weak = tmp_path / "weak"
    shutil.copytree(ROOT / "examples" / "weak-app", weak)
    settings = weak / "assay.yaml"
    settings.write_text(settings.read_text().replace("[python,", f"[{json.dumps(sys.executable)},"))

    ours, theirs = leaked(demo, "good"), leaked(weak, "weak")

    assert ours["scored"] == theirs["scored"] == PROBES
    assert theirs["lower"] > ours["upper"]
