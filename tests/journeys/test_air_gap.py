"""A machine without network installs from the wheelhouse, takes weights from a folder, and judges."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.weights import path_of
from tests.journeys.workspaces import answers_file

pytestmark = pytest.mark.soak

ROOT = Path(__file__).parents[2]


def without_network(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell script in a network namespace that has no interface up, not even loopback."""
    unshare = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    command = [*unshare, "bash", "-c", f"set -e\n{script}"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_what_a_site_without_network_does_works_without_network(tmp_path: Path) -> None:
    """Install, pull from a folder, and judge answers: all of it with every interface down."""
    subprocess.run(["make", "wheelhouse"], cwd=ROOT, check=True, capture_output=True)
    (tmp_path / "weights").mkdir()
    shutil.copyfile(path_of("plumbing"), tmp_path / "weights" / "SmolLM2-135M-Instruct.Q4_1.gguf")
    (tmp_path / "app").mkdir()
    answers = answers_file(tmp_path / "app", rows=3)
    done = without_network(
        f"""
        {sys.executable} -m venv venv
        venv/bin/pip install --quiet --no-index --find-links {ROOT}/dist/wheelhouse assay
        venv/bin/assay models pull plumbing --from weights
        venv/bin/assay models verify plumbing
        cd app
        ../venv/bin/assay init
        ../venv/bin/assay run --answers {answers} --judge local --json
        """,
        tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"outcome": "complete"' in done.stdout
