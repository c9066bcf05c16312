"""Checkpoints as C2SP signed notes, and the Ed25519 key that signs them.

Rules of this place: a checkpoint is exactly three lines (origin, size, root), one blank line, then signature lines; a
size has no leading zero and base64 is canonical; a key id is SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4]; reading
believes nothing that the named key did not sign.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from assay.kernel import IntegrityError
from governance.ledger._hashing import HASH_BYTES

__all__ = ["Checkpoint", "Signer", "Verifier", "parse_checkpoint"]

_ED25519 = b"\x01"
_KEY_BYTES, _SIGNATURE_BYTES, _KEY_ID_BYTES = 32, 64, 4
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_BODY_LINES = 3


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """What a signed note says: this log had this root at this size."""

    origin: str
    size: int
    root: bytes
    note: str  # the signed text, as it is stored and published

    @property
    def root_text(self) -> str:
        """The root as the note writes it."""
        return base64.b64encode(self.root).decode("ascii")


@dataclass(frozen=True)
class Verifier:
    """A public key and the name it signs under."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read a `name+key id+key` line; raise `IntegrityError` where the id is not that of the key."""
        name, _, rest = text.strip().partition("+")
        id_text, _, key_text = rest.partition("+")
        key = _decode(key_text, 1 + _KEY_BYTES)
        if not _NAME.fullmatch(name) or key[:1] != _ED25519 or _key_id(name, key[1:]).hex() != id_text:
            raise IntegrityError(f"not a verifier key: {text.strip()!r}")
        return cls(name, key[1:])

    def __str__(self) -> str:
        """Return the `name+key id+key` line."""
        key = base64.b64encode(_ED25519 + self.public).decode("ascii")
        return f"{self.name}+{_key_id(self.name, self.public).hex()}+{key}"


class Signer:
    """The private key of one log."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Take the log's name and the 32 bytes of the key."""
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._private.public_key().public_bytes_raw())

    def seed_text(self) -> str:
        """Return the secret in base64: for the key file alone."""
        return base64.b64encode(self._private.private_bytes_raw()).decode("ascii")

    def sign(self, size: int, root: bytes) -> Checkpoint:
        """Sign a checkpoint of this log."""
        name = self.verifier.name
        body = f"{name}\n{size}\n{base64.b64encode(root).decode('ascii')}\n"
        signature = _key_id(name, self.verifier.public) + self._private.sign(body.encode("utf-8"))
        note = f"{body}\n— {name} {base64.b64encode(signature).decode('ascii')}\n"
        return Checkpoint(origin=name, size=size, root=root, note=note)


def parse_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """Read a note that `verifier` signed; raise `IntegrityError` for anything else."""
    body, blank, signatures = note.partition("\n\n")
    lines = body.split("\n")
    if not blank or len(lines) != _BODY_LINES or not signatures.endswith("\n"):
        raise IntegrityError(f"not a checkpoint of three lines, a blank line and signatures: {note!r}")
    origin, size, root_text = lines
    if origin != verifier.name or not _SIZE.fullmatch(size):
        raise IntegrityError(f"not a checkpoint of {verifier.name!r}: origin {origin!r}, size {size!r}")
    root = _decode(root_text, HASH_BYTES)
    if not _is_signed(body + "\n", signatures[:-1].split("\n"), verifier):
        raise IntegrityError(f"the checkpoint of size {size} is not signed by the key of {verifier.name!r}")
    return Checkpoint(origin=origin, size=int(size), root=root, note=note)


def _is_signed(body: str, lines: list[str], verifier: Verifier) -> bool:
    wanted, signed = _key_id(verifier.name, verifier.public), False
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        if match is None:
            raise IntegrityError(f"not a signature line: {line!r}")
        data = _decode(match[2], None)
        if match[1] != verifier.name or data[:_KEY_ID_BYTES] != wanted:
            continue  # another party's signature, which says nothing for us
        if len(data) != _KEY_ID_BYTES + _SIGNATURE_BYTES:
            raise IntegrityError(f"a signature of {len(data)} bytes, expected {_KEY_ID_BYTES + _SIGNATURE_BYTES}")
        try:
            Ed25519PublicKey.from_public_bytes(verifier.public).verify(data[_KEY_ID_BYTES:], body.encode("utf-8"))
        except InvalidSignature as error:
            raise IntegrityError(f"a checkpoint's signature is wrong: {line!r}") from error
        signed = True
    return signed


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode("utf-8") + b"\n" + _ED25519 + public).digest()[:_KEY_ID_BYTES]


def _decode(text: str, length: int | None) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise IntegrityError(f"not base64: {text!r}") from error
    if base64.b64encode(data).decode("ascii") != text or (length is not None and len(data) != length):
        raise IntegrityError(f"not canonical base64 of the expected length: {text!r}")
    return data
