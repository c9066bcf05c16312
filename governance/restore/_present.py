"""Looking at the store that a restore would replace, and at what is known of its newest state.

Rules of this place: looking changes nothing; a store that cannot be read is a fact, not an obstacle; what was witnessed
counts as much as what the store holds.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, func, select

from assay.kernel import AssayError, ForbiddenError, InputError, IntegrityError
from governance.access import Permission, authorize
from governance.backup import CopyThatExists
from governance.ledger import Actor, KeyFolder, Verifier, last_checkpoint, log_identity, parse_checkpoint
from governance.restore._types import Present
from governance.store import (
    ErasureRow,
    LedgerLog,
    PersonRow,
    StoreBackupRow,
    StoreRestoreRow,
    is_current,
    open_existing,
    read,
    table_of,
)
from governance.verifier import witnessed_notes

__all__ = ["earlier_losses", "look", "newest_known"]

_PEOPLE, _ERASURES = table_of(PersonRow), table_of(ErasureRow)
_RESTORES, _BACKUPS = table_of(StoreRestoreRow), table_of(StoreBackupRow)
_CHECKPOINT: Final = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n[^\n]+\n\n— ")


def look(url: str, *, restored_size: int, actor: Actor, at: str) -> Present:
    """Return what is in place; raise `ForbiddenError` where it says that the actor may not restore."""
    engine = open_existing(url)
    if engine is None:
        return Present()
    try:
        with read(engine) as connection:
            found = _seen(connection, restored_size)
            if found.is_current:
                allowed = authorize(connection, actor, Permission.RESTORE_STORE, None, at=at)
                found = replace(found, actor=allowed)
            else:
                _refuse_unreadable_rights(found)
    except ForbiddenError:
        raise
    except AssayError as error:
        return Present(is_there=True, problem=error.message)
    finally:
        engine.dispose()
    return found


def _refuse_unreadable_rights(found: Present) -> None:
    """Refuse a team's store of another schema: that its rights cannot be read is no way around them."""
    if found.has_team:
        raise ForbiddenError(
            "the store in place is a team's, and its schema is not that of this version: nobody can be asked",
            hint="assay store migrate, or restore with the version that wrote it",
        )


def _seen(connection: Connection, restored_size: int) -> Present:
    if not connection.dialect.has_table(connection, str(LedgerLog.__tablename__)):
        return Present()
    identity = log_identity(connection)
    newest = None if identity is None else last_checkpoint(connection, identity)
    if identity is None or newest is None:
        return Present(is_there=True, problem="it has no signed log")
    if not is_current(connection):
        return Present(
            is_there=True,
            origin=identity.name,
            size=newest.size,
            note=newest.note,
            has_team=connection.dialect.has_table(connection, _PEOPLE.name) and _has_people(connection),
        )
    lost = select(_ERASURES.c.erasure).where(_ERASURES.c.seq >= restored_size).order_by(_ERASURES.c.seq)
    return Present(
        is_there=True,
        origin=identity.name,
        size=newest.size,
        note=newest.note,
        is_current=True,
        has_team=_has_people(connection),
        erasures=tuple(str(one) for one in connection.execute(lost).scalars()),
        copies=_copies(connection, restored_size),
        restored_from=_restored_from(connection, newest.size),
    )


def _has_people(connection: Connection) -> bool:
    return bool(connection.execute(select(func.count()).select_from(_PEOPLE)).scalar_one())


def _copies(connection: Connection, first: int) -> tuple[CopyThatExists, ...]:
    later = select(_BACKUPS).where(_BACKUPS.c.seq >= first).order_by(_BACKUPS.c.seq)
    return tuple(
        CopyThatExists(
            digest=row["digest"], size=row["size"], expires_at=row["expires_at"], recorded_at=row["recorded_at"]
        )
        for row in connection.execute(later).mappings()
    )


def _restored_from(connection: Connection, size: int) -> str:
    """Return the backup of the newest restore, if only the copies that it knows of were recorded since."""
    newest = select(_RESTORES.c.seq, _RESTORES.c.backup_digest).order_by(_RESTORES.c.seq.desc()).limit(1)
    row = connection.execute(newest).first()
    if row is None:
        return ""
    copies = select(func.count()).select_from(_BACKUPS).where(_BACKUPS.c.seq > row[0])
    return str(row[1]) if row[0] + 1 + connection.execute(copies).scalar_one() == size else ""


def newest_known(
    present: Present, keys: KeyFolder, verifiers: Sequence[Verifier], known: str | None
) -> tuple[int, str | None]:
    """Return the largest size that is known of a log, and the checkpoint that says so.

    Raise `InputError` for a checkpoint from elsewhere that none of the log's keys signed.
    """
    origin = verifiers[0].name
    notes = [keys.last_witnessed(), present.note if present.origin == origin else None]
    if known is not None:
        if not any(_is_signed(known, one) for one in verifiers):
            raise InputError(
                f"that is no checkpoint which a key of {origin} signed", hint="name a file of `assay ledger checkpoint`"
            )
        notes.append(known)
    sized = [(size, note) for note in notes if note is not None and (size := _size(note, origin)) is not None]
    return max(sized, default=(0, None), key=lambda one: one[0])


def earlier_losses(keys: KeyFolder, origin: str, restored_size: int) -> tuple[tuple[int, str], ...]:
    """Return (size, checkpoint) of what earlier restores lost beyond this size, as the witness file tells.

    The restores that declared them are lost now, too: somebody must say it again.
    """
    lost, last = [], (0, "")
    for note in witnessed_notes(keys.witness_file) if keys.witness_file.exists() else ():
        size = _size(note, origin)
        if size is None:
            continue
        if size <= last[0] and note != last[1] and last[0] > restored_size:
            lost.append(last)
        last = (size, note)
    return tuple(lost)


def _is_signed(note: str, verifier: Verifier) -> bool:
    try:
        parse_checkpoint(note, verifier)
    except IntegrityError:
        return False
    return True


def _size(note: str, origin: str) -> int | None:
    match = _CHECKPOINT.match(note)
    return int(match[2]) if match is not None and match[1] == origin else None
