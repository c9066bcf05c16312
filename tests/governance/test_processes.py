"""Several writers, and writers that are killed: nothing acknowledged is lost, nothing is torn."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from governance.verifier import LedgerVerdict, verify_store, witnessed_notes
from tests.governance.samples import Place, append, on_both_stores


def start(place: Place, root: Path, first: int, count: int) -> "subprocess.Popen[str]":
    """Start a writer in a process of its own."""
    arguments = [str(place.path), str(first), str(count), place.server_url]
    command = [sys.executable, "-m", "tests.governance.appender", *arguments]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)


def recorded(place: Place) -> set[int]:
    """Return the numbers of the reports that the store holds."""
    return {int(one.report.digest.removeprefix("sha256:"), 16) for one in place.open().reports()}


def assert_sound(place: Place) -> None:
    """Verify against the witness file."""
    result = verify_store(place.file(), vkey=place.vkey, trusted=witnessed_notes(place.witness))
    assert (result.verdict, result.findings) == (LedgerVerdict.OK, ())


@on_both_stores
def test_two_processes_append_at_once(place: Place, root: Path) -> None:
    """All entries of both are there, in one sequence, each with its checkpoint."""
    writers = [start(place, root, first, 40) for first in (0, 1000)]
    for writer in writers:
        writer.communicate(timeout=120)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert recorded(place) == {*range(40), *range(1000, 1040)}
    assert_sound(place)


@on_both_stores
def test_threads_of_one_process_append_at_once(place: Place) -> None:
    """One record serves several threads."""
    record = place.open()
    threads = [threading.Thread(target=append, args=(record, 10)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert record.checkpoint().size == 41
    assert_sound(place)


@on_both_stores
@pytest.mark.soak
def test_a_writer_that_is_killed_loses_nothing_that_it_acknowledged(place: Place, root: Path) -> None:
    """Twelve kills in mid-append, at other moments each; the store opens, verifies and holds what was said."""
    said: set[int] = set()
    for attempt in range(12):
        writer = start(place, root, attempt * 10_000, 10_000)
        assert writer.stdout is not None
        said.add(int(writer.stdout.readline()))
        time.sleep(0.013 * attempt)
        writer.kill()
        rest, _ = writer.communicate()
        said |= {int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")}
        assert said <= recorded(place)
        assert_sound(place)
    assert len(said) >= 12
