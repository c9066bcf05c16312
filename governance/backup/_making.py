"""Writing a backup: the store, the files that it refers to, the witness file and the sealed keys.

Rules of this place: the store comes first, in one state; the witness file ends where that state ends; a file that is
gone or not a plain file is left out; the keys come last, bound to everything before them; the backup appears under its
name only when it is whole and on the disk.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from assay.kernel import ConfigurationError, InputError, IntegrityError, UnavailableError
from governance.backup._archive import KEYS_NAME, PUBLIC_NAME, STORE_NAME, WITNESS_NAME, ArchiveWriter, Manifest
from governance.backup._sealing import check_passphrase, seal
from governance.ledger import Checkpoint, KeyFolder, last_checkpoint, log_identity
from governance.snapshot import copy_store
from governance.store import HEAD, open_engine, read

__all__ = ["BackupPlan", "write_backup"]

_SIZE: Final = re.compile(r"\n([0-9]{1,19})\n")
_LEFT_OUT: Final = frozenset({"lock"})
_PUBLIC: Final = frozenset({WITNESS_NAME, "writer.lock", "writer.lock.queue"})


@dataclass(frozen=True, kw_only=True)
class BackupPlan:
    """What goes into a backup beside the store."""

    folders: Mapping[str, Path] = field(default_factory=dict)  # runs, corpus, questions: name in the backup → folder
    files: Mapping[str, Path] = field(default_factory=dict)  # assay.yaml and the like
    passphrase: str | None = field(repr=False)  # None: without the keys
    expires_at: str | None  # when the copy is to be deleted; we cannot do it


def write_backup(out: Path, engine: Engine, keys: KeyFolder, plan: BackupPlan, made_at: str) -> Manifest:
    """Write the file; raise `InputError` where it is there already, `UnavailableError` when the disk refuses."""
    if out.exists():
        raise InputError(f"{out} is there already", hint="name another file: backups are never overwritten")
    if plan.passphrase is not None:
        check_passphrase(plan.passphrase)
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        with tempfile.TemporaryDirectory(prefix=".assay-backup-", dir=out.parent) as folder:
            store = Path(folder) / STORE_NAME
            copy_store(engine, store)
            with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                manifest = _write(ArchiveWriter(stream), store, keys, plan, made_at)
                stream.flush()
                os.fsync(stream.fileno())
        partial.rename(out)
        _sync(out.parent)
    except OSError as error:
        raise UnavailableError(f"cannot write the backup {out}: {error}", hint="free space on the disk") from error
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _write(writer: ArchiveWriter, store: Path, keys: KeyFolder, plan: BackupPlan, made_at: str) -> Manifest:
    newest, vkey = _newest(store)
    writer.add_file(STORE_NAME, store)
    writer.add(PUBLIC_NAME, [f"{vkey}\n".encode()])
    if keys.witness_file.exists():
        writer.add(WITNESS_NAME, _witnessed(keys.witness_file, newest.size))
    for name, path in sorted(_files(plan)):
        with suppress(FileNotFoundError):  # erased or finished meanwhile
            writer.add_file(name, path)
    if plan.passphrase is not None:
        bound = {name: entry.digest for name, entry in writer.files.items()}
        writer.add(KEYS_NAME, [seal(_secrets(keys.path), plan.passphrase, bound)])
    manifest = Manifest(
        assay=version("assay"),
        schema=HEAD,
        origin=newest.origin,
        size=newest.size,
        checkpoint=newest.note,
        made_at=made_at,
        expires_at=plan.expires_at,
        files=dict(sorted(writer.files.items())),
    )
    writer.close(manifest)
    return manifest


def _newest(store: Path) -> tuple[Checkpoint, str]:
    engine = open_engine(f"sqlite:///{store}")
    try:
        with read(engine) as connection:
            identity = log_identity(connection)
            newest = None if identity is None else last_checkpoint(connection, identity)
    finally:
        engine.dispose()
    if identity is None or newest is None:
        raise IntegrityError("the store has no signed log", hint="assay ledger verify")
    return newest, str(identity)


def _witnessed(path: Path, size: int) -> Iterator[bytes]:
    """Yield the lines up to the state that was copied; the file may have grown since."""
    with path.open("rb") as stream:
        for line in stream:
            found = _SIZE.search(_note(line))
            if not line.endswith(b"\n") or (found is not None and int(found[1]) > size):
                return
            yield line


def _note(line: bytes) -> str:
    try:
        document = json.loads(line)
    except ValueError:
        return ""
    return str(document.get("note", "")) if isinstance(document, dict) else ""


def _files(plan: BackupPlan) -> Iterator[tuple[str, Path]]:
    for name, path in plan.files.items():
        if path.is_file():
            yield name, path
    for name, folder in plan.folders.items():
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink() and path.name not in _LEFT_OUT and path.name[0] != ".":
                yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _secrets(folder: Path) -> dict[str, bytes]:
    """Return every file of the key folder but witness files and locks."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in _PUBLIC
    }
    if not any(name.endswith(".key") for name in found):
        raise ConfigurationError(f"there is no key in {folder}", hint="back up with --without-keys")
    return found


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
