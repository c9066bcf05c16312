"""The schema of a store, brought to this version on purpose, and a store moved to another database.

Rules of this place: both hold the lock of those who write and are one transaction in the database that they change; a
moved store is the same log with the same key, verified where it arrived; the key folder goes last, and from then on
the store that was left cannot be written to any more: two stores never sign one log.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from assay.kernel import InputError, IntegrityError, MissingError, UnavailableError
from governance.ledger import KeyFolder, last_checkpoint, log_identity
from governance.snapshot import copy_store
from governance.store import (
    copy_tables,
    fair_lock,
    is_current,
    migrate,
    open_engine,
    open_existing,
    read,
    refuse_other_users,
    schema_of,
    write,
)
from governance.verifier import LedgerVerdict, verify_store, witnessed_notes

__all__ = ["MovedStore", "SchemaChange", "migrate_store", "move_store"]


@dataclass(frozen=True, kw_only=True)
class SchemaChange:
    """What a migration did."""

    found: str | None  # None: the database was empty
    now: str


@dataclass(frozen=True, kw_only=True)
class MovedStore:
    """A store that was moved."""

    origin: str
    entries: int


def migrate_store(url: str, key_dir: Path) -> SchemaChange:
    """Bring the store to the schema of this version; an empty database gets its tables.

    Raise `ConfigurationError` for a store of a newer version or a role that may not, `UnavailableError`.
    """
    keys, engine = KeyFolder(key_dir), open_engine(url)
    keys.prepare()
    try:
        with fair_lock(keys.lock_file), write(engine) as connection:
            found = schema_of(connection)
            migrate(connection)
            now = schema_of(connection)
    finally:
        engine.dispose()
    assert now is not None  # noqa: S101  `migrate` says so or raises
    return SchemaChange(found=found, now=now)


def move_store(url: str, key_dir: Path, *, to_url: str, to_key_dir: Path) -> MovedStore:
    """Copy the whole store into an empty database, verify it there, and give it the key folder.

    Can be repeated after a crash. Raise `MissingError` without a store, `InputError` for a target that is taken,
    `UnavailableError` while somebody else has the store open, `IntegrityError` where the copy does not verify.
    """
    keys, source = KeyFolder(key_dir), open_existing(url)
    if source is None:
        raise MissingError(f"there is no store at {url}", hint="assay doctor")
    if to_key_dir.exists() and any(to_key_dir.iterdir()):
        raise InputError(f"the key folder of that address is taken: {to_key_dir}", hint="name another database")
    target = open_engine(to_url)
    try:
        with fair_lock(keys.lock_file):
            refuse_other_users(source)
            with read(source) as connection:
                moved = _identity(connection)
                _copy(connection, target, moved)
            _verify(target, keys)
            _hand_over(key_dir, to_key_dir)
    finally:
        source.dispose()
        target.dispose()
    return moved


def _identity(connection: Connection) -> MovedStore:
    if not is_current(connection):
        raise InputError("the store's schema is not that of this version", hint="assay store migrate")
    identity = log_identity(connection)
    newest = None if identity is None else last_checkpoint(connection, identity)
    if identity is None or newest is None:
        raise MissingError("the store has no log yet: there is nothing to move", hint="set `store:` in assay.yaml")
    return MovedStore(origin=identity.name, entries=newest.size)


def _copy(source: Connection, target: Engine, moved: MovedStore) -> None:
    with write(target) as connection:
        if schema_of(connection) is None:
            migrate(connection)
        if log_identity(connection) is None:
            copy_tables(source, connection)
        elif _identity(connection) != moved:
            raise InputError("the target holds another log", hint="name an empty database")


def _verify(target: Engine, keys: KeyFolder) -> None:
    with tempfile.TemporaryDirectory(prefix="assay-move-") as folder:
        copy = Path(folder) / "store.sqlite"
        copy_store(target, copy)
        vkey = keys.public_file.read_text(encoding="utf-8")
        result = verify_store(copy, vkey=vkey, trusted=witnessed_notes(keys.witness_file))
    if result.verdict is LedgerVerdict.TAMPERED:
        raise IntegrityError(f"the copy does not verify: {result.findings[0].message}", hint="assay ledger verify")


def _hand_over(key_dir: Path, to_key_dir: Path) -> None:
    try:
        to_key_dir.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_dir.rename(to_key_dir)
    except OSError as error:
        raise UnavailableError(
            f"the store is copied, but its key folder cannot be moved to {to_key_dir}: {error.strerror}",
            hint="mend the folder, then type the same command again",
        ) from error
