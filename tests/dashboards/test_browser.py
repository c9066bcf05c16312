"""The pages and the report in a real browser: what they ask for, where they listen, and that they end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from assay.app.init import create_workspace
from assay.app.report import build_report
from assay.app.workspace import Workspace
from governance import Record
from tests.reports.records import GOOD, gate, ingest

pytestmark = pytest.mark.soak
ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with one run that passed."""
    made = create_workspace(tmp_path / "app")
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "keys"))
    made.prepare_state()
    record = Record.open(made.store_url, made.key_dir)
    ingest(record, made.runs, "run-1", GOOD)
    gate(record, made.runs, "run-1")
    record.close()
    return made


@pytest.fixture
def browser(workspace: Workspace) -> Iterator[Browser]:
    """Start chromium, after the workspace was made: its driver holds an event loop of its own."""
    assert workspace.runs.is_dir()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def dashboard(workspace: Workspace) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """Run `assay dashboard` and return the process and its address."""
    command = [sys.executable, "-m", "assay", "dashboard", "--no-browser", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=workspace.root, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process, str(json.loads(process.stdout.readline())["url"])
    process.terminate()
    process.wait(30)


def test_the_overview_asks_nobody_but_this_machine(
    dashboard: "tuple[subprocess.Popen[str], str]", browser: Browser
) -> None:
    """The page is shown, and every request of it goes to the loopback address."""
    address, asked = dashboard[1], list[str]()
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.get_by_role("heading", name="Runs", exact=True).wait_for(timeout=60_000)
    page.get_by_text("not four eyes").wait_for()
    page.wait_for_load_state("networkidle")
    assert asked
    assert {url for url in asked if not url.startswith((address, "data:", "blob:"))} == set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_with_the_command(
    dashboard: "tuple[subprocess.Popen[str], str]", number: signal.Signals
) -> None:
    """Ctrl-C and a kill leave nothing that listens."""
    process, address = dashboard
    port = int(address.rsplit(":", 1)[1])
    process.send_signal(number)
    assert process.wait(30) == 0
    for _ in range(50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    pytest.fail("the port still answers")


def test_the_server_listens_on_the_loopback_interface_only(dashboard: "tuple[subprocess.Popen[str], str]") -> None:
    """No other address of the machine has the port open."""
    port = int(dashboard[1].rsplit(":", 1)[1])
    lines = [line.split() for name in ("tcp", "tcp6") for line in _table(name)]
    listening = {fields[1] for fields in lines if fields[3] == "0A" and fields[1].endswith(f":{port:04X}")}
    assert listening == {f"0100007F:{port:04X}"}


def test_the_report_opens_without_a_request_or_a_complaint(workspace: Workspace, browser: Browser) -> None:
    """Nothing but the file is read, and the browser's console stays empty."""
    built = build_report(workspace)
    asked, said = list[str](), list[str]()
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(built.path.as_uri())
    assert page.get_by_text("Pass", exact=True).is_visible()
    assert (asked, said) == ([built.path.as_uri()], [])


def _table(name: str) -> list[str]:
    path = Path("/proc/net") / name
    return path.read_text().split("\n")[1:-1] if path.exists() else []
