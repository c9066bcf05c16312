"""DSSE envelopes: statements that are signed together with their type.

Rules of this place: what is signed is DSSE's pre-authentication encoding, which begins with `DSSEv1 `; a checkpoint's
first line is a log's name, which has no blank, so a signature over the one is never one over the other. A key's id is
the one that in-toto tools derive from an Ed25519 key by themselves.
Source: secure-systems-lab/dsse 1.0; securesystemslib's default key id.
"""

import base64
import hashlib
import json
from typing import Final, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from assay.kernel import InputError, JsonValue, canonical_bytes

__all__ = ["PAYLOAD_TYPE", "EnvelopeKey", "PemKey", "envelope", "key_id", "pre_authentication"]

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"


class EnvelopeKey(Protocol):
    """An Ed25519 key that signs envelopes."""

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""

    def sign_envelope(self, encoded: bytes) -> bytes:
        """Sign what `pre_authentication` made."""


class PemKey:
    """A key from a file of the user's."""

    def __init__(self, pem: bytes) -> None:
        """Read an unencrypted PKCS #8 key; raise `InputError`, which never shows it, for anything else."""
        try:
            found = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise _not_a_key(type(error).__name__) from None  # the cause may show what was read
        if not isinstance(found, Ed25519PrivateKey):
            raise _not_a_key("another algorithm")
        self._private = found

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._private.public_key().public_bytes_raw()

    def sign_envelope(self, encoded: bytes) -> bytes:
        """Sign what `pre_authentication` made."""
        return self._private.sign(encoded)


def envelope(statement: bytes, key: EnvelopeKey) -> bytes:
    """Return the envelope of an in-toto statement with one signature, as JSON."""
    signature = {"keyid": key_id(key.public), "sig": _base64(key.sign_envelope(pre_authentication(statement)))}
    document = {"payload": _base64(statement), "payloadType": PAYLOAD_TYPE, "signatures": [signature]}
    return json.dumps(document, indent=1).encode("ascii") + b"\n"


def pre_authentication(statement: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Return what is signed: both lengths in bytes, so that no two pairs of type and payload look alike."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(statement), statement)


def key_id(public: bytes) -> str:
    """Return the id of an Ed25519 public key, 64 hexadecimal digits."""
    described: dict[str, JsonValue] = {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": public.hex()}}
    return hashlib.sha256(canonical_bytes(described)).hexdigest()


def _not_a_key(found: str) -> InputError:
    return InputError(
        f"the attestation key is no unencrypted Ed25519 key in PEM (PKCS #8): {found}",
        hint="make one with `openssl genpkey -algorithm ed25519 -out attestation.pem`",
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
