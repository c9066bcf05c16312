"""Signatures by the package `cryptography`, where there is one: without it nothing is valid, only unchecked."""

from collections.abc import Callable
from enum import StrEnum
from functools import cache, lru_cache
from typing import Protocol

__all__ = ["Signed", "can_check", "check_signature"]

ED25519, ML_DSA_44 = 1, 6  # types of C2SP signed notes; the second one signs with a time, as cosignatures do
KEY_BYTES = {ED25519: 32, ML_DSA_44: 1312}


class Signed(StrEnum):
    """What can be said of a signature."""

    VALID = "valid"
    WRONG = "wrong"
    UNCHECKED = "unchecked"


class _Key(Protocol):
    def verify(self, signature: bytes, data: bytes, /) -> None:
        """Raise `InvalidSignature` for a signature that is wrong."""


@cache
def can_check(kind: int) -> bool:
    """Whether the installed `cryptography`, if any, knows this type of signature."""
    try:
        return _loader(kind) is not None
    except ImportError:
        return False


@lru_cache(maxsize=64)
def _opened(kind: int, public: bytes) -> _Key | None:
    try:
        return _loader(kind)(public)
    except ValueError:
        return None


def _loader(kind: int) -> Callable[[bytes], _Key]:
    # Lazy: hashes are checked where `cryptography` is not installed, too.
    if kind == ED25519:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

        return Ed25519PublicKey.from_public_bytes
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey  # noqa: PLC0415

    return MLDSA44PublicKey.from_public_bytes


def check_signature(kind: int, public: bytes, signature: bytes, message: bytes) -> Signed:
    """Check one signature over a message."""
    if not can_check(kind):
        return Signed.UNCHECKED
    # Lazy: as above.
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415

    try:
        key = _opened(kind, public)
        if key is None:
            return Signed.WRONG
        key.verify(signature, message)
    except UnsupportedAlgorithm:
        return Signed.UNCHECKED
    except InvalidSignature:
        return Signed.WRONG
    return Signed.VALID
