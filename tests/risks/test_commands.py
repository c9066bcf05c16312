"""`assay risks` in a process of its own, outside any workspace."""

import json
import subprocess
import sys
from pathlib import Path


def assay(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line in a folder without a workspace."""
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "assay", "risks", *arguments]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": root, "PATH": ""}, capture_output=True, text=True, check=False
    )


def test_the_list_names_every_risk(tmp_path: Path) -> None:
    """The last line is one document whose items carry id, name, component, definition and controls."""
    done = assay(tmp_path, "list", "--json")
    items = json.loads(done.stdout.splitlines()[-1])["risks"]
    assert (done.returncode, len(items)) == (0, 55)
    assert {"id", "name", "component", "definition", "why", "test", "controls"} <= set(items[0])
    assert "9.1" in {item["id"] for item in items}


def test_a_risk_is_shown_with_its_controls(tmp_path: Path) -> None:
    """9.10 is not 9.1, and its controls are named."""
    done = assay(tmp_path, "show", "9.10")
    assert done.returncode == 0
    assert "Accidental exposure" in done.stdout
    assert "DASF 46" in done.stdout
    assert "How to test it: " in done.stdout


def test_an_unknown_risk_ends_with_2_and_a_hint(tmp_path: Path) -> None:
    """The message repeats what was typed."""
    done = assay(tmp_path, "show", "9.99")
    assert done.returncode == 2
    assert "'9.99'" in done.stderr
    assert "assay risks list" in done.stderr
