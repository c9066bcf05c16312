"""Checkpoints (C2SP signed notes), read strictly: one blank line, no leading zero, canonical base64.

A key is `name+key id+base64(type ‖ public key)`: type 1 signs the text with Ed25519, type 6 is the second line, an
ML-DSA-44 signature over the root with a time (C2SP tlog-cosignature).
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from governance.verifier._signatures import ED25519, KEY_BYTES, ML_DSA_44, Signed, check_signature
from governance.verifier._types import BrokenError

__all__ = ["Note", "PublicKey", "is_key", "is_note", "parse_note", "read_key", "read_note"]

_HASH_BYTES = 32
_ID_BYTES, _TIME_BYTES = 4, 8
_LONGEST_NAME = 255
_LARGEST_SIZE = 2**63 - 1
_FORM = re.compile(
    "(?P<text>(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/=]+)\n)"
    "\n(?P<signatures>(?:\u2014 [^ \n]+ [A-Za-z0-9+/=]+\n)+)"
)
_SIGNATURE = re.compile("\u2014 ([^ \n]+) ([A-Za-z0-9+/=]+)\n")


@dataclass(frozen=True)
class PublicKey:
    """A key that signs checkpoints, and the name it signs under."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The first bytes of a hash over name, type and key."""
        return hashlib.sha256(self.name.encode() + b"\x0a" + bytes([self.kind]) + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """Return the line that is published."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


@dataclass(frozen=True)
class Note:
    """A checkpoint whose form was read, whoever signed it."""

    signed: str  # the text that is signed
    origin: str
    size: int
    root: bytes
    lines: tuple[tuple[str, bytes], ...]  # (name, key id and signature)

    def signature_by(self, key: PublicKey) -> Signed | None:
        """Return what the key's line is worth; `None` where it has none. Another party's lines say nothing."""
        known = key.id
        found = [self._checked(key, data) for name, data in self.lines if name == key.name and data[:4] == known]
        return max(found, key=[Signed.VALID, Signed.UNCHECKED, Signed.WRONG].index) if found else None

    def _checked(self, key: PublicKey, data: bytes) -> Signed:
        if key.kind == ED25519:
            return check_signature(ED25519, key.public, data[_ID_BYTES:], self.signed.encode())
        time, signature = data[_ID_BYTES : _ID_BYTES + _TIME_BYTES], data[_ID_BYTES + _TIME_BYTES :]
        return check_signature(ML_DSA_44, key.public, signature, self._cosigned(key.name, time))

    def _cosigned(self, name: str, time: bytes) -> bytes:
        """Return the message of a type 6 line (C2SP tlog-cosignature, cosigned_message)."""
        start, end = bytes(8), self.size.to_bytes(8, "big")
        return b"subtree/v1\n\x00" + _short(name) + time + _short(self.origin) + start + end + self.root


def _short(text: str) -> bytes:
    data = text.encode()
    if len(data) > _LONGEST_NAME:
        raise BrokenError(f"a name of {len(data)} bytes is too long")
    return bytes([len(data)]) + data


@lru_cache(maxsize=64)
def read_key(text: str) -> PublicKey:
    """Read a public key; raise `BrokenError` for what is none."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    data = bytes_of(encoded)
    if any(not one.isprintable() for one in name):
        raise BrokenError(f"not a verifier key: {text.strip()!r}")
    key = PublicKey(name, data[0] if data else 0, data[1:])
    if name and len(key.public) == KEY_BYTES.get(key.kind) and key.id.hex() == key_id:
        return key
    raise BrokenError(f"not a verifier key: {text.strip()!r}")


def is_key(text: str) -> bool:
    """Whether a text has the form of a log's public key, `name+key id+key`."""
    try:
        return read_key(text).kind == ED25519
    except BrokenError:
        return False


def is_note(text: str) -> bool:
    """Whether a text has the form of a checkpoint, whoever signed it."""
    try:
        parse_note(text)
    except BrokenError:
        return False
    return True


def parse_note(text: str) -> Note:
    """Read the form of a checkpoint; raise `BrokenError` for anything else. Nothing of it is believed yet."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise BrokenError("it is not three lines, one blank line and signature lines, or its size has a leading zero")
    root = bytes_of(form["root"])
    if len(root) != _HASH_BYTES:
        raise BrokenError(f"its root has {len(root)} bytes, expected {_HASH_BYTES}")
    lines = tuple((one[1], bytes_of(one[2])) for one in _SIGNATURE.finditer(form["signatures"]))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BrokenError("it holds text that has no UTF-8 form") from None
    if int(form["size"]) > _LARGEST_SIZE:
        raise BrokenError(f"it covers {form['size']} entries, which no store holds")
    return Note(form["text"], form["origin"], int(form["size"]), root, lines)


def read_note(text: str, vkey: str) -> tuple[str, int, bytes]:
    """Return (origin, size, root) of a checkpoint that the key signed; raise `BrokenError` for anything else."""
    key, note = read_key(vkey), parse_note(text)
    if note.origin != key.name:
        raise BrokenError(f"it is of the log {note.origin!r}, expected {key.name!r}")
    signed = note.signature_by(key)
    if signed is None:
        raise BrokenError("it is not signed by the log's key")
    if signed is Signed.WRONG:
        raise BrokenError("its signature is wrong")
    if signed is Signed.UNCHECKED:
        raise BrokenError("its signature cannot be checked here: the package `cryptography` is missing")
    return note.origin, note.size, note.root


def bytes_of(text: str) -> bytes:
    """Decode canonical base64; raise `BrokenError` for any other form."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BrokenError(f"not base64: {text!r}") from None
    if base64.b64encode(data).decode() != text:
        raise BrokenError(f"base64 in another form than the canonical one: {text!r}")
    return data
