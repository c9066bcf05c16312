"""The files of a log's keys: the one that signs, the one that will, and the public parts of those that did.

Rules of this place: a key is written durably before anything depends on it; the key that takes over lies beside the one
in use (`next.key`) until the store says that it signs, and then the steps to its place can each be repeated after a
crash; a retired secret is overwritten and removed, its public key stays.
"""

import base64
import binascii
import contextlib
import os
from pathlib import Path

from assay.kernel import IntegrityError, JsonValue, UnavailableError, canonical_bytes, parse_strict, replace_durably
from governance.ledger._notes import Signer, Verifier

__all__ = [
    "KEY_NAME",
    "NEXT_NAME",
    "PUBLIC_NAME",
    "RETIRED_NAME",
    "forget_leftovers",
    "holds",
    "read_key",
    "succeed",
    "write_key",
]

KEY_NAME, NEXT_NAME = "signing.key", "next.key"
PUBLIC_NAME, RETIRED_NAME = "log.vkey", "retired.vkeys"
_DYING_NAME = "retired.key"  # a secret on its way out


def write_key(path: Path, signer: Signer) -> None:
    """Write the secrets, for the owner alone."""
    document: dict[str, JsonValue] = {"name": signer.verifier.name, **signer.secrets()}
    replace_durably(path, canonical_bytes(document), mode=0o600)


def read_key(path: Path) -> Signer:
    """Return the signer of a key file; raise `UnavailableError` without it, `IntegrityError` for something else."""
    try:
        document = parse_strict(path.read_bytes())
    except OSError as error:
        raise UnavailableError(
            f"cannot read the key that signs this store, {path}: {error.strerror}",
            hint="point ASSAY_KEYS at the folder with the key; `assay ledger verify` needs none",
        ) from error
    signer = _signer(document)
    if signer is None:
        raise IntegrityError(f"{path} is not a signing key", hint="restore it from a backup")
    return signer


def holds(path: Path, expected: Verifier) -> bool:
    """Whether the file is the key of a log."""
    try:
        return read_key(path).verifier == expected
    except (UnavailableError, IntegrityError):
        return False


def succeed(folder: Path) -> None:
    """Put the next key into its place and let the old one's secret die; each step may be a repetition."""
    old, new = read_key(folder / KEY_NAME).verifier, read_key(folder / NEXT_NAME).verifier
    _keep_public(folder / RETIRED_NAME, old)
    replace_durably(folder / PUBLIC_NAME, f"{new}\n".encode())
    try:
        with contextlib.suppress(FileExistsError):
            (folder / _DYING_NAME).hardlink_to(folder / KEY_NAME)
        (folder / NEXT_NAME).replace(folder / KEY_NAME)
    except OSError as error:
        raise UnavailableError(
            f"the key is rotated, but cannot be put into its place in {folder}: {error.strerror}",
            hint="mend the folder; the next command that opens the store goes on",
        ) from error
    forget_leftovers(folder)


def forget_leftovers(folder: Path) -> None:
    """Destroy secrets that sign nothing (any more): a retired key's, one of a rotation that did not happen, half files.

    The caller holds the writer's lock: nobody else writes here.
    """
    for path in (folder / _DYING_NAME, folder / NEXT_NAME, *folder.glob(".*.tmp")):
        with contextlib.suppress(FileNotFoundError):
            if not path.samefile(folder / KEY_NAME):
                _destroy(path)


def _destroy(path: Path) -> None:
    """Overwrite and remove; copies in backups and in a disk's spare blocks are out of reach."""
    try:
        with path.open("r+b") as stream:
            stream.write(bytes(os.fstat(stream.fileno()).st_size))
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()
    except OSError as error:
        raise UnavailableError(
            f"cannot destroy the retired key {path}: {error.strerror}", hint="remove the file by hand"
        ) from error


def _keep_public(path: Path, verifier: Verifier) -> None:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for line in filter(None, (str(verifier), verifier.post_quantum_text)):
        if line not in lines:
            lines.append(line)
    replace_durably(path, "".join(f"{line}\n" for line in lines).encode())


def _signer(document: JsonValue) -> Signer | None:
    if isinstance(document, dict):
        name, seed, second = document.get("name"), document.get("seed"), document.get("post_quantum_seed")
        if isinstance(name, str) and isinstance(seed, str) and (second is None or isinstance(second, str)):
            with contextlib.suppress(binascii.Error, ValueError):
                more = None if second is None else base64.b64decode(second, validate=True)
                return Signer(name, base64.b64decode(seed, validate=True), more)
    return None
