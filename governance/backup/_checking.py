"""Checking a backup without putting it back.

Rules of this place: every file is read and held against the manifest, the ledger in it is verified as `assay ledger
verify` does, and the sealed keys are opened where the passphrase is at hand; nothing is written but into a folder that
is removed again.
"""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from assay.kernel import IntegrityError
from governance.backup._archive import (
    KEYS_NAME,
    PUBLIC_NAME,
    STORE_NAME,
    WITNESS_NAME,
    Archive,
    Manifest,
    open_archive,
)
from governance.backup._sealing import open_sealed
from governance.verifier import LedgerVerdict, Verification, verify_store, witnessed_notes

__all__ = ["CheckedBackup", "check_backup", "digest_of", "verify_copy"]


@dataclass(frozen=True, kw_only=True)
class CheckedBackup:
    """A backup whose files are whole and whose ledger is what was signed."""

    digest: str  # of the file
    manifest: Manifest
    verification: Verification
    keys_opened: bool | None  # None: there are none, or nobody tried


def check_backup(path: Path, passphrase: str | None = None) -> CheckedBackup:
    """Check everything; raise `InputError` for a file that is no backup, `IntegrityError` for a broken one."""
    with open_archive(path) as archive, tempfile.TemporaryDirectory(prefix="assay-check-") as folder:
        for name in archive.manifest.files:
            if name not in {STORE_NAME, WITNESS_NAME}:
                for _ in archive.portions(name):
                    pass
        verification = verify_copy(archive, Path(folder))
        opened = None
        if archive.manifest.has_keys and passphrase is not None:
            open_sealed(archive.read(KEYS_NAME), passphrase, archive.manifest.digests())
            opened = True
        manifest = archive.manifest
    return CheckedBackup(digest=digest_of(path), manifest=manifest, verification=verification, keys_opened=opened)


def verify_copy(archive: Archive, folder: Path) -> Verification:
    """Extract store and witness file into a folder and verify the ledger; raise `IntegrityError`."""
    store, witness = folder / STORE_NAME, folder / WITNESS_NAME
    archive.extract(STORE_NAME, store)
    trusted: tuple[str, ...] = (archive.manifest.checkpoint,)
    if WITNESS_NAME in archive.manifest.files:
        archive.extract(WITNESS_NAME, witness)
        trusted = (*witnessed_notes(witness), archive.manifest.checkpoint)
    vkey = archive.read(PUBLIC_NAME).decode("utf-8")
    result = verify_store(store, vkey=vkey, trusted=trusted)
    if result.verdict is LedgerVerdict.TAMPERED or result.size != archive.manifest.size:
        words = result.findings[0].message if result.findings else f"{result.size} entries are not those named"
        raise IntegrityError(f"the ledger in the backup does not verify: {words}", hint="take another backup")
    return result


def digest_of(path: Path) -> str:
    """Return the tagged SHA-256 of a file."""
    with path.open("rb") as stream:
        return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()
