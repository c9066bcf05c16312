"""The run's side of the courier: starts it, sends it calls, and says clearly when it has gone.

Rules of this place: one courier for one event loop; the lock file is locked here and inherited by the courier, so that
a run whose process was killed stays locked until its courier has kept the last reply.
"""

import asyncio
import fcntl
import itertools
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from assay.kernel import UnavailableError, private_folder
from assay.kernel.children import own_python
from evaluation.llm._budget import Budget, BudgetSpentError, Price
from evaluation.llm._http import EndpointLimits, HttpCall, HttpFailure, HttpReply
from evaluation.llm._wire import Header, Wire, frame

__all__ = ["Courier"]

_START_S = 60.0
_GRACE_S = 5.0  # how long leaving waits for calls in flight; after that the courier finishes them alone
_LOCK_POLL_S = 0.1
_HINT = "run the same command again: replies already paid for are kept"


class Courier:
    """Makes HTTP calls through a process that survives ours. Use as `async with Courier(cache_file) as courier`."""

    def __init__(
        self, cache_file: Path, lock_file: Path | None = None, *, on_wait: Callable[[str], None] | None = None
    ) -> None:
        """Keep replies in `cache_file`; hold `lock_file`, and tell `on_wait` once if another run's courier has it."""
        self._cache_file = cache_file.absolute()
        self._lock_file = lock_file
        self._on_wait = on_wait
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[HttpReply]] = {}
        self._wire: Wire | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._words: IO[bytes] | None = None  # the courier's stderr: empty unless it broke
        self._lock: int | None = None
        self._ready: asyncio.Future[None] | None = None
        self._ended: asyncio.Event = asyncio.Event()
        self._problem: UnavailableError | None = None

    async def __aenter__(self) -> Self:
        """Start the process; raise `UnavailableError` when the cache cannot be opened."""
        private_folder(self._cache_file.parent)
        if self._lock_file is not None:
            self._lock = await _locked(self._lock_file, self._on_wait)
        try:
            await self._start()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Say that no more calls come, and wait a little; a courier with calls in flight finishes them alone."""
        if self._wire is not None:
            self._wire.finish()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), _GRACE_S)
            self._wire.close()
        if self._process is not None:
            await asyncio.to_thread(_reap, self._process, 1.0 if self._ended.is_set() else 0.0)
        if self._lock is not None:
            os.close(self._lock)  # the courier's copy keeps the lock until it ends
        if self._words is not None:
            self._words.close()

    def limit(self, endpoint: str, limits: EndpointLimits) -> None:
        """Set how hard an endpoint may be pressed; without this the defaults of `EndpointLimits` hold."""
        self._send(frame({"limit": endpoint, **asdict(limits)}))

    def price(self, endpoint: str, price: Price) -> None:
        """Set what an endpoint asks; without this its calls cost no money."""
        self._send(frame({"price": endpoint, "prompt": str(price.prompt), "completion": str(price.completion)}))

    def spend_at_most(self, budget: Budget) -> None:
        """Limit what all calls from now on may cost together; a call that does not fit raises `BudgetSpentError`."""
        money = None if budget.money is None else str(budget.money)
        self._send(frame({"budget": {"money": money, "tokens": budget.tokens, "calls": budget.calls}}))

    async def send(self, call: HttpCall) -> HttpReply:
        """Make the call, or find its reply; raise `UnavailableError` when the courier ended or the disk is full.

        A cancelled wait withdraws a call that was not sent yet; one that was sent is finished and kept.
        """
        number = next(self._numbers)
        reply: asyncio.Future[HttpReply] = asyncio.get_running_loop().create_future()
        self._send(_call_frame(number, call))
        self._waiting[number] = reply
        try:
            found = await reply
        except asyncio.CancelledError:
            if self._waiting.pop(number, None) is not None and self._problem is None:
                self._send(frame({"cancel": number}))
            raise
        if found.failure is HttpFailure.STORAGE:
            raise UnavailableError(
                f"a reply cannot be kept in {self._cache_file}: {found.detail}",
                hint="free space on the disk; the same command resumes where it stopped",
            )
        if found.failure is HttpFailure.BUDGET:
            raise BudgetSpentError(found.detail, hint="the same command with a larger budget goes on where it stopped")
        return found

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self._ready = loop.create_future()
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 (closed on exit)
        with theirs:
            self._process = _spawn(theirs.fileno(), self._cache_file, self._lock, self._words)
        _, self._wire = await loop.create_connection(lambda: Wire(self._on_frame, self._on_end), sock=ours)
        try:
            await asyncio.wait_for(self._ready, _START_S)
        except TimeoutError as error:
            raise UnavailableError(f"the courier did not start within {_START_S:g} s", hint="assay doctor") from error

    def _send(self, data: bytes) -> None:
        if self._problem is not None:
            raise self._problem
        if self._wire is None:
            raise UnavailableError("the courier is not running", hint="use it as `async with Courier(…)`")
        self._wire.send(data)

    def _on_frame(self, header: Header, body: bytes) -> None:
        if "reply" in header:
            waiting = self._waiting.pop(header["reply"], None)
            if waiting is not None and not waiting.done():
                waiting.set_result(_reply(header, body))
        elif "ready" in header and self._ready is not None and not self._ready.done():
            self._ready.set_result(None)
        elif "fatal" in header:
            self._fail(UnavailableError(header["fatal"], hint=header["hint"]))

    def _on_end(self) -> None:
        self._ended.set()
        self._fail(UnavailableError(f"the courier ended{self._last_words()}", hint=_HINT))

    def _fail(self, problem: UnavailableError) -> None:
        self._problem = self._problem or problem
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(self._problem)
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(self._problem)
        self._waiting.clear()

    def _last_words(self) -> str:
        if self._words is None or self._words.closed:
            return ""
        self._words.seek(0)
        lines = self._words.read().decode("utf-8", "replace").strip().splitlines()
        return f": {lines[-1][:300]}" if lines else ""


def _spawn(end: int, cache_file: Path, lock: int | None, words: IO[bytes]) -> subprocess.Popen[bytes]:
    command, environment = own_python("evaluation.llm.courier", "--socket", str(end), "--cache", str(cache_file))
    return subprocess.Popen(  # noqa: S603 (our own module)
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=words,
        pass_fds=(end,) if lock is None else (end, lock),
        start_new_session=True,
    )


def _reap(process: subprocess.Popen[bytes], patience_s: float) -> None:
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        # It still has calls in flight: a long-lived caller must not keep a zombie when they end.
        threading.Thread(target=process.wait, name="courier-reaper", daemon=True).start()


async def _locked(path: Path, on_wait: Callable[[str], None] | None) -> int:
    private_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    told = False
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if on_wait is not None and not told:
                    on_wait("waiting for calls of the earlier process to be kept")
                told = True
                await asyncio.sleep(_LOCK_POLL_S)
            else:
                return descriptor
    except BaseException:
        os.close(descriptor)
        raise


def _call_frame(number: int, call: HttpCall) -> bytes:
    header: Header = {
        "call": number,
        "key": call.key,
        "endpoint": call.endpoint,
        "method": call.method,
        "url": call.url,
        "headers": call.headers,
        "timeout_s": call.timeout_s,
        "keep": call.keep,
        "tokens": call.tokens,
        "reply_tokens": call.reply_tokens,
    }
    return frame(header, call.body)


def _reply(header: Header, body: bytes) -> HttpReply:
    failure = header.get("failure")
    return HttpReply(
        status=header["status"],
        content_type=header["content_type"],
        body=body,
        attempts=header["attempts"],
        latency_ms=header["latency_ms"],
        cached=header["cached"],
        failure=HttpFailure(failure) if failure else None,
        detail=header.get("detail", ""),
    )
