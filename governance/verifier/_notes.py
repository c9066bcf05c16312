"""Checkpoints (C2SP signed notes), read strictly: one blank line, no leading zero, canonical base64, our key."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from governance.verifier._types import BrokenError

__all__ = ["is_key", "is_note", "read_note"]

_KEY_BYTES = _HASH_BYTES = 32
_FORM = re.compile(
    "(?P<text>(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/=]+)\n)"
    "\n(?P<signatures>(?:\u2014 [^ \n]+ [A-Za-z0-9+/=]+\n)+)"
)
_SIGNATURE = re.compile("\u2014 ([^ \n]+) ([A-Za-z0-9+/=]+)\n")


@dataclass(frozen=True)
class _Key:
    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\x0a\x01" + self.public).digest()[:4]


def _read_key(text: str) -> _Key:
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    data = _bytes_of(encoded)
    key = _Key(name, data[1:])
    if name and data[:1] == b"\x01" and len(key.public) == _KEY_BYTES and key.id.hex() == key_id:
        return key
    raise BrokenError(f"not a verifier key: {text.strip()!r}")


def is_key(text: str) -> bool:
    """Whether a text has the form of a public key, `name+key id+key`."""
    try:
        _read_key(text)
    except BrokenError:
        return False
    return True


def is_note(text: str) -> bool:
    """Whether a text has the form of a checkpoint, whoever signed it."""
    return _FORM.fullmatch(text) is not None


def read_note(note: str, vkey: str) -> tuple[str, int, bytes]:
    """Return (origin, size, root) of a checkpoint that the key signed; raise `ValueError` for anything else."""
    key = _read_key(vkey)
    form = _FORM.fullmatch(note)
    if form is None:
        raise BrokenError("it is not three lines, one blank line and signature lines, or its size has a leading zero")
    origin, size, root = form["origin"], form["size"], _bytes_of(form["root"])
    if origin != key.name:
        raise BrokenError(f"it is of the log {origin!r}, expected {key.name!r}")
    if len(root) != _HASH_BYTES:
        raise BrokenError(f"its root has {len(root)} bytes, expected {_HASH_BYTES}")
    ours = [_is_ours(one[1], one[2], form["text"], key) for one in _SIGNATURE.finditer(form["signatures"])]
    if True not in ours:
        raise BrokenError("it is not signed by the log's key")
    return origin, int(size), root


def _is_ours(name: str, encoded: str, text: str, key: _Key) -> bool:
    data = _bytes_of(encoded)
    if name != key.name or data[:4] != key.id:
        return False  # another party's, which says nothing for us
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(data[4:], text.encode())
    except InvalidSignature:
        raise BrokenError("its signature is wrong") from None
    return True


def _bytes_of(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BrokenError(f"not base64: {text!r}") from None
    if base64.b64encode(data).decode() != text:
        raise BrokenError(f"base64 in another form than the canonical one: {text!r}")
    return data
