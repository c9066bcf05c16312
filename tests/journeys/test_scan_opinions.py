"""`assay scan --second-opinion embedded` with the real model: killed in the middle of asking, and gone on with."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from assay.app.workspace import Workspace
from tests.app.test_scan_opinions import TEXTS
from tests.journeys.workspaces import assay

PATIENCE_S = 300.0
COMMAND = ["scan", "in.jsonl", "--filters", "injection", "--second-opinion", "embedded", "--workers", "2", "--json"]


def replies(cache: Path) -> int:
    """Return how many replies are kept."""
    if not cache.is_file():
        return 0
    with closing(sqlite3.connect(f"file:{cache}?mode=ro", uri=True)) as connection:
        try:
            count: int = connection.execute("SELECT count(*) FROM replies").fetchone()[0]
        except sqlite3.OperationalError:  # it is being made
            return 0
    return count


def begun(folder: Path, cache: Path) -> "subprocess.Popen[str]":
    """Start the scan and wait until two questions are answered."""
    process = subprocess.Popen(
        [sys.executable, "-m", "assay", *COMMAND, "--out", "o.jsonl"],
        cwd=folder, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until = time.monotonic() + PATIENCE_S
    while replies(cache) < 2:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, "it never came so far"
        time.sleep(0.02)
    return process


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_scan_killed_while_it_asks_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    """Questions that were answered are not asked again; a scan that knows no answer writes the same."""
    assert assay("init", folder=tmp_path).returncode == 0
    rows = [f"Hello there, {number}" for number in range(32)] + list(TEXTS[1:7])
    (tmp_path / "in.jsonl").write_text(
        "".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(rows))
    )
    cache = Workspace(tmp_path).cache_file
    process = begun(tmp_path, cache)
    process.send_signal(signal.SIGKILL)
    process.communicate()

    done = assay(*COMMAND, "--out", "o.jsonl", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    found: Any = json.loads(done.stdout.rstrip("\n").split("\n")[-1])
    assert (found["outcome"], found["resumed"], found["rows"]) == ("complete", True, len(rows))
    (summary,) = found["filters"]
    assert summary["second_opinion"]["asked"] == replies(cache) > 2
    for path in cache.parent.glob(f"{cache.name}*"):
        path.unlink()
    assert assay(*COMMAND, "--out", "again.jsonl", folder=tmp_path).returncode == 0
    assert (tmp_path / "o.jsonl").read_bytes() == (tmp_path / "again.jsonl").read_bytes()
