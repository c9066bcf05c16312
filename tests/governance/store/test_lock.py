"""The lock between writers."""

import fcntl
from pathlib import Path

import pytest

from assay.kernel import UnavailableError
from governance.store import fair_lock


def is_taken(path: Path) -> bool:
    """Whether somebody holds the lock on a file."""
    with path.open("ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_who_writes_holds_the_lock_and_leaves_the_queue_to_the_next(tmp_path: Path) -> None:
    """The queue is for those who wait, the lock for the one who writes."""
    lock, queue = tmp_path / "writer.lock", tmp_path / "writer.lock.queue"
    with fair_lock(lock):
        assert (is_taken(lock), is_taken(queue)) == (True, False)
    assert (is_taken(lock), is_taken(queue)) == (False, False)


def test_an_error_inside_lets_go(tmp_path: Path) -> None:
    """A change that fails does not keep others out."""
    with pytest.raises(ValueError, match="inside"), fair_lock(tmp_path / "lock"):
        raise ValueError("inside")
    assert not is_taken(tmp_path / "lock")


def test_a_folder_that_is_not_there_is_explained(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(UnavailableError, match="cannot open the lock"), fair_lock(tmp_path / "none" / "lock"):
        pass
