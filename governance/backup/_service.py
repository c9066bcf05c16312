"""Backups and restores in the record.

Rules of this place: a backup is recorded once it is whole and on the disk, by the digest of its file; what it holds is
the state before that entry; a restore is declared in the copy that is put back, so that it is the first entry after
what was restored, and names the newest checkpoint of what was lost; copies that exist and that the restored state does
not know of are recorded again after it, because erasures must know how long they last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select

from assay.kernel import JsonValue, canonical_bytes, content_id, format_time, parse_strict
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance.access import Permission, authorize
from governance.backup._archive import Manifest
from governance.backup._checking import digest_of
from governance.backup._making import BackupPlan, write_backup
from governance.ledger import Action, Actor, Subject
from governance.store import StoreBackupRow, StoreRestoreRow, table_of

__all__ = [
    "Backups",
    "CopyThatExists",
    "Declaration",
    "MadeBackup",
    "MadeRestore",
    "RestoreApprovals",
    "record_restore",
]

_BACKUPS, _RESTORES = table_of(StoreBackupRow), table_of(StoreRestoreRow)


class RestoreApprovals(Protocol):
    """Who agreed to a restore: the team's approvals answer this."""

    def approvers_of(self, request: str, digest: str) -> tuple[str, ...]:
        """Return the people whose approval of this backup counts now; raise `ForbiddenError` where it does not."""
        ...


@dataclass(frozen=True, kw_only=True)
class MadeBackup:
    """A backup that was made."""

    id: str
    digest: str  # of the file
    size: int  # entries that it holds
    expires_at: str | None
    recorded_at: str
    seq: int


@dataclass(frozen=True, kw_only=True)
class MadeRestore:
    """A restore that was declared."""

    backup_digest: str
    restored_size: int
    lost_until: int
    declared_by: str
    approvers: tuple[str, ...]
    four_eyes: bool
    recorded_at: str
    seq: int


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What is said of a restore."""

    backup_digest: str  # empty where the witness file alone tells of an earlier restore
    restored_size: int  # entries that the backup holds
    lost_until: int  # entries that were known before
    lost_checkpoint: str | None  # the newest checkpoint that was known, as it was signed
    approvers: tuple[str, ...]
    four_eyes: bool
    reason: str = ""  # goes into the payload


@dataclass(frozen=True, kw_only=True)
class CopyThatExists:
    """A backup, as an erasure must know of it."""

    digest: str  # of the file
    size: int  # entries that it holds
    expires_at: str | None
    recorded_at: str
    has_keys: bool | None = None  # None: not known any more


@dataclass(frozen=True)
class Backups:
    """The copies of this store."""

    _door: Door

    def make(self, out: Path, plan: BackupPlan, actor: Actor) -> tuple[MadeBackup, Manifest]:
        """Write a backup and record it; writers go on meanwhile.

        Raise `ForbiddenError`, `InputError` where the file is there, `ConfigurationError` for a passphrase that is too
        short, `UnavailableError` when the disk refuses.
        """
        made_at = format_time(self._door.clock.now())
        with self._door.reading() as connection:
            authorize(connection, actor, Permission.BACK_UP_STORE, None, at=made_at)
        manifest = write_backup(out, self._door.engine, self._door.keys, plan, made_at)
        digest = digest_of(out)
        copy = CopyThatExists(
            digest=digest,
            size=manifest.size,
            expires_at=plan.expires_at,
            recorded_at=made_at,
            has_keys=manifest.has_keys,
        )
        with self._door.change(actor, Permission.BACK_UP_STORE, None) as change:
            return _record_copy(change, copy), manifest

    def made(self) -> tuple[MadeBackup, ...]:
        """Return the backups that were made, newest first."""
        with self._door.reading() as connection:
            found = connection.execute(select(_BACKUPS).order_by(_BACKUPS.c.seq.desc())).mappings()
            return tuple(_backup(dict(row)) for row in found)

    def restores(self) -> tuple[MadeRestore, ...]:
        """Return the restores that were declared, newest first."""
        with self._door.reading() as connection:
            found = connection.execute(select(_RESTORES).order_by(_RESTORES.c.seq.desc())).mappings()
            return tuple(_restore(dict(row)) for row in found)

    def declare(self, declarations: Sequence[Declaration], copies: Sequence[CopyThatExists], actor: Actor) -> int:
        """Record in a copy that is about to be put back what it replaces; raise `ForbiddenError`.

        Return the number of the last declaration's entry.
        """
        with self._door.change(actor, Permission.RESTORE_STORE, None) as change:
            return record_restore(change, declarations, copies)


def record_restore(change: Change, declarations: Sequence[Declaration], copies: Sequence[CopyThatExists]) -> int:
    """Write the declarations, earlier losses first, and the copies that exist; return the last declaration's number."""
    seqs = [_record_restore(change, one) for one in declarations]
    for copy in copies:
        _record_copy(change, copy)
    return seqs[-1]


def _record_restore(change: Change, declaration: Declaration) -> int:
    identity = content_id("restore", declaration.backup_digest, str(change.next_seq))
    agreed: dict[str, JsonValue] = {
        "approvers": list(declaration.approvers),
        "four_eyes": declaration.four_eyes,
    }
    cells: dict[str, Cell] = {
        "store_restore": identity,
        "backup_digest": declaration.backup_digest,
        "restored_size": declaration.restored_size,
        "lost_until": declaration.lost_until,
        "declared_by": change.actor.id,
        "approvals": canonical_bytes(agreed).decode("ascii"),
        "recorded_at": change.at,
    }
    details: dict[str, JsonValue] = {
        "backup_digest": declaration.backup_digest,
        "restored_size": declaration.restored_size,
        "lost_until": declaration.lost_until,
        "lost_checkpoint": declaration.lost_checkpoint,
        "approvals": list(declaration.approvers),
        "four_eyes": declaration.four_eyes,
    }
    subject = Subject(type="restore", id=identity, version=1, digest=declaration.backup_digest or None)
    rows = [StateRow(StoreRestoreRow, cells)]
    payload = {"reason": declaration.reason} if declaration.reason else None
    return change.record(Action.RESTORE_DECLARED, subject, rows, details, payload=payload)


def _record_copy(change: Change, copy: CopyThatExists) -> MadeBackup:
    identity = content_id("backup", copy.digest)
    cells: dict[str, Cell] = {
        "store_backup": identity,
        "digest": copy.digest,
        "size": copy.size,
        "expires_at": copy.expires_at,
        "recorded_at": copy.recorded_at,
    }
    keys = None if copy.has_keys is None else "sealed" if copy.has_keys else "none"
    details: dict[str, JsonValue] = {"size": copy.size, "keys": keys, "expires_at": copy.expires_at}
    subject = Subject(type="backup", id=identity, version=1, digest=copy.digest)
    seq = change.record(Action.BACKUP_MADE, subject, [StateRow(StoreBackupRow, cells)], details)
    return _backup({**cells, "seq": seq})


def _backup(row: Mapping[str, Any]) -> MadeBackup:
    return MadeBackup(
        id=row["store_backup"],
        digest=row["digest"],
        size=row["size"],
        expires_at=row["expires_at"],
        recorded_at=row["recorded_at"],
        seq=row["seq"],
    )


def _restore(row: Mapping[str, Any]) -> MadeRestore:
    agreed: Any = parse_strict(row["approvals"])
    return MadeRestore(
        backup_digest=row["backup_digest"],
        restored_size=row["restored_size"],
        lost_until=row["lost_until"],
        declared_by=row["declared_by"],
        approvers=tuple(agreed["approvers"]),
        four_eyes=agreed["four_eyes"],
        recorded_at=row["recorded_at"],
        seq=row["seq"],
    )
