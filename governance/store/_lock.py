"""One writer at a time, across processes, in turn.

Rules of this place: a waiting writer holds the queue while it waits for the lock, so that a busy process cannot take
the lock again before those who wait; locks belong to open files, so that a killed process lets go.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assay.kernel import UnavailableError

__all__ = ["fair_lock"]


@contextmanager
def fair_lock(path: Path) -> Iterator[None]:
    """Hold the lock named by `path` (two files beside each other); waits until it is free."""
    queue = _open(path.with_name(path.name + ".queue"))
    try:
        lock = _open(path)
        try:
            fcntl.flock(queue, fcntl.LOCK_EX)
            fcntl.flock(lock, fcntl.LOCK_EX)
            fcntl.flock(queue, fcntl.LOCK_UN)
            yield
        finally:
            os.close(lock)
    finally:
        os.close(queue)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UnavailableError(f"cannot open the lock {path}: {error.strerror}", hint="check permissions") from error
