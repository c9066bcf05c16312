"""A real MLflow server for tests: its own process on a free loopback port, with a SQLite file, and a door before it.

The door is a proxy of ours in which a test can let something happen between two requests.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from assay.kernel import UnavailableError

__all__ = ["Door", "MlflowServer", "serve_mlflow"]

_QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_MODEL_CATALOG_URI": "", "DO_NOT_TRACK": "1"}
_PATIENCE_S = 180
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class MlflowServer:
    """Where it listens."""

    port: int

    @property
    def uri(self) -> str:
        """Its address."""
        return f"http://{_LOOPBACK}:{self.port}"


@contextmanager
def serve_mlflow(folder: Path) -> Iterator[MlflowServer]:
    """Start a server, wait until it answers, stop it with all its children."""
    server = MlflowServer(port=_free_port())
    command = [sys.executable, "-P", "-m", "mlflow", "server", "--host", _LOOPBACK, "--port", str(server.port)]
    command += ["--workers", "1", "--backend-store-uri", f"sqlite:///{folder / 'server.db'}"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    environment = {**os.environ, **_QUIET, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait(process, server, folder / "server.log")
            yield server
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Door:
    """A proxy before a server; `on_request` is shown each request before it goes on, and may raise to cut it off."""

    def __init__(self, server: MlflowServer, on_request: Callable[[BaseHTTPRequestHandler], None]) -> None:
        """Listen on a free port."""
        self._listener = _Listener((_LOOPBACK, 0), _handler(server.port, on_request))
        self._thread = threading.Thread(target=self._listener.serve_forever, daemon=True)

    def __enter__(self) -> str:
        """Open; return the address."""
        self._thread.start()
        return f"http://{_LOOPBACK}:{self._listener.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        """Close."""
        self._listener.shutdown()
        self._listener.server_close()


class _Listener(ThreadingHTTPServer):
    """Says nothing of requests that were cut off."""

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


def _handler(port: int, on_request: Callable[[BaseHTTPRequestHandler], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            on_request(self)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            inner = http.client.HTTPConnection(_LOOPBACK, port, timeout=60)
            kept = {key: value for key, value in self.headers.items() if key.lower() not in {"host", "connection"}}
            inner.request(self.command, self.path, body, kept)
            answer = inner.getresponse()
            content = answer.read()
            with suppress(OSError):  # whoever asked may be dead
                self.send_response(answer.status)
                for key, value in answer.getheaders():
                    if key.lower() not in {"transfer-encoding", "connection", "content-length"}:
                        self.send_header(key, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            inner.close()

        do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _pass_on  # noqa: N815  names of the library

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind((_LOOPBACK, 0))
        port: int = taken.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", server: MlflowServer, log: Path) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), _DIRECT.open(f"{server.uri}/health", timeout=2):
            return
        time.sleep(0.2)
    raise UnavailableError(f"the server of the tests did not come up: {log.read_text(errors='replace')[-2000:]}")
