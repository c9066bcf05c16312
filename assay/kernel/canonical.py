"""Canonical bytes and digests.

Rules of this place: what is hashed is RFC 8785 (JCS) under a stricter profile. No floats (numbers that are not
integers travel as decimal strings), integers within ±(2^53 − 1), duplicate keys refused, no lone surrogates.
Digests carry their algorithm: `sha256:<64 hex digits>`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeAlias, cast

import orjson
import rfc8785

from assay.kernel.errors import InputError

__all__ = [
    "JsonValue",
    "canonical_bytes",
    "commitment",
    "decimal_text",
    "digest_bytes",
    "digest_json",
    "digest_text",
    "parse_strict",
]

JsonValue: TypeAlias = "bool | int | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"

_LIKE_RFC8785 = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_EXACT = frozenset({str, int, bool, type(None)})
_COMMITMENT_DOMAIN = b"payload/v1\0"
_BLOCK = 64  # bytes of SHA-256
_INNER = bytes(byte ^ 0x36 for byte in range(256))  # ipad and opad of RFC 2104
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def canonical_bytes(value: JsonValue) -> bytes:
    """Return the RFC 8785 form of `value`; raise `InputError` for floats, unsafe integers and lone surrogates."""
    if _is_plain(value):
        with suppress(TypeError):  # a lone surrogate, an unsafe integer: told below
            return orjson.dumps(value, option=_LIKE_RFC8785)
    _refuse_floats(value)
    try:
        return rfc8785.dumps(cast("Any", value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise InputError(f"this value has no canonical form: {error}") from error


def parse_strict(data: bytes | str) -> JsonValue:
    """Parse JSON of the strict profile; raise `InputError` for duplicate keys, floats, NaN and bad syntax."""
    try:
        return cast(
            "JsonValue",
            json.loads(
                data, object_pairs_hook=_unique_keys, parse_float=_refuse_float_text, parse_constant=_refuse_float_text
            ),
        )
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not strict JSON: {error}") from error


def decimal_text(number: float, digits: int = 6) -> str:
    """Write a finite number as a plain decimal string with at most `digits` decimals: `0.666667`, `1`, `0`."""
    text = f"{number:.{digits}f}"
    if text in {"nan", "inf", "-inf"}:
        raise InputError(f"a number that is to be recorded must be finite, got {number!r}")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def digest_bytes(data: bytes) -> str:
    """SHA-256 of the bytes, tagged."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest_text(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, tagged; lone surrogates are kept apart from every valid text."""
    return digest_bytes(text.encode("utf-8", "surrogatepass"))


def digest_json(value: JsonValue) -> str:
    """SHA-256 of the canonical bytes, tagged."""
    return digest_bytes(canonical_bytes(value))


def commitment(salt: bytes, text: str) -> str:
    """Commit to a text without revealing it: HMAC-SHA256 under a random salt of 32 bytes, tagged.

    Once the salt is erased the text cannot be guessed from the commitment, and every digest over it still holds.
    """
    begun, ended = _keyed(salt)
    inner, outer = begun.copy(), ended.copy()
    inner.update(text.encode("utf-8", "surrogatepass"))
    outer.update(inner.digest())
    return "hmac-sha256:" + outer.hexdigest()


@lru_cache(
    maxsize=8
)  # a row's texts share their salt, and hashing it again and again is most of what a short one costs
def _keyed(salt: bytes) -> "tuple[hashlib._Hash, hashlib._Hash]":
    """Return the two states of HMAC-SHA256 before a message (RFC 2104 §2, §4), the domain already in the inner one."""
    key = (hashlib.sha256(salt).digest() if len(salt) > _BLOCK else salt).ljust(_BLOCK, b"\0")
    return hashlib.sha256(key.translate(_INNER) + _COMMITMENT_DOMAIN), hashlib.sha256(key.translate(_OUTER))


def _is_plain(value: object) -> bool:
    """Whether orjson writes the canonical form of this value, ten times as fast as it is written with care.

    Keys in ASCII have one order by code points and by UTF-16 units; exact types have no other form to be asked for.
    """
    kind = type(value)
    if kind in _EXACT:
        return True
    if kind is dict:
        for key, item in cast("dict[object, object]", value).items():
            if type(key) is not str or not key.isascii() or not (type(item) in _EXACT or _is_plain(item)):
                return False
        return True
    return (kind is list or kind is tuple) and all(map(_is_plain, cast("Sequence[object]", value)))


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise InputError(f"a canonical value holds no floats, got {value!r}; write it as a decimal string")
    if isinstance(value, Mapping):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_floats(item)


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise InputError(f"duplicate keys in one JSON object: {twice!r}")
    return found


def _refuse_float_text(text: str) -> object:
    raise InputError(f"the strict profile holds no floats, got {text!r}; expected an integer or a decimal string")
