"""`assay models`: what it prints and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path


def _assay(root: Path, cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "assay", "models", *arguments],
        cwd=root,
        env={**os.environ, "ASSAY_CACHE": str(cache)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_list_is_one_document_and_says_what_is_here(root: Path, tmp_path: Path) -> None:
    """A fresh cache holds nothing."""
    done = _assay(root, tmp_path, "list", "--json")
    models = json.loads(done.stdout.splitlines()[-1])["models"]
    assert done.returncode == 0
    assert [(model["id"], model["pulled"], model["path"]) for model in models] == [
        ("judge", False, None),
        ("plumbing", False, None),
    ]


def test_weights_with_a_changed_byte_fail_the_verification(root: Path, tmp_path: Path) -> None:
    """A verifier that finds something ends with 1, in JSON too."""
    models = json.loads(_assay(root, tmp_path, "list", "--json").stdout)["models"]
    plumbing = next(model for model in models if model["id"] == "plumbing")
    (tmp_path / "weights").mkdir()
    with (tmp_path / "weights" / (plumbing["sha256"].replace(":", "-") + ".gguf")).open("wb") as stream:
        stream.truncate(plumbing["size"])  # as long as it should be, and nothing but zeros
    done = _assay(root, tmp_path, "verify", "--json")
    (checked,) = json.loads(done.stdout.splitlines()[-1])["models"]
    assert done.returncode == 1
    assert (checked["id"], checked["verified"]) == ("plumbing", False)
    assert _assay(root, tmp_path, "verify", "plumbing").returncode == 1


def test_nothing_pulled_and_unknown_names_are_wrong_usage(root: Path, tmp_path: Path) -> None:
    """Each ends with 2 and the next command."""
    for arguments in (("verify",), ("verify", "jduge"), ("pull", "jduge"), ("pull", "judge", "--from", "/nowhere")):
        done = _assay(root, tmp_path, *arguments)
        assert done.returncode == 2
        assert "hint: " in done.stderr
