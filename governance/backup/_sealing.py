"""The keys in a backup: sealed under a passphrase, never in the clear.

Rules of this place: scrypt (RFC 7914) makes the key, AES-256-GCM seals; what is sealed is bound to the digests of all
other files, so that with the passphrase a change to any of them shows; parameters from a file are taken only within
bounds, so that a forged one cannot ask for all memory.
"""

import base64
import binascii
import secrets
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from assay.kernel import ConfigurationError, InputError, IntegrityError, JsonValue, canonical_bytes, parse_strict

__all__ = ["MIN_PASSPHRASE", "check_passphrase", "open_sealed", "seal"]

MIN_PASSPHRASE: Final = 12  # characters
_COST: Final = 1 << 15  # 32 MiB, a tenth of a second
_BLOCK, _PARALLEL, _KEY_BYTES, _SALT_BYTES, _NONCE_BYTES = 8, 1, 32, 16, 12
_VERSION: Final = 1


def check_passphrase(passphrase: str) -> None:
    """Raise `ConfigurationError` for one that is too short to protect a key."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise ConfigurationError(
            f"the passphrase has {len(passphrase)} characters, expected at least {MIN_PASSPHRASE}",
            hint="export ASSAY_BACKUP_PASSPHRASE with a longer one, or name another reference",
        )


def seal(files: Mapping[str, bytes], passphrase: str, bound: Mapping[str, str]) -> bytes:
    """Return the sealed files; `bound` (name → digest) is what opening will demand to be the same."""
    check_passphrase(passphrase)
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    plain = canonical_bytes({name: _text(data) for name, data in files.items()})
    sealed = AESGCM(_derive(passphrase, salt, _COST)).encrypt(nonce, plain, canonical_bytes(dict(bound)))
    return canonical_bytes(
        {
            "v": _VERSION,
            "kdf": "scrypt",
            "n": _COST,
            "r": _BLOCK,
            "p": _PARALLEL,
            "salt": _text(salt),
            "cipher": "aes-256-gcm",
            "nonce": _text(nonce),
            "sealed": _text(sealed),
        }
    )


def open_sealed(data: bytes, passphrase: str, bound: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files; raise `IntegrityError` for another passphrase or files that were changed since."""
    document = parse_strict(data)
    if not isinstance(document, dict):
        raise InputError("the sealed keys are no JSON object")
    known = {"v": _VERSION, "kdf": "scrypt", "n": _COST, "r": _BLOCK, "p": _PARALLEL, "cipher": "aes-256-gcm"}
    if any(document.get(name) != value for name, value in known.items()):
        raise InputError("the keys are sealed in a way that this version does not know", hint="install a newer assay")
    key = _derive(passphrase, _bytes(document.get("salt")), _COST)
    try:
        sealed, nonce = _bytes(document.get("sealed")), _bytes(document.get("nonce"))
        plain = AESGCM(key).decrypt(nonce, sealed, canonical_bytes(dict(bound)))
    except (InvalidTag, ValueError) as error:
        raise IntegrityError(
            "the keys cannot be opened: it is another passphrase, or a file of the backup was changed",
            hint="check the passphrase; assay store restore FILE --dry-run without it tells which files are whole",
        ) from error
    files = parse_strict(plain)
    if not isinstance(files, dict):
        raise InputError("the sealed keys hold no files")
    return {name: _bytes(value) for name, value in files.items()}


def _derive(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=_KEY_BYTES, n=cost, r=_BLOCK, p=_PARALLEL).derive(passphrase.encode("utf-8"))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(value: JsonValue) -> bytes:
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            pass
    raise InputError(f"the sealed keys hold {str(value)[:40]!r}, expected base64")
