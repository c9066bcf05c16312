"""One process of the user's application: one question in, one reply out.

Rules of this place: the process has a group of its own, and the whole group dies with it; what it prints besides
replies is noise, kept only to explain a failure; after anything but a good reply the process is out of step and is
killed, the next question gets a fresh one; no line and no memory is unbounded.
"""

import asyncio
import contextlib
import json
import os
import signal
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from assay.kernel import JsonValue
from evaluation.targets._sighting import clean

__all__ = ["Worker", "WorkerEnd"]

_MAX_LINE = 16 << 20  # bytes of one reply
_KEPT_NOISE = 3
_KEPT_STDERR = 4096  # bytes
_CLOSING_S = 1.0


class WorkerEnd(Exception):  # noqa: N818 - an end is not always an error of ours
    """The process gave no reply: it exited, or its line was too long."""


class Worker:
    """A running process of the application."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Take over a process that was started with pipes and a session of its own."""
        self._process = process
        self._stderr = b""
        self._draining = asyncio.create_task(self._drain())
        self.noise: deque[str] = deque(maxlen=_KEPT_NOISE)
        self.fresh = True

    @classmethod
    async def start(cls, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> "Worker":
        """Start the command; raise `OSError` when it cannot be started."""
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=dict(environment),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=_MAX_LINE,
        )
        return cls(process)

    async def exchange(self, request: Mapping[str, JsonValue]) -> Mapping[str, object]:
        """Send one line and return the first reply-like object; raise `WorkerEnd` when none can come any more."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None  # noqa: S101 - started with pipes
        assert stdout is not None  # noqa: S101 - as above
        self.noise.clear()
        try:
            stdin.write(json.dumps(request).encode("ascii") + b"\n")
            await stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            pass  # it is gone; reading says how
        while True:
            try:
                line = await stdout.readline()
            except ValueError as error:
                raise WorkerEnd(f"a line of more than {_MAX_LINE >> 20} MiB on stdout") from error
            if not line.endswith(b"\n"):
                raise WorkerEnd(await self._how_it_ended())
            reply = _reply_in(line)
            if reply is not None:
                self.fresh = False
                return reply
            self.noise.append(clean(line.decode("utf-8", "replace"), 120))

    async def kill(self) -> None:
        """End the whole process group at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        self._draining.cancel()
        await asyncio.gather(self._draining, return_exceptions=True)

    async def close(self) -> None:
        """Let the process end by the end of its input; then end the group."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), _CLOSING_S)
        await self.kill()

    def last_words(self) -> str:
        """Return the end of what it wrote to stderr, in one line, or ""."""
        lines = self._stderr.decode("utf-8", "replace").strip().split("\n")
        return clean(" | ".join(lines[-4:]))

    async def _how_it_ended(self) -> str:
        try:
            status = await asyncio.wait_for(self._process.wait(), _CLOSING_S)
        except TimeoutError:
            return "it closed its stdout"
        with contextlib.suppress(TimeoutError):  # a grandchild may hold stderr open
            await asyncio.wait_for(asyncio.shield(self._draining), _CLOSING_S)
        return f"it was killed by signal {-status}" if status < 0 else f"it exited with status {status}"

    async def _drain(self) -> None:
        stderr = self._process.stderr
        assert stderr is not None  # noqa: S101 - started with pipes
        while chunk := await stderr.read(1 << 16):
            self._stderr = (self._stderr + chunk)[-_KEPT_STDERR:]


def _reply_in(line: bytes) -> Mapping[str, object] | None:
    """Return the object of a reply; `None` for a print or a log line, JSON or not."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict) and found.keys() & {"answer", "error", "id"}:
        return found
    return None
