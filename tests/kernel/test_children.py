"""A Python of ours runs our code, whatever lies in the folder it starts in."""

import subprocess
from pathlib import Path

from assay.kernel.children import own_python


def test_packages_in_the_users_folder_are_not_taken_for_ours(tmp_path: Path) -> None:
    """Folders named like our packages, and like the standard library's, run nothing."""
    for name in ("governance", "assay", "evaluation", "json", "pip"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('theirs')")

    command, environment = own_python("assay", "--help")
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert "ledger" in done.stdout
