"""Kills, several processes, a clock that goes back, a disk that is full or refuses: nothing acknowledged is lost."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from assay.kernel import FixedClock, UnavailableError
from governance.record import Record
from governance.verifier import LedgerVerdict, verify_store, witnessed_notes
from tests.governance.samples import Place, append, on_both_stores

_NOBODY = 65534


def assert_sound(place: Place) -> None:
    """Verify against the witness file."""
    result = verify_store(place.file(), vkey=place.vkey, trusted=witnessed_notes(place.witness))
    assert (result.verdict, result.findings) == (LedgerVerdict.OK, ())


def write(place: Place, root: Path, *, writers: int, kills: int) -> tuple[set[int], int]:
    """Return the numbers that were acknowledged, and how many processes were killed."""
    command = [sys.executable, "-m", "tests.governance.writers", str(place.path), str(writers), str(kills)]
    done = subprocess.run(
        [*command, place.server_url], cwd=root, capture_output=True, text=True, timeout=1200, check=True
    )
    document = json.loads(done.stdout)
    assert len(set(document["said"])) == len(document["said"])
    return set(document["said"]), document["killed"]


def recorded(place: Place) -> set[int]:
    """Return the numbers of the reports that the store holds."""
    found = place.sql("SELECT digest FROM report")
    numbers = {int(digest.removeprefix("sha256:"), 16) for (digest,) in found}
    assert len(numbers) == len(found)
    return numbers


@pytest.mark.soak
@pytest.mark.timeout(1500)
@on_both_stores
def test_two_hundred_kills_lose_nothing_that_was_acknowledged(place: Place, root: Path) -> None:
    """Three processes with three threads each, killed in mid-append; what was said is there, and all of it verifies."""
    said, killed = write(place, root, writers=3, kills=200)
    place.open().close()
    assert (killed, len(said) >= 200) == (203, True)
    assert said <= recorded(place)
    assert_sound(place)


@pytest.mark.soak
@on_both_stores
def test_four_processes_make_one_sequence_without_a_gap(place: Place, root: Path) -> None:
    """Every report of each of them, numbered in one row, each in a checkpoint that is witnessed."""
    said, _ = write(place, root, writers=4, kills=0)
    assert len(said) == 4 * 3 * 10
    assert recorded(place) == said
    assert [seq for (seq,) in place.sql("SELECT seq FROM ledger_entry ORDER BY seq")] == [*range(121)]
    assert_sound(place)


@on_both_stores
def test_a_clock_that_goes_back_is_recorded_as_it_was(place: Place) -> None:
    """The order of entries is their number; times are what the clock said."""
    record = Record.open(place.url, place.keys, FixedClock(step=timedelta(hours=-1)))
    append(record, 3)
    times = [entry.at for entry in record.entries()]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == 4
    assert_sound(place)


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize("spare", [0, 1_000, 5_000, 9_000, 13_000, 50_000])
def test_a_full_disk_refuses_the_change_and_leaves_nothing_half(place: Place, spare: int) -> None:
    """The error says so; with room again the same record goes on, and all that was acknowledged is there."""
    record = place.open()
    append(record, 1)
    size = max(path.stat().st_size for path in place.path.iterdir() if path.is_file())
    with files_up_to(size + spare):
        done, error = append_until_refused(record)
    assert error.hint
    assert record.checkpoint().size == 2 + done
    append(record, 1)
    assert record.checkpoint().size == 3 + done
    assert_sound(place)


def append_until_refused(record: Record) -> tuple[int, UnavailableError]:
    """Return how many changes were acknowledged, and the error of the next one."""
    for done in range(100):
        try:
            append(record, 1)
        except UnavailableError as error:
            return done, error
    raise AssertionError("nothing was refused")


@pytest.fixture
def shared() -> Iterator[Place]:
    """Return a folder that an ordinary user may walk into, whoever runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="assay-", dir="/tmp"))
    yield Place(folder)
    shutil.rmtree(folder)


@contextmanager
def as_ordinary_user(folder: Path) -> Iterator[None]:
    """Hand the files to a user who is bound by their permissions, and be this user."""
    if os.geteuid() != 0:
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, _NOBODY, _NOBODY)
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(
    ("name", "mode", "words"),
    [
        ("store.sqlite", 0o444, "does not work"),
        (".", 0o555, "does not work"),
        ("keys/witness.jsonl", 0o444, "the change is recorded, but its checkpoint could not be witnessed"),
        ("keys/writer.lock", 0o444, "cannot open the lock"),
        ("keys/signing.key", 0o000, "cannot read the key"),
    ],
)
def test_what_may_not_be_written_is_told_and_nothing_is_half(shared: Place, name: str, mode: int, words: str) -> None:
    """A read-only file or folder; with its permissions back, the store goes on."""
    record = shared.open()
    append(record, 1)
    record.close()
    path = shared.path / name
    before = path.stat().st_mode
    path.chmod(mode)
    with as_ordinary_user(shared.path), pytest.raises(UnavailableError, match=words) as caught:
        append(shared.open(), 1)
    assert caught.value.hint
    for one in (path, *shared.path.glob("store.sqlite-*")):  # SQLite gives them the mode of the store
        one.chmod(before)
    with as_ordinary_user(shared.path):
        append(shared.open(), 1)
    assert_sound(shared)


def test_a_lock_of_a_process_that_is_gone_holds_nobody_up(place: Place) -> None:
    """Locks belong to open files: a killed holder's is free, whatever its file says."""
    record = place.open()
    lock = place.keys / "writer.lock"
    program = "import fcntl,sys,time\nf=open(sys.argv[1],'r+')\nfcntl.flock(f,2)\nprint(flush=True)\ntime.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", program, str(lock)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.kill()
    lock.write_text("held since long ago", encoding="utf-8")
    append(record, 1)
    assert record.checkpoint().size == 2
