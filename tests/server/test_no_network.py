"""A server that works addresses nobody outside, in a process that knows nothing of pytest."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.weights import cache_folder
from tests.journeys.test_no_network import outward_calls
from tests.server.served import Server, make_team, run_log

pytestmark = pytest.mark.soak


def test_a_server_at_work_connects_to_nobody(surroundings: Path, tmp_path: Path) -> None:
    """Push, decide, build, verify: loopback alone."""
    team, trace = make_team(surroundings / "quiet"), tmp_path / "serve.trace"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "ASSAY_MLFLOW_SYNC": "by_hand",
        "ASSAY_KEYS": os.environ["ASSAY_KEYS"],
        "ASSAY_CACHE": str(cache_folder()),
    }
    strace = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(trace)]
    command = [*strace, sys.executable, "-m", "assay", "serve", "--port", "0", "--json"]
    log = tmp_path / "server.log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command, cwd=team.root, env=environment, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            ci = Server(url=url, process=process, log_file=log, team=team).with_token("service")
            assert ci.push(run_log(tmp_path, "run-quiet")).status == 201
            assert ci.ask("POST", "/v1/decisions", {"run": "run-quiet"}).status == 200
            assert ci.ask("POST", "/v1/reports", {"run": "run-quiet"}).status == 201
            assert ci.ask("POST", "/v1/verify").json["exit_code"] == 0
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
    assert outward_calls(trace.read_text(encoding="utf-8")) == []
