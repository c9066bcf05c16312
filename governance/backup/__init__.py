"""Backups of a whole store with its files and keys."""

from governance.backup._archive import KEYS_NAME, STORE_NAME, WITNESS_NAME, Archive, Manifest, open_archive
from governance.backup._checking import CheckedBackup, check_backup
from governance.backup._making import BackupPlan
from governance.backup._sealing import MIN_PASSPHRASE, open_sealed
from governance.backup._service import (
    Backups,
    CopyThatExists,
    Declaration,
    MadeBackup,
    MadeRestore,
    RestoreApprovals,
    record_restore,
)

__all__ = [
    "KEYS_NAME",
    "MIN_PASSPHRASE",
    "STORE_NAME",
    "WITNESS_NAME",
    "Archive",
    "BackupPlan",
    "Backups",
    "CheckedBackup",
    "CopyThatExists",
    "Declaration",
    "MadeBackup",
    "MadeRestore",
    "Manifest",
    "RestoreApprovals",
    "check_backup",
    "open_archive",
    "open_sealed",
    "record_restore",
]
