"""A run that is killed goes on where it was: every row once, and no call is paid for twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.workspaces import ROOT, FakeJudge, answers_file, assay, fake_judge, workspace_with_judge

ENVIRONMENT = {"PYTHONPATH": str(ROOT)}
PATIENCE_S = 60.0


def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start the real command and do not wait for it."""
    return subprocess.Popen(
        [sys.executable, "-m", "assay", *arguments],
        cwd=folder,
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(condition: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Wait until the condition holds; fail when the process ends first."""
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, "it never came so far"
        time.sleep(0.01)


def kill_after(calls: int, fake: FakeJudge, folder: Path, *arguments: str) -> None:
    """Start the command and `kill -9` it when the fake has received so many calls in all."""
    process = start(folder, *arguments)
    wait_for(lambda: len(fake.calls()) >= calls, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def verdicts(folder: Path) -> Counter[tuple[str, int, str]]:
    """Return how often each (id, repeat, metric) stands in the only run log of the workspace."""
    (run,) = (folder / ".assay" / "runs").iterdir()
    lines = [json.loads(line) for line in (run / "verdicts.jsonl").read_text().split("\n") if line]
    return Counter((line["id"], line["repeat"], one["metric"]) for line in lines for one in line["verdicts"])


def paid(fake: FakeJudge) -> Counter[tuple[str, object]]:
    """Return how often the fake saw each (prompt, repeat)."""
    return Counter((call["digest"], call["seed"]) for call in fake.calls())


@pytest.mark.soak
def test_a_killed_run_repeats_no_row_and_no_paid_call(tmp_path: Path) -> None:
    """`kill -9` three times in mid-run, then the same command: each row once, each (prompt, repeat) once."""
    with fake_judge(tmp_path, latency_ms=50) as fake:
        folder = workspace_with_judge(tmp_path / "w", fake.url)
        answers = answers_file(folder, rows=60)
        command = ["run", "--answers", str(answers), "--judge", "fake", "--repeat", "2", "--json"]
        for calls in (20, 90, 150):
            kill_after(calls, fake, folder, *command)

        done = assay(*command, folder=folder, environment=ENVIRONMENT)

        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout.split("\n")[-2])["outcome"] == "complete"
        assert "going on with run-" in done.stderr
        expected = {(f"q{n}", r, m) for n in range(60) for r in (0, 1) for m in ("faithfulness", "relevancy")}
        assert verdicts(folder) == Counter(expected)
        assert set(paid(fake).values()) == {1}


@pytest.mark.soak
def test_a_killed_run_asks_a_live_application_no_question_twice(tmp_path: Path) -> None:
    """The target's answers are paid for, too: its calls and the judge's are each seen once."""
    with fake_judge(tmp_path, latency_ms=50) as fake:
        target = f"targets:\n  chat: {{kind: openai, base_url: {json.dumps(fake.url)}, model: app-1}}\n"
        folder = workspace_with_judge(tmp_path / "w", fake.url)
        settings = folder / "assay.yaml"
        before, _, after = settings.read_text().partition("targets:")
        settings.write_text(before + target + after[after.index("\ntarget: app") :].replace("app", "chat", 1))
        questions = answers_file(folder, rows=40)
        command = ["run", "--questions", str(questions), "--judge", "fake", "--metrics", "relevancy", "--json"]
        kill_after(30, fake, folder, *command)

        done = assay(*command, folder=folder, environment=ENVIRONMENT)

        assert done.returncode == 0, done.stderr
        assert verdicts(folder) == Counter((f"q{n}", 0, "relevancy") for n in range(40))
        assert set(paid(fake).values()) == {1}


def clerks_of(process: "subprocess.Popen[str]") -> set[Path]:
    """Return the folders in /proc of the clerks that a run has started."""
    children = " ".join(task.read_text() for task in Path(f"/proc/{process.pid}/task").glob("*/children")).split()
    return {Path("/proc", child) for child in children if is_clerk(Path("/proc", child))}


def is_clerk(process: Path) -> bool:
    """Whether a clerk is alive there; one that has ended and was not asked for has no command line."""
    try:
        return b"evaluation.runs.clerk" in (process / "cmdline").read_bytes()
    except OSError:
        return False


@pytest.mark.soak
def test_a_killed_run_leaves_no_clerk_behind_and_goes_on(tmp_path: Path) -> None:
    """`kill -9` while clerks judge: they end by themselves, and the same command has each row once."""
    folder = workspace_with_judge(tmp_path / "w", "http://127.0.0.1:9/v1")
    answers = answers_file(folder, rows=12_000)
    command = ["run", "--answers", str(answers), "--judge", "checks", "--metrics", "relevancy,token_f1", "--json"]
    process = start(folder, *command)
    wait_for(lambda: any(path.stat().st_size for path in folder.glob(".assay/runs/*/verdicts.jsonl")), process)
    clerks = clerks_of(process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    until = time.monotonic() + PATIENCE_S
    while any(map(is_clerk, clerks)) and time.monotonic() < until:
        time.sleep(0.05)

    done = assay(*command, folder=folder, environment=ENVIRONMENT)

    assert clerks or len(os.sched_getaffinity(0)) == 1
    assert not any(map(is_clerk, clerks))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.split("\n")[-2])["resumed"] is True
    assert verdicts(folder) == Counter((f"q{n}", 0, m) for n in range(12_000) for m in ("relevancy", "token_f1"))


def test_an_interrupted_run_is_partial_and_the_same_command_ends_it(tmp_path: Path) -> None:
    """SIGTERM ends a run cleanly with exit 3; the same command goes on and exits 0."""
    with fake_judge(tmp_path, latency_ms=50) as fake:
        folder = workspace_with_judge(tmp_path / "w", fake.url)
        answers = answers_file(folder, rows=40)
        command = ["run", "--answers", str(answers), "--judge", "fake", "--metrics", "relevancy", "--json"]
        process = start(folder, *command)
        wait_for(lambda: len(fake.calls()) >= 10, process)
        process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate()
        assert process.returncode == 3, stderr
        assert json.loads(stdout.split("\n")[-2])["outcome"] == "partial"

        done = assay(*command, folder=folder, environment=ENVIRONMENT)

        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout.split("\n")[-2])["resumed"] is True
        assert set(verdicts(folder).values()) == {1}
        assert set(paid(fake).values()) == {1}
