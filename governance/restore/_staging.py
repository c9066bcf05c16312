"""Preparing what is put back beside what is there: the store with its declaration, the key, the files.

Rules of this place: all of it is in one folder that nothing looks at, made anew at each attempt; the key is found in
the key folder or among its former logs before the backup is asked for it; files that are there are never overwritten.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from assay.kernel import Clock, ForbiddenError, InputError, IntegrityError, UnavailableError, private_folder
from governance.backup import (
    KEYS_NAME,
    STORE_NAME,
    WITNESS_NAME,
    Archive,
    CopyThatExists,
    Declaration,
    open_sealed,
    record_restore,
)
from governance.ledger import Actor, KeyFolder, Verifier
from governance.record import Record
from governance.restore._types import RestorePlan
from governance.store import open_engine, read

__all__ = ["Staged", "put_files_back", "stage"]

_KEY_HOLDER: Final = "keyholder"


@dataclass(frozen=True)
class Staged:
    """What is ready to be put into place."""

    folder: Path

    @property
    def store(self) -> Path:
        """The SQLite file, its declaration signed."""
        return self.folder / STORE_NAME

    @property
    def keys(self) -> Path:
        """A key folder."""
        return self.folder / "keys"


def stage(
    archive: Archive,
    folder: Path,
    plan: RestorePlan,
    identity: Verifier,
    declarations: Sequence[Declaration],
    copies: Sequence[CopyThatExists],
    actor: Actor,
    clock: Clock,
    *,
    allowed: bool,
) -> Staged:
    """Extract store, witness file and key into a folder and declare the restore there."""
    staged = Staged(folder)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        private_folder(staged.keys)
        archive.extract(STORE_NAME, staged.store)
        if WITNESS_NAME in archive.manifest.files:
            archive.extract(WITNESS_NAME, staged.keys / WITNESS_NAME)
        _take_key(archive, staged.keys, plan, identity)
    except OSError as error:
        raise UnavailableError(f"cannot prepare the restore in {folder}: {error}", hint="free space") from error
    with closing(Record.open(f"sqlite:///{staged.store}", staged.keys, clock)) as record:
        _declare(record, declarations, copies, actor, allowed=allowed)
    engine = open_engine(f"sqlite:///{staged.store}")
    with read(engine) as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()  # the last connection empties the write-ahead log into the file
    return staged


def _declare(
    record: Record,
    declarations: Sequence[Declaration],
    copies: Sequence[CopyThatExists],
    actor: Actor,
    *,
    allowed: bool,
) -> None:
    """Declare in the copy: as the store that is replaced allowed it, else as the copy does, else as the key's holder.

    Nobody else can be asked where a team's machine is lost: who holds the key and the backup may, and it is said.
    """
    if not allowed:
        try:
            record.backups.declare(declarations, copies, actor)
        except ForbiddenError:
            actor = replace(actor, role=_KEY_HOLDER)
        else:
            return
    with record._door.unsafe_change(actor) as change:  # noqa: SLF001  the one place that may go past the rights
        record_restore(change, declarations, copies)


def _take_key(archive: Archive, target: Path, plan: RestorePlan, identity: Verifier) -> None:
    for folder in (plan.keys, *sorted(plan.keys.glob("former-*"))):
        if KeyFolder(folder).holds(identity):
            for path in folder.glob("*.key*"):
                shutil.copy2(path, target / path.name)
            return
    if not archive.manifest.has_keys:
        raise UnavailableError(
            f"the backup holds no keys, and the one that signs {identity.name} is not in {plan.keys}",
            hint="point ASSAY_KEYS at the folder with the key, or restore a backup that was made with keys",
        )
    if plan.passphrase is None:
        raise InputError(
            "the key that signs this store is in the backup alone, sealed", hint="export ASSAY_BACKUP_PASSPHRASE"
        )
    for name, data in open_sealed(archive.read(KEYS_NAME), plan.passphrase, archive.manifest.digests()).items():
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise IntegrityError(f"the sealed keys hold a file named {name!r}, which leads elsewhere")
        private_folder((target / name).parent)
        (target / name).touch(mode=0o600)
        (target / name).write_bytes(data)


def put_files_back(archive: Archive, plan: RestorePlan) -> tuple[int, tuple[str, ...]]:
    """Write the files that are missing; return how many, and the names of those that were there and differ."""
    written, kept = 0, []
    for name, target in _targets(archive, plan):
        if not target.exists():
            archive.extract(name, target)
            written += 1
        elif not _is_same(archive, name, target):
            kept.append(name)
    return written, tuple(kept)


def _targets(archive: Archive, plan: RestorePlan) -> Iterator[tuple[str, Path]]:
    for name in archive.manifest.files:
        top, _, rest = name.partition("/")
        if name in plan.files:
            yield name, plan.files[name]
        elif rest and top in plan.folders:
            yield name, plan.folders[top] / rest


def _is_same(archive: Archive, name: str, path: Path) -> bool:
    size = archive.manifest.files[name].size
    if path.stat().st_size != size:
        return False
    with path.open("rb") as stream:
        return all(stream.read(len(portion)) == portion for portion in archive.portions(name))
