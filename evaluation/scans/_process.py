"""A worker process as its owner sees it: start it, send it a batch, read what it says, kill it.

Rules of this place: a worker has a session of its own, so that Ctrl-C is its owner's to handle; our own packages come
first for it; its arithmetic uses one thread; a batch is sent only to a worker that waits for one, so no send can block
for ever.
"""

import contextlib
import os
import socket
import subprocess
from multiprocessing.connection import Connection
from typing import Any

import orjson

from assay.kernel.children import own_python

__all__ = ["GoneError", "WorkerProcess"]

_ENDING_S = 5.0
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


class GoneError(Exception):
    """The process has ended."""


class WorkerProcess:
    """A running `evaluation.scans._worker`."""

    def __init__(self, setup: bytes) -> None:
        """Start it and send it the set-up; it says when it is ready."""
        ours, theirs = socket.socketpair()
        command, environment = own_python("evaluation.scans._worker", str(theirs.fileno()))
        environment |= {**dict.fromkeys(_ONE_THREAD, "1"), "TOKENIZERS_PARALLELISM": "false"}
        said = None if os.environ.get("ASSAY_DEBUG") else subprocess.DEVNULL
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self.connection: Connection[bytes, bytes] = Connection(ours.detach())
        self._send(setup)

    def begin(self, batch: bytes) -> None:
        """Have a batch scanned as a whole."""
        self._send(b"W" + batch)

    def begin_units(self, batch: bytes, first: int) -> None:
        """Have a batch scanned unit by unit, from `first` on."""
        self._send(b"U" + first.to_bytes(8, "big") + batch)

    def hear(self) -> dict[str, Any]:
        """Read one document; raise `GoneError` where none can come any more."""
        document: dict[str, Any] = orjson.loads(self.hear_bytes())
        return document

    def hear_bytes(self) -> bytes:
        """Read one frame; raise `GoneError` where none can come any more."""
        try:
            return self.connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise GoneError from error

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        self.connection.close()

    def last_words(self) -> str:
        """Say how a process ended whose socket is closed."""
        try:
            status = self._process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            status = None
        self.kill()
        if status is None:
            return "it closed its socket"
        return f"killed by signal {-status}" if status < 0 else f"it exited with status {status}"

    def _send(self, frame: bytes) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # reading says that it is gone
            self.connection.send_bytes(frame)
