"""Findings put out of sight in a text, and some of them brought back: redact, mask, replace, hash, encrypt.

Rules of this place: only what was found is changed, so a rewritten text can still say who it is about, by what was
not found and by the rest of its words; it is never called anything that promises more. A hash is keyed, because a plain
hash of a telephone number is found by trying them all. Ciphertext is authenticated and bound to its type. Keys come
from the caller, who reads them from the environment or a file; no error carries a key or a piece of a text.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from presidio_anonymizer import AnonymizerEngine, DeanonymizeEngine
from presidio_anonymizer.entities import ConflictResolutionStrategy, OperatorConfig, OperatorResult, RecognizerResult
from presidio_anonymizer.operators import Operator, OperatorType

from assay.kernel import ConfigurationError, IntegrityError
from evaluation.filters._types import Finding

__all__ = ["ANY", "Operation", "OperationKind", "Rewritten", "Sealed", "restore", "rewrite"]

ANY = "DEFAULT"  # the operation for types that are not named, as Presidio calls it
_SHORTEST_KEY = 16  # bytes
_HEX = 32  # characters of a keyed hash: 128 bits


class OperationKind(StrEnum):
    """What is done with a finding."""

    REDACT = "redact"  # taken out
    MASK = "mask"  # each character by a sign, but the last `keep`
    REPLACE = "replace"  # by a text, or by its type in angle brackets
    HASH = "hash"  # HMAC-SHA-256 under the key: the same value of the same type gives the same
    ENCRYPT = "encrypt"  # AES-256-GCM under the key: `restore` brings it back
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation with what it needs."""

    kind: OperationKind
    text: str = ""  # replace: the other text; mask: the sign
    keep: int = 0  # mask: so many characters at the end stay


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """Where an encrypted finding stands in the rewritten text."""

    type: str
    start: int  # code points into the rewritten text
    end: int


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """A text with its findings out of sight, and where the encrypted ones are."""

    text: str
    sealed: tuple[Sealed, ...]


def rewrite(
    text: str, findings: Sequence[Finding], operations: Mapping[str, Operation], *, key: bytes = b""
) -> Rewritten:
    """Return the text with each finding treated by its type's operation, or `ANY`'s, or replaced by its type.

    Raises `ConfigurationError` where an operation needs a key of at least 16 bytes and has none.
    """
    keys = _keys(key, operations)
    engine = AnonymizerEngine()
    for kind in (_Encrypt, _Hash, _Mask):
        engine.add_anonymizer(kind)
    done = engine.anonymize(
        text=text,
        analyzer_results=[RecognizerResult(one.type, one.start, one.end, one.score) for one in findings],
        operators={kind: _config(operation, keys) for kind, operation in operations.items()},
        conflict_resolution=ConflictResolutionStrategy.REMOVE_INTERSECTIONS,
    )
    items = sorted(done.items, key=lambda item: int(item.start))
    sealed = [item for item in items if item.operator == _Encrypt.NAME]
    return Rewritten(
        text=done.text,
        sealed=tuple(Sealed(type=item.entity_type, start=item.start, end=item.end) for item in sealed),
    )


def restore(rewritten: Rewritten, *, key: bytes) -> str:
    """Return the text with its encrypted findings as they were; what was treated otherwise stays as it is.

    Raises `IntegrityError` where the key is another one or the ciphertext was changed.
    """
    engine = DeanonymizeEngine()
    engine.add_deanonymizer(_Decrypt)
    config = OperatorConfig(_Decrypt.NAME, {"keys": _Keys(key)})
    entities = [OperatorResult(one.start, one.end, one.type) for one in rewritten.sealed]
    return str(engine.deanonymize(rewritten.text, entities, {ANY: config}).text)


class _Keys:
    """Two keys from one secret (RFC 5869), one for hashes and one for ciphertext; shows neither."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _SHORTEST_KEY:
            raise ConfigurationError(
                f"the key has {len(secret)} bytes, expected at least {_SHORTEST_KEY}",
                hint='make one: python -c "import secrets; print(secrets.token_hex(32))"',
            )
        self.hash = _derived(secret, b"assay pii hash 1")
        self.seal = _derived(secret, b"assay pii encrypt 1")


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret)


def _keys(secret: bytes, operations: Mapping[str, Operation]) -> _Keys | None:
    keyed = {OperationKind.HASH, OperationKind.ENCRYPT}
    return _Keys(secret) if any(operation.kind in keyed for operation in operations.values()) else None


def _config(operation: Operation, keys: _Keys | None) -> OperatorConfig:
    match operation.kind:
        case OperationKind.HASH:
            return OperatorConfig(_Hash.NAME, {"keys": keys})
        case OperationKind.ENCRYPT:
            return OperatorConfig(_Encrypt.NAME, {"keys": keys})
        case OperationKind.MASK:
            return OperatorConfig(_Mask.NAME, {"sign": operation.text or "*", "keep": operation.keep})
        case OperationKind.REPLACE:
            return OperatorConfig("replace", {"new_value": operation.text} if operation.text else {})
        case OperationKind.REDACT:
            return OperatorConfig("redact", {})
        case OperationKind.KEEP:
            return OperatorConfig("keep", {})


class _Mask(Operator):  # type: ignore[misc]  # presidio is untyped
    NAME = "assay_mask"

    def operate(self, text: str, params: Mapping[str, object]) -> str:
        keep = min(int(str(params["keep"])), len(text))
        return str(params["sign"])[:1] * (len(text) - keep) + text[len(text) - keep :]

    def validate(self, params: Mapping[str, object]) -> None:
        """`_config` made them."""

    def operator_name(self) -> str:
        return self.NAME

    def operator_type(self) -> OperatorType:
        return OperatorType.Anonymize


class _Hash(Operator):  # type: ignore[misc]  # presidio is untyped
    NAME = "assay_hash"

    def operate(self, text: str, params: Mapping[str, object]) -> str:
        kind = str(params["entity_type"])
        message = f"{kind}\0".encode() + text.encode("utf-8", "surrogatepass")
        return f"<{kind}:{hmac.new(_kept(params).hash, message, 'sha256').hexdigest()[:_HEX]}>"

    def validate(self, params: Mapping[str, object]) -> None:
        """`_config` made them."""

    def operator_name(self) -> str:
        return self.NAME

    def operator_type(self) -> OperatorType:
        return OperatorType.Anonymize


class _Encrypt(Operator):  # type: ignore[misc]  # presidio is untyped
    NAME = "assay_encrypt"

    def operate(self, text: str, params: Mapping[str, object]) -> str:
        nonce = os.urandom(12)
        kind = str(params["entity_type"]).encode()
        sealed = AESGCM(_kept(params).seal).encrypt(nonce, text.encode("utf-8", "surrogatepass"), kind)
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def validate(self, params: Mapping[str, object]) -> None:
        """`_config` made them."""

    def operator_name(self) -> str:
        return self.NAME

    def operator_type(self) -> OperatorType:
        return OperatorType.Anonymize


class _Decrypt(Operator):  # type: ignore[misc]  # presidio is untyped
    NAME = "assay_decrypt"

    def operate(self, text: str, params: Mapping[str, object]) -> str:
        kind = str(params["entity_type"]).encode()
        try:
            raw = base64.urlsafe_b64decode(text)
            return AESGCM(_kept(params).seal).decrypt(raw[:12], raw[12:], kind).decode("utf-8", "surrogatepass")
        except (InvalidTag, ValueError, binascii.Error):
            raise IntegrityError("an encrypted finding does not open: another key, or it was changed") from None

    def validate(self, params: Mapping[str, object]) -> None:
        """`restore` made them."""

    def operator_name(self) -> str:
        return self.NAME

    def operator_type(self) -> OperatorType:
        return OperatorType.Deanonymize


def _kept(params: Mapping[str, object]) -> _Keys:
    keys = params["keys"]
    assert isinstance(keys, _Keys)  # noqa: S101 (for mypy: `_config` and `restore` put it there)
    return keys
