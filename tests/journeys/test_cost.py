"""What a run costs, from the shell: known before, stopped in time, gone on with, and killed in between."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.journeys.workspaces import ROOT, answers_file, assay, fake_judge, workspace_with_judge

SURROUNDINGS = {"PYTHONPATH": str(ROOT)}
METRICS = ("--metrics", "relevancy")  # one call a row


def ran(folder: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Type the command with --json; return exit code, document and messages."""
    done = assay("run", *arguments, "--json", folder=folder, environment=SURROUNDINGS)
    return done.returncode, json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}, done.stderr


def test_estimate_budget_and_resume(tmp_path: Path) -> None:
    """The estimate asks nothing; the budget ends the run with 3; another budget completes it."""
    with fake_judge(tmp_path) as judge:
        folder = workspace_with_judge(tmp_path / "w", judge.url)
        given = ("--answers", str(answers_file(tmp_path, rows=30)), "--judge", "fake", *METRICS)

        known, estimate, _ = ran(folder, *given, "--estimate")
        assert (known, judge.calls()) == (0, [])
        stopped, partial, _ = ran(folder, *given, "--budget", "12calls")
        spent = len(judge.calls())
        ended, whole, _ = ran(folder, *given, "--resume", partial["run"], "--budget", "100calls")

    calls = estimate["estimate"]["judges"][0]["calls"]
    assert calls["low"] <= 30 <= calls["high"]
    assert (stopped, spent, partial["outcome"]) == (3, 12, "partial")
    assert partial["reason"].startswith("budget: 12 of 12 calls are spent")
    assert (ended, whole["outcome"], whole["failed"], len(judge.calls())) == (0, "complete", 0, 30)


def test_a_budget_that_cannot_hold_is_wrong_usage(tmp_path: Path) -> None:
    """Money without prices and a limit that is none end with 2, and nothing is written."""
    folder = workspace_with_judge(tmp_path / "w", "http://127.0.0.1:9/v1")
    given = ("--answers", str(answers_file(tmp_path, rows=2)), "--judge", "fake", *METRICS)

    unpriced, _, words = ran(folder, *given, "--budget", "2.50")
    unread, _, _ = ran(folder, *given, "--budget", "2.50 EUR")

    assert (unpriced, unread) == (2, 2)
    assert "price_prompt" in words
    assert not (folder / ".assay").exists()


def test_a_killed_run_spends_no_more_than_its_budget(tmp_path: Path) -> None:
    """The courier that outlives the run sends nothing that was not paid for from the purse."""
    with fake_judge(tmp_path, latency_ms=150) as judge:
        folder = workspace_with_judge(tmp_path / "w", judge.url)
        command = [sys.executable, "-m", "assay", "run", "--answers", str(answers_file(tmp_path, rows=60))]
        command += ["--judge", "fake", *METRICS, "--budget", "20calls"]
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **SURROUNDINGS}, stderr=subprocess.DEVNULL)
        while not judge.calls():
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(1)

        assert 0 < len(judge.calls()) <= 20
