"""Opening a store: schema, key, first entry, and whether it continues what was witnessed."""

import logging
from contextlib import suppress

from sqlalchemy import Connection, Engine, insert

from assay.kernel import ConfigurationError, IntegrityError
from governance._change import Change
from governance._lost import is_declared_lost
from governance.ledger import (
    Action,
    Actor,
    Checkpoint,
    KeyFolder,
    LedgerAppender,
    Signer,
    Subject,
    key_is_overdue,
    last_checkpoint,
    log_identity,
    log_keys,
    parse_checkpoint,
    stored_tree,
)
from governance.store import LedgerKey, LedgerLog, fair_lock, is_current, migrate, read, table_of, write

__all__ = ["open_log", "refuse_older"]

_LOG, _KEYS = table_of(LedgerLog), table_of(LedgerKey)
_LOGGER = logging.getLogger(__name__)
_OURSELVES = Actor(id="assay", role="system", method="local")


def open_log(engine: Engine, keys: KeyFolder, at: str) -> Signer:
    """Return the signer of the store's log, making whatever is missing; heal the witness file."""
    keys.prepare()
    with fair_lock(keys.lock_file):
        with write(engine) as connection:
            _bring_to_schema(connection)
            identity = log_identity(connection)
            if identity is not None:
                signer = keys.load(identity)
            else:
                signer = keys.create()
                _begin_log(connection, signer, at)
        with read(engine) as connection:
            _heal_witness(connection, keys, signer)
            overdue = key_is_overdue(connection, at)
        keys.publish(signer)
    if overdue is not None:
        _LOGGER.warning("the key that signs the ledger was to be rotated by %s: assay ledger rotate-key", overdue)
    return signer


def _bring_to_schema(connection: Connection) -> None:
    if is_current(connection):
        return
    if connection.dialect.name != "sqlite" and log_exists(connection):
        raise ConfigurationError("the store's schema is not that of this version", hint="assay store migrate")
    migrate(connection)


def log_exists(connection: Connection) -> bool:
    """Whether a store was made here before."""
    return connection.dialect.has_table(connection, str(LedgerLog.__tablename__))


def _begin_log(connection: Connection, signer: Signer, at: str) -> None:
    origin = signer.verifier.name
    connection.execute(insert(_LOG), {"id": 1, "origin": origin, "vkey": str(signer.verifier), "created_at": at})
    appender = LedgerAppender(connection, signer)
    subject = Subject(type="workspace", id=origin, version=1, digest=None)
    change = Change(connection, appender, actor=_OURSELVES, at=at)
    seq = change.record(Action.WORKSPACE_CREATED, subject, [], {"vkey": str(signer.verifier)})
    connection.execute(insert(_KEYS), {"seq": seq, "vkey": str(signer.verifier)})
    appender.seal()


def _heal_witness(connection: Connection, keys: KeyFolder, signer: Signer) -> None:
    """Append the newest checkpoint where a crash kept it from the witness file; refuse a store that went back.

    A backup that was put back continues from the checkpoint that its restore declares lost, and from no other.

    A witness file that was lost goes on at the newest entry: never at the first one, which would say that all is there.
    """
    newest = last_checkpoint(connection, signer.verifier)
    note = keys.last_witnessed()
    if newest is None or (note is not None and newest.note == note):
        return
    if note is None and keys.is_in_use and newest.size == 1:
        return
    if note is not None:
        refuse_older(connection, newest, note)
    keys.witness(newest.note)


def refuse_older(connection: Connection, newest: Checkpoint, note: str) -> None:
    """Raise `IntegrityError` where a checkpoint of the witness file is not continued, and no restore declared it lost.

    Nothing is written.
    """
    if newest.note != note and not is_declared_lost(connection, newest, note):
        _refuse_rollback(connection, newest, _witnessed(connection, note))


def _witnessed(connection: Connection, note: str) -> Checkpoint:
    """Read a checkpoint of the witness file, which a key before the newest one may have signed."""
    for verifier in log_keys(connection):
        with suppress(IntegrityError):
            return parse_checkpoint(note, verifier)
    raise IntegrityError(
        "the last checkpoint of the witness file is not signed by a key of this store's log",
        hint="assay ledger verify; then restore the witness file or the store that belongs to it",
    )


def _refuse_rollback(connection: Connection, newest: Checkpoint, witnessed: Checkpoint) -> None:
    if witnessed.size > newest.size:
        raise IntegrityError(
            f"the store ends at entry {newest.size}, {witnessed.size} entries were witnessed: it is older than its"
            " witness file",
            hint="assay ledger verify; then put the newest store back, or declare the loss: assay store restore BACKUP",
        )
    if stored_tree(connection, newest).root(witnessed.size) != witnessed.root:
        raise IntegrityError(
            f"the store's first {witnessed.size} entries are not those that were witnessed",
            hint="assay ledger verify; then put the newest store back, or declare the loss: assay store restore BACKUP",
        )
