"""Writing a run log: a row is written when it ended with all its metrics, and counts when it is on the disk.

Rules of this place: the plan is written once, before the first call, and never changed; texts are synced before the
verdicts that commit to them; rows that end while the disk works share the next sync; what waits for the disk is bounded
in bytes; syncs run off the event loop; when the disk refuses, what was half-written is cut away again and every waiting
row learns why; the folder and its files are their owner's alone.
"""

import asyncio
import contextlib
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

from assay.kernel import AssayError, InputError, UnavailableError, append_durably, private_folder, replace_durably
from evaluation.runs._encoding import FinishedRow, encode_row
from evaluation.runs._log import PAYLOADS_NAME, PLAN_NAME, VERDICTS_NAME, RunLog
from evaluation.runs._plan import plan_bytes
from evaluation.runs._resume import cut_torn_tail
from evaluation.runs._types import RunPlan

__all__ = ["RunLogWriter"]

_SALT_BYTES = 32
_SALTS_DRAWN = 64
_MOST_WAITING = 1 << 20  # bytes of finished rows that wait for the disk before no other is taken
Ended: TypeAlias = Callable[[AssayError | None], None]
_Waiting: TypeAlias = tuple[bytes, bytes, Ended]


class RunLogWriter:
    """The only writer of one run log; use as an async context: leaving it writes what was handed over."""

    def __init__(self, directory: Path) -> None:
        """Open an existing run log for appending; raise `UnavailableError` while another process writes it."""
        self.directory = directory
        self._verdicts = _open(directory / VERDICTS_NAME)
        try:
            fcntl.flock(self._verdicts, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._verdicts)
            raise UnavailableError(
                f"another process is writing the run {directory.name!r}", hint="wait until it ends, or start a new run"
            ) from error
        self._payloads = _open(directory / PAYLOADS_NAME)
        cut_torn_tail(self._verdicts)
        cut_torn_tail(self._payloads)
        self._salts = _salts()
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="run-log")
        self._waiting: list[_Waiting] = []
        self._waiting_bytes = 0
        self._room = asyncio.Event()
        self._flusher: asyncio.Task[None] | None = None
        self._broken: AssayError | None = None

    @classmethod
    def create(cls, directory: Path, plan: RunPlan) -> "RunLogWriter":
        """Write the plan into a new folder and open it; raise `InputError` when the run exists."""
        try:
            private_folder(directory.parent)
            directory.mkdir(mode=0o700)
        except FileExistsError as error:
            raise InputError(f"the run {directory.name!r} exists", hint=f"--resume {directory.name}") from error
        except OSError as error:
            raise UnavailableError(
                f"cannot create {directory}: {error.strerror}", hint="check the folder's permissions and free space"
            ) from error
        try:
            replace_durably(directory / PLAN_NAME, plan_bytes(plan))
        except UnavailableError:
            directory.rmdir()  # a folder without a plan is no run
            raise
        return cls(directory)

    @classmethod
    def resume(cls, directory: Path) -> "RunLogWriter":
        """Open a run that was begun, cutting what a crash tore; raise for a plan that cannot be read."""
        RunLog.open(directory)
        return cls(directory)

    async def __aenter__(self) -> Self:
        """Enter; rows may be appended."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Write what was handed over, then close."""
        await self.close()

    async def append(self, row: FinishedRow) -> None:
        """Return when the row is on the disk; raise `UnavailableError` when the disk refuses."""
        done = asyncio.get_running_loop().create_future()
        await self.hand_over(row, lambda error: _settle(done, error))
        await done

    async def hand_over(self, row: FinishedRow, ended: Ended) -> None:
        """Return when the row is taken, soon unless the disk is far behind; raise `UnavailableError` if it refused.

        `ended` is called once the row is on the disk, or with the reason why it never will be.
        """
        while self._waiting_bytes >= _MOST_WAITING and self._broken is None:
            self._room.clear()
            await self._room.wait()
        if self._broken is not None:
            raise self._broken
        payload, verdict = encode_row(row, next(self._salts))
        self._waiting.append((payload, verdict, ended))
        self._waiting_bytes += len(payload) + len(verdict)
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())

    async def flushed(self) -> None:
        """Return when all that was handed over is on the disk; raise `UnavailableError` when the disk refused."""
        if self._flusher is not None:
            await asyncio.wait([self._flusher])
            self._flusher.result()  # raises what an `ended` raised
        if self._broken is not None:
            raise self._broken

    async def close(self) -> None:
        """Write what was handed over and let go of the files; safe to call twice."""
        if self._flusher is not None:
            await asyncio.wait([self._flusher])
        self._disk.shutdown()
        for descriptor in (self._payloads, self._verdicts):
            with contextlib.suppress(OSError):  # closed before
                os.close(descriptor)

    async def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch = self._taken()
            try:
                await loop.run_in_executor(self._disk, self._commit, batch)
            except AssayError as error:
                self._broken = error
                batch += self._taken()
            for _, _, ended in batch:
                ended(self._broken)

    def _taken(self) -> list[_Waiting]:
        batch, self._waiting, self._waiting_bytes = self._waiting, [], 0
        self._room.set()
        return batch

    def _commit(self, batch: list[_Waiting]) -> None:
        self._extend(self._payloads, PAYLOADS_NAME, [payload for payload, _, _ in batch])
        self._extend(self._verdicts, VERDICTS_NAME, [verdict for _, verdict, _ in batch])

    def _extend(self, descriptor: int, name: str, lines: list[bytes]) -> None:
        before = os.fstat(descriptor).st_size
        try:
            append_durably(descriptor, lines)
        except UnavailableError as error:
            with contextlib.suppress(OSError):  # a torn tail is cut at resume
                os.ftruncate(descriptor, before)
            raise UnavailableError(
                f"cannot append to {self.directory / name}: {_cause(error)}",
                hint=f"free space, then `assay run --resume {self.directory.name}` goes on where it stopped",
            ) from error


def _salts() -> Iterator[bytes]:
    """Yield salts, each once; many are drawn at a time, because each draw leaves the interpreter and its lock."""
    while True:
        drawn = secrets.token_bytes(_SALT_BYTES * _SALTS_DRAWN)
        yield from (drawn[at : at + _SALT_BYTES] for at in range(0, len(drawn), _SALT_BYTES))


def _settle(done: "asyncio.Future[None]", error: AssayError | None) -> None:
    if done.done():  # the row was cancelled while its bytes went to the disk
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)


def _cause(error: UnavailableError) -> str:
    cause = error.__cause__
    return (cause.strerror or str(cause)) if isinstance(cause, OSError) else error.message


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise UnavailableError(
            f"cannot open {path}: {error.strerror}", hint="check the folder's permissions and free space"
        ) from error
