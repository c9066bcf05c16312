"""Checkpoints as C2SP signed notes, and the keys that sign them.

Rules of this place: a checkpoint is exactly three lines (origin, size, root), one blank line, then signature lines; a
size has no leading zero and base64 is canonical; a key id is SHA-256(name ‖ 0x0A ‖ kind ‖ public key)[:4]; reading
believes nothing that the named keys, all of them, did not sign.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from assay.kernel import IntegrityError
from governance.ledger._hashing import HASH_BYTES
from governance.ledger._post_quantum import (
    KEY_ID_BYTES,
    ML_DSA,
    ML_DSA_KEY_BYTES,
    PostQuantumSigner,
    check_post_quantum,
    key_id,
)

__all__ = ["Checkpoint", "Signer", "Verifier", "parse_checkpoint"]

_ED25519 = b"\x01"
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64
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
        return _encode(self.root)


@dataclass(frozen=True)
class Verifier:
    """The public keys that a log signs with at one time, and the name that it signs under."""

    name: str
    public: bytes
    post_quantum: bytes | None = None  # ML-DSA-44, where every checkpoint has a second line

    @classmethod
    def parse(cls, text: str, post_quantum: str | None = None) -> "Verifier":
        """Read `name+key id+key` lines; raise `IntegrityError` where an id is not that of its key."""
        name, public = _read_vkey(text, _ED25519, _KEY_BYTES)
        if post_quantum is None:
            return cls(name, public)
        second_name, second = _read_vkey(post_quantum, ML_DSA, ML_DSA_KEY_BYTES)
        if second_name != name:
            raise IntegrityError(f"two keys of one log with two names: {name!r} and {second_name!r}")
        return cls(name, public, second)

    @property
    def id(self) -> str:
        """The key id, eight hexadecimal digits."""
        return key_id(self.name, _ED25519, self.public).hex()

    @property
    def post_quantum_text(self) -> str | None:
        """The `name+key id+key` line of the second key."""
        return None if self.post_quantum is None else _vkey(self.name, ML_DSA, self.post_quantum)

    def __str__(self) -> str:
        """Return the `name+key id+key` line."""
        return _vkey(self.name, _ED25519, self.public)


class Signer:
    """The private keys of one log."""

    def __init__(self, name: str, seed: bytes, post_quantum_seed: bytes | None = None) -> None:
        """Take the log's name and the 32 bytes of each key."""
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._second = None if post_quantum_seed is None else PostQuantumSigner(name, post_quantum_seed)
        second = None if self._second is None else self._second.public
        self.verifier = Verifier(name, self._private.public_key().public_bytes_raw(), second)

    def secrets(self) -> dict[str, str]:
        """Return the seeds in base64: for the key file alone."""
        found = {"seed": _encode(self._private.private_bytes_raw())}
        return found if self._second is None else {**found, "post_quantum_seed": _encode(self._second.seed)}

    @property
    def public(self) -> bytes:
        """The 32 bytes of the Ed25519 public key."""
        return self.verifier.public

    def sign_envelope(self, encoded: bytes) -> bytes:
        """Sign a DSSE pre-authentication encoding; raise `ValueError` for what could be a checkpoint instead."""
        if not encoded.startswith(b"DSSEv1 "):
            raise ValueError("only a DSSE envelope is signed apart from checkpoints")
        return self._private.sign(encoded)

    def sign(self, size: int, root: bytes, successor: "Signer | None" = None) -> Checkpoint:
        """Sign a checkpoint of this log; the first one that covers a rotation is signed by the next key, too."""
        name = self.verifier.name
        body = f"{name}\n{size}\n{_encode(root)}\n"
        signers = (self,) if successor is None else (self, successor)
        lines = "".join(line for signer in signers for line in signer.lines(body, size, root))
        return Checkpoint(origin=name, size=size, root=root, note=f"{body}\n{lines}")

    def lines(self, body: str, size: int, root: bytes) -> Iterator[str]:
        """Yield the signature lines of this key over a checkpoint."""
        name, public = self.verifier.name, self.verifier.public
        yield _line(name, key_id(name, _ED25519, public) + self._private.sign(body.encode("utf-8")))
        if self._second is not None:
            yield _line(name, self._second.sign(size, root))


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
    _require_signatures(body + "\n", signatures[:-1].split("\n"), verifier, size=int(size), root=root)
    return Checkpoint(origin=origin, size=int(size), root=root, note=note)


def _require_signatures(body: str, lines: list[str], verifier: Verifier, *, size: int, root: bytes) -> None:
    """Raise `IntegrityError` unless each of the log's keys signed; what other parties signed says nothing for us."""
    wanted = {key_id(verifier.name, _ED25519, verifier.public)}
    if verifier.post_quantum is not None:
        wanted.add(key_id(verifier.name, ML_DSA, verifier.post_quantum))
    missing = set(wanted)
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        if match is None:
            raise IntegrityError(f"not a signature line: {line!r}")
        data = _decode(match[2], None)
        found = data[:KEY_ID_BYTES]
        if match[1] != verifier.name or found not in wanted:
            continue
        if found == key_id(verifier.name, _ED25519, verifier.public):
            _check_ed25519(body, data, verifier)
        elif verifier.post_quantum is not None:
            check_post_quantum(data, name=verifier.name, public=verifier.post_quantum, size=size, root=root)
        missing.discard(found)
    if missing:
        raise IntegrityError(f"the checkpoint of size {size} is not signed by the key of {verifier.name!r}")


def _check_ed25519(body: str, data: bytes, verifier: Verifier) -> None:
    if len(data) != KEY_ID_BYTES + _SIGNATURE_BYTES:
        raise IntegrityError(f"a signature of {len(data)} bytes, expected {KEY_ID_BYTES + _SIGNATURE_BYTES}")
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(data[KEY_ID_BYTES:], body.encode("utf-8"))
    except InvalidSignature as error:
        raise IntegrityError(f"a checkpoint's signature is wrong: {data.hex()}") from error


def _read_vkey(text: str, kind: bytes, length: int) -> tuple[str, bytes]:
    name, _, rest = text.strip().partition("+")
    id_text, _, key_text = rest.partition("+")
    key = _decode(key_text, 1 + length)
    if not _NAME.fullmatch(name) or key[:1] != kind or key_id(name, kind, key[1:]).hex() != id_text:
        raise IntegrityError(f"not a verifier key: {text.strip()!r}")
    return name, key[1:]


def _vkey(name: str, kind: bytes, public: bytes) -> str:
    return f"{name}+{key_id(name, kind, public).hex()}+{_encode(kind + public)}"


def _line(name: str, data: bytes) -> str:
    return f"— {name} {_encode(data)}\n"


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decode(text: str, length: int | None) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise IntegrityError(f"not base64: {text!r}") from error
    if base64.b64encode(data).decode("ascii") != text or (length is not None and len(data) != length):
        raise IntegrityError(f"not canonical base64 of the expected length: {text!r}")
    return data
