"""Erasing texts of a run: their lines are replaced by the time at which they went, and every digest still holds.

Rules of this place: verdicts and the plan are not touched, so the run's digest stays; the salt goes with the texts, so
that what is left cannot be guessed from; the file is replaced whole, and nobody else may be writing the run; a run that
is killed meanwhile keeps either all lines as they were or all as they are now.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import orjson

from assay.kernel import UnavailableError, replace_stream_durably
from evaluation.runs._log import RunLog
from evaluation.runs._types import Payload

__all__ = ["erase_texts", "texts_of"]

Key = tuple[str, int]  # row id, repeat


def texts_of(payload: Payload) -> Iterator[str]:
    """Yield every text of a payload; none of an erased one."""
    yield from (payload.question, payload.answer, payload.reference or "", payload.answer_reason)
    yield from payload.contexts or ()
    yield from (payload.reasons or {}).values()


def erase_texts(directory: Path, keys: Collection[Key] | None, at: str) -> int:
    """Erase the texts of these rows (None: of all); return how many lines lost theirs.

    Raise `UnavailableError` while another process works on the run or where the disk refuses.
    """
    log = RunLog.open(directory)
    if not log.payloads_file.exists():
        return 0
    with _alone(log):
        wanted = _all_but_erased if keys is None else _among(frozenset(keys))
        count = sum(wanted(payload) for payload in log.payloads())
        if count:
            replace_stream_durably(log.payloads_file, _lines(log, wanted, at))
    return count


def _among(keys: frozenset[Key]) -> Callable[[Payload], bool]:
    return lambda payload: payload.erased is None and (payload.id, payload.repeat) in keys


def _all_but_erased(payload: Payload) -> bool:
    return payload.erased is None


def _lines(log: RunLog, wanted: Callable[[Payload], bool], at: str) -> Iterator[bytes]:
    with log.payloads_file.open("rb") as stream:
        for line, payload in zip(_whole(stream), log.payloads(), strict=True):
            if wanted(payload):
                gone = {"id": payload.id, "repeat": payload.repeat, "erased": at}
                yield orjson.dumps(gone, option=orjson.OPT_SORT_KEYS) + b"\n"
            else:
                yield line


def _whole(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Leave out a last line that a crash tore, as reading does."""
    return (line for line in lines if line.endswith(b"\n"))


@contextlib.contextmanager
def _alone(log: RunLog) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for path in (log.directory / "lock", log.verdicts_file):
            with contextlib.suppress(FileNotFoundError):
                descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
                stack.callback(os.close, descriptor)
                _take(descriptor, log.directory)
        yield


def _take(descriptor: int, directory: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UnavailableError(
            f"the run {directory.name!r} is in use by another process", hint="wait until it ends, then erase"
        ) from error
