"""Looking at a store from outside: whether it answers, and whether its key and witness file are there.

Rules of this place: looking makes, migrates and heals nothing; what cannot be looked at is an error, never "fine"; the
entries themselves are the verifier's to check.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from assay.kernel import CannotDecideError
from governance._opening import refuse_older
from governance.ledger import KeyFolder, key_is_overdue, last_checkpoint, log_identity
from governance.store import LedgerLog, StoreBackupRow, is_current, open_existing, read, table_of

__all__ = ["Inspection", "inspect_store"]

_BACKUPS = table_of(StoreBackupRow)


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What was seen."""

    entries: int | None  # None where no log was begun yet
    problems: tuple[str, ...]
    overdue: str | None = None  # the time by which the key was to be rotated, where it is past
    backed_up_at: str | None = None  # when the newest backup was made; None: there is none


def inspect_store(url: str, key_dir: Path, *, at: str) -> Inspection:
    """Look at the store and at the folder of its key, at a time.

    Raise `ConfigurationError` for a wrong address, `UnavailableError` where the store or the folder cannot be read,
    `IntegrityError` where its last checkpoint is not signed by the key that it names, or where it is older than its
    witness file, `CannotDecideError` without a checkpoint.
    """
    keys, engine = KeyFolder(key_dir), open_existing(url)
    former = tuple(map(str, keys.former_logs()))
    if engine is None:
        lost = (f"the store is missing, and its log was in use: its key is in {key_dir}",) if keys.is_in_use else ()
        return Inspection(entries=None, problems=(*lost, *former))
    try:
        with read(engine) as connection:
            connection.execute(text("SELECT 1"))
            entries, problems = _look(connection, keys)
            overdue = key_is_overdue(connection, at)
            backed_up_at = _newest_backup(connection)
    finally:
        engine.dispose()
    return Inspection(entries=entries, problems=(*problems, *former), overdue=overdue, backed_up_at=backed_up_at)


def _newest_backup(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, _BACKUPS.name):  # a store of an earlier version
        return None
    found = connection.execute(select(func.max(_BACKUPS.c.recorded_at))).scalar()
    return None if found is None else str(found)


def _look(connection: Connection, keys: KeyFolder) -> tuple[int | None, list[str]]:
    has_log = connection.dialect.has_table(connection, str(LedgerLog.__tablename__))
    identity = log_identity(connection) if has_log else None
    if identity is None:
        return None, ["the store has no log, and one was in use with its key"] if keys.is_in_use else []
    newest = last_checkpoint(connection, identity)
    if newest is None:
        raise CannotDecideError("the store's log has no checkpoint", hint="assay ledger verify")
    if not keys.holds(identity):
        return newest.size, [f"the key that signs this store, {identity.name}, is not in {keys.path}"]
    note = keys.last_witnessed()
    if note is not None and is_current(connection):  # an older schema is migrated first, and looked at then
        refuse_older(connection, newest, note)
    return newest.size, [*filter(None, [keys.witness_doubt()])]
