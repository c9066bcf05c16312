"""The output file and how far it is: what was committed survives any crash, and no row comes twice.

Rules of this place: lines are appended and synced, then the state file is replaced; after a crash the output is cut
back to what the state says. One process writes an output at a time. What the state vouches for is read again before
anything is added to it.
"""

import contextlib
import fcntl
import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import orjson

from assay.kernel import FOR_OTHERS, InputError, IntegrityError, UnavailableError, replace_durably
from evaluation.scans._tally import Tally, parse_tally, tally_json

__all__ = ["Output", "Progress", "read_progress"]

_CHUNK = 1 << 20
_NEW = "--new begins anew"


@dataclass(kw_only=True)
class Progress:
    """What is on the disk for good."""

    rows: int = 0
    size: int = 0  # bytes of the output
    digest: str = ""  # of these bytes, tagged
    mark: str = ""  # of the source after these rows
    tally: Tally = field(default_factory=dict)


def read_progress(path: Path) -> Progress | None:
    """Return what a state file says, None where there is none; raise `IntegrityError` for one that is broken."""
    try:
        document: Mapping[str, Any] = orjson.loads(path.read_bytes())
        return Progress(**{**document, "tally": parse_tally(document["tally"])})
    except FileNotFoundError:
        return None
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise IntegrityError(f"{path} is not the state of a scan: it was changed", hint=_NEW) from error


class Output:
    """An output file that is being written. Use as a context manager."""

    def __init__(self, path: Path, state: Path, progress: Progress | None, *, mode: int = FOR_OTHERS) -> None:
        """Open the file at what was committed, or anew; raise `UnavailableError` while another process writes it.

        Raise `IntegrityError` where the committed bytes are not there any more.
        """
        self._path, self._state = path, state
        self.progress = progress or Progress()
        if progress is None:
            _remove(path)
        self._file = _opened(path, mode)
        try:
            self._digest = self._continue()
            self.commit(self.progress.mark)
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        os.close(self._file)

    def write(self, lines: bytes) -> None:
        """Append lines that are not committed yet."""
        data = memoryview(lines)
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError as error:
            raise _refused(self._path, error) from error
        self._digest.update(lines)
        self.progress.size += len(lines)

    def commit(self, mark: str) -> None:
        """Make what was written, and the counts in `progress`, the state to go on from."""
        try:
            os.fsync(self._file)
        except OSError as error:
            raise _refused(self._path, error) from error
        self.progress.digest, self.progress.mark = f"sha256:{self._digest.hexdigest()}", mark
        document = {**vars(self.progress), "tally": tally_json(self.progress.tally)}
        replace_durably(self._state, orjson.dumps(document))

    def _continue(self) -> "hashlib._Hash":
        """Read what was committed, cut off what comes after it, and stand at its end."""
        digest, left = hashlib.sha256(), self.progress.size
        while left and (chunk := os.read(self._file, min(left, _CHUNK))):
            digest.update(chunk)
            left -= len(chunk)
        if left or (self.progress.size and f"sha256:{digest.hexdigest()}" != self.progress.digest):
            raise IntegrityError(
                f"{self._path} does not begin with the {self.progress.rows} rows that were written to it", hint=_NEW
            )
        os.ftruncate(self._file, self.progress.size)
        os.lseek(self._file, self.progress.size, os.SEEK_SET)
        return digest


def _remove(path: Path) -> None:
    """Take away an older output, so that who still reads it keeps it whole."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path} is no regular file, and a scan has to go on in it", hint="--out FILE")
        _refuse_writer(path)
        path.unlink()


def _refuse_writer(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _lock(descriptor, path)
    finally:
        os.close(descriptor)


def _opened(path: Path, mode: int) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode)
    except OSError as error:
        raise UnavailableError(f"cannot write {path}: {error.strerror}", hint="choose another --out") from error
    try:
        _lock(descriptor, path)
    except UnavailableError:
        os.close(descriptor)
        raise
    return descriptor


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UnavailableError(
            f"another scan is writing {path}", hint="wait until it ends, or choose another --out"
        ) from error
    if not os.path.samestat(os.fstat(descriptor), path.stat()):
        raise UnavailableError(f"another scan has just begun to write {path}", hint="choose another --out")


def _refused(path: Path, error: OSError) -> UnavailableError:
    return UnavailableError(
        f"cannot write {path}: {error.strerror}", hint="free space on the disk; the same command goes on"
    )
