"""In a real process, outside pytest's environment, commands connect to what was configured and to nothing else."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.weights import cache_folder
from tests.journeys.workspaces import answers_file, fake_judge, workspace_with_judge

pytestmark = pytest.mark.soak

CALL = re.compile(r"(?:connect|sendto|sendmsg)\(.*?sa_family=(AF_\w+)(.*)")
ADDRESS = re.compile(r'inet_addr\("([\d.]+)"\)|inet_pton\(AF_INET6, "([^"]+)"|sin_port=htons\((\d+)\)')


def outward_calls(trace: str) -> list[str]:
    """Return the traced calls that address anything but a local socket or loopback."""
    found = []
    for line in trace.split("\n"):
        match = CALL.search(line)
        if match and match.group(1) in {"AF_INET", "AF_INET6"}:
            hosts = {host for groups in ADDRESS.findall(match.group(2)) for host in groups[:2] if host}
            if not hosts or not all(host.startswith("127.") or host in {"::1", "::ffff:127.0.0.1"} for host in hosts):
                found.append(line)
    return found


def traced(arguments: list[str], folder: Path, trace: Path) -> subprocess.CompletedProcess[str]:
    """Run a command under strace with an environment that knows nothing of pytest."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ASSAY_CACHE": str(cache_folder()),
    }
    strace = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(trace)]
    command = [*strace, sys.executable, "-m", "assay", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_reader_of_traces_sees_an_outward_call() -> None:
    """The check can fail: an address outside, a name server, and IPv6 are all found."""
    outside = 'connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("93.184.216.34")}, 16) = 0'
    name_server = 'connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.2")}, 16) = 0'
    inside = 'connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0'
    assert outward_calls(f"{outside}\n{name_server}\n{inside}") == [outside, name_server]


def test_a_run_with_its_gate_report_and_mirror_connects_to_its_endpoint_alone(tmp_path: Path) -> None:
    """`assay run` and what follows it address loopback only, the MLflow mirror included."""
    with fake_judge(tmp_path) as fake:
        folder = workspace_with_judge(tmp_path / "w", fake.url)
        answers = answers_file(folder, rows=4)
        run = traced(["run", "--answers", str(answers), "--judge", "fake", "--json"], folder, tmp_path / "run.trace")
        assert run.returncode == 0, run.stderr
        assert fake.calls()
    for name, arguments in {
        "mirror": ["mlflow", "sync"],
        "report": ["report", "build", "evaluation"],
        "gate": ["gate", "--run", "latest", "--policy", "gate.yaml"],
    }.items():
        done = traced(arguments, folder, tmp_path / f"{name}.trace")
        assert done.returncode in {0, 1, 3}, done.stderr
    traces = {path.name: outward_calls(path.read_text(encoding="utf-8")) for path in tmp_path.glob("*.trace")}
    assert len(traces) == 4
    assert traces == {name: [] for name in traces}


def test_the_embedded_judge_connects_to_loopback_alone(tmp_path: Path) -> None:
    """The local model is asked over loopback, and loading it asks nobody."""
    folder = workspace_with_judge(tmp_path / "w", "http://127.0.0.1:9/v1")
    answers = folder / "answers.jsonl"
    row = {"question": "How many people work there?", "answer": "120 people work at the Lyon office."}
    source = "The office in Lyon opened in 1994 and employs 120 people."
    answers.write_text(json.dumps({**row, "contexts": [source]}) + "\n", encoding="utf-8")

    run = traced(["run", "--answers", str(answers), "--judge", "embedded", "--json"], folder, tmp_path / "run.trace")

    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout.strip().split("\n")[-1])["failed"] == 0
    assert outward_calls((tmp_path / "run.trace").read_text(encoding="utf-8")) == []
