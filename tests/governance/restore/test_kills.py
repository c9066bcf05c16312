"""A restore that is killed at any of its steps: the old store or the new one is there, whole, and it can go on."""

import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from governance.backup import BackupPlan, check_backup
from governance.verifier import LedgerVerdict
from tests.governance.restore.scene import Scene, make, verified
from tests.governance.samples import ME, Place, append

pytestmark = pytest.mark.soak
OLD, NEW = 9, 7  # entries before; after: the backup's five, the declaration and the copy that exists
_CHANGES: Final = frozenset({"os.rename", "os.link", "os.remove", "os.mkdir", "os.truncate", "sqlite3.connect"})
_FINISHED: Final = 0


def killed_at(scene: Scene, step: int) -> bool:
    """Restore in a process of its own that dies before its n-th change to the disk; whether it got to the end."""
    child = os.fork()
    if child == 0:
        seen: list[str] = []

        def count(name: str, arguments: tuple[object, ...]) -> None:
            writes = name == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
            if (name in _CHANGES or writes) and str(scene.place.path) in str(arguments[0]):
                seen.append(name)
                if len(seen) == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            scene.restore(scene.plan())
        finally:
            os._exit(_FINISHED)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status)


def copied(scene: Scene, target: Path) -> Scene:
    """Return the same scene in another folder."""
    shutil.copytree(scene.place.path, target)
    return Scene(Place(target), target / scene.backup.name)


def entries_anywhere(place: Place) -> set[int]:
    """Return the sizes of all whole stores in the folder, the one in place and those kept aside."""
    sizes = set()
    for path in [place.store, *place.path.glob("replaced-*/store.sqlite")]:
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            sizes.add(database.execute("SELECT count(*) FROM ledger_entry").fetchone()[0])
    return sizes


def test_a_restore_that_is_killed_at_any_step_loses_nothing(tmp_path: Path) -> None:
    """Whatever the step, the store opens and verifies; the same command ends what was begun."""
    scene = make(Place(tmp_path / "scene"))
    step, finished = 1, False
    while not finished:
        here = copied(scene, tmp_path / f"step-{step}")
        finished = killed_at(here, step)
        assert OLD in entries_anywhere(here.place)
        if step % 2:
            with closing(here.place.open()) as record:
                assert record.checkpoint().size in {OLD, NEW}
        here.restore(here.plan())
        with closing(here.place.open()) as record:
            assert record.checkpoint().size == NEW
            assert len(record.backups.restores()) == 1
            append(record, 1)
        assert verified(here.place).verdict is not LedgerVerdict.TAMPERED
        assert OLD in entries_anywhere(here.place)
        shutil.rmtree(here.place.path)
        step += 1
    assert step > 20


def test_a_backup_that_is_killed_leaves_no_file_under_its_name(tmp_path: Path) -> None:
    """Half a backup is none, and the next one is made as if nothing had been."""
    place = Place(tmp_path)
    place.open().close()
    out = tmp_path / "new.zip"
    child = os.fork()
    if child == 0:
        sys.addaudithook(lambda name, _: os.kill(os.getpid(), signal.SIGKILL) if name == "os.rename" else None)
        try:
            back_up(place, out)
        finally:
            os._exit(1)
    os.waitpid(child, 0)
    assert not out.exists()
    back_up(place, out)
    assert check_backup(out).verification.verdict is LedgerVerdict.OK


def back_up(place: Place, out: Path) -> None:
    """Make a backup of the store alone."""
    with closing(place.open()) as record:
        record.backups.make(out, BackupPlan(passphrase=None, expires_at=None), ME)
