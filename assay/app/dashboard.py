"""Starting the pages: a Streamlit process on the loopback interface, and its end.

Rules of this place: bound to 127.0.0.1, cross-site requests refused, no usage statistics, no file watcher; nothing but
the workspace's path is handed over.
"""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from assay.app.workspace import Workspace
from assay.kernel import InputError, MissingError, UnavailableError
from assay.kernel.children import own_python

__all__ = ["address", "dashboard_command", "free_port", "serving"]

HOST = "127.0.0.1"
_READY_S, _POLL_S, _STOP_S = 60.0, 0.2, 10.0


def dashboard_command(port: int) -> tuple[list[str], dict[str, str]]:
    """Return the command line of the server, and its environment."""
    flags = {
        "server.headless": "true",
        "server.address": HOST,
        "server.port": str(port),
        "server.enableXsrfProtection": "true",
        "server.enableCORS": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
        "global.developmentMode": "false",
    }
    return own_python("streamlit", "run", str(_script()), *(f"--{key}={flags[key]}" for key in flags))


def free_port(wanted: int | None) -> int:
    """Return the wanted port if nothing holds it, else the first free one from 8501 on; raise if it is taken."""
    for port in [wanted] if wanted else range(8501, 8600):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except (OSError, OverflowError):
                continue
            return port
    raise InputError(f"the port {wanted or '8501 to 8599'} is taken", hint="assay dashboard --port NUMBER")


def address(port: int) -> str:
    """Return what to type into a browser."""
    return f"http://{HOST}:{port}"


@contextmanager
def serving(workspace: Workspace, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the server until the context ends; yield once it answers; raise `UnavailableError` if it never does."""
    command, environment = dashboard_command(port)
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        env={**environment, "ASSAY_WORKSPACE": str(workspace.root)},
        cwd=workspace.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        _await_answer(process, port)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _script() -> Path:
    found = find_spec("dashboards")
    if found is None or not found.submodule_search_locations or find_spec("streamlit") is None:
        raise MissingError("the pages are not installed", hint="`assay doctor` says what is missing")
    return Path(found.submodule_search_locations[0]) / "app.py"


def _await_answer(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + _READY_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address(port)}/_stcore/health", timeout=2):  # noqa: S310 - our own loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(_POLL_S)
    raise UnavailableError("the dashboard did not start", hint="`assay doctor` says what is missing")
