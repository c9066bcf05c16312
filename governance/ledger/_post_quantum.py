"""The second signature line of a checkpoint: an ML-DSA-44 cosignature by the log itself (C2SP tlog-cosignature).

Rules of this place: the key id's kind is 0x06; what is signed is not the note's text but a structure with the
cosigner's name, a time, the origin and the tree; our time is 0, which the format allows: the log's own clock proves
nothing, and a checkpoint that is signed twice comes out with the same statement.
"""

import hashlib
import struct
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from assay.kernel import IntegrityError

__all__ = ["KEY_ID_BYTES", "ML_DSA", "ML_DSA_KEY_BYTES", "PostQuantumSigner", "check_post_quantum", "key_id"]

ML_DSA: Final = b"\x06"
KEY_ID_BYTES: Final = 4
ML_DSA_KEY_BYTES: Final = 1312
_SIGNATURE_BYTES: Final = 2420
_TIME_BYTES: Final = 8
_LABEL: Final = b"subtree/v1\n\x00"


class PostQuantumSigner:
    """The ML-DSA-44 key of one log."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Take the log's name and the 32 bytes of the key."""
        self._name = name
        self._private = MLDSA44PrivateKey.from_seed_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()

    @property
    def seed(self) -> bytes:
        """The secret."""
        return self._private.private_bytes_raw()

    def sign(self, size: int, root: bytes) -> bytes:
        """Return key id, time and signature: what a signature line holds."""
        signature = self._private.sign(_message(self._name, time=0, size=size, root=root))
        return key_id(self._name, ML_DSA, self.public) + bytes(_TIME_BYTES) + signature


def check_post_quantum(data: bytes, *, name: str, public: bytes, size: int, root: bytes) -> None:
    """Check what a signature line holds; raise `IntegrityError` where the key did not sign this tree."""
    if len(data) != KEY_ID_BYTES + _TIME_BYTES + _SIGNATURE_BYTES:
        raise IntegrityError(f"an ML-DSA-44 line of {len(data)} bytes")
    (time,) = struct.unpack_from(">Q", data, KEY_ID_BYTES)
    message = _message(name, time=time, size=size, root=root)
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(data[KEY_ID_BYTES + _TIME_BYTES :], message)
    except InvalidSignature as error:
        raise IntegrityError(f"the ML-DSA-44 signature of the checkpoint of size {size} is wrong") from error


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """Return the four bytes by which a signature line names its key."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + kind + public).digest()[:KEY_ID_BYTES]


def _message(name: str, *, time: int, size: int, root: bytes) -> bytes:
    """Return `cosigned_message`: the log is its own cosigner, so its name is the origin, too."""
    text = name.encode("utf-8")
    named = bytes([len(text)]) + text
    return _LABEL + named + struct.pack(">Q", time) + named + struct.pack(">QQ", 0, size) + root
