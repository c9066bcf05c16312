"""Entry bodies: strict JSON in canonical form (RFC 8785 without floats), with exactly the fields of an entry.

The canonical form is computed here by the standard library alone, so that this check does not rest on the writer's.
"""

import hashlib
import hmac
import json
import re
from typing import Any

from governance.verifier._types import BrokenError

__all__ = ["canonical", "check_payload", "digest_of", "read_entry", "read_strict", "refuse_double_keys"]

_FIELDS = {"v", "log", "seq", "ts", "actor", "action", "subject", "commitment", "details"}
_ACTOR, _SUBJECT = {"id", "role", "method"}, {"type", "id", "version", "digest"}
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_SAFE = 2**53 - 1
_LONGEST_NUMBER = 17  # a sign and the digits of 2^53


def read_entry(body: bytes, *, seq: int, origin: str) -> dict[str, Any]:
    """Return the entry; raise `BrokenError` that says what is wrong with it."""
    entry = read_strict(body)
    if not isinstance(entry, dict) or set(entry) != _FIELDS:
        raise BrokenError("it does not have the fields of an entry")
    if entry["v"] != 1 or entry["log"] != origin:
        raise BrokenError(f"it is an entry of the log {entry['log']!r}, expected {origin!r}")
    if entry["seq"] != seq:
        raise BrokenError(f"it says that it is entry {entry['seq']!r}")
    if not isinstance(entry["ts"], str) or not _TIME.fullmatch(entry["ts"]):
        raise BrokenError(f"its time has the wrong form: {entry['ts']!r}")
    if not isinstance(entry["details"], dict) or not isinstance(entry["action"], str):
        raise BrokenError("its action is no text or its details are no object")
    for name, fields in (("actor", _ACTOR), ("subject", _SUBJECT)):
        if not isinstance(entry[name], dict) or set(entry[name]) != fields:
            raise BrokenError(f"its {name} does not have the fields {sorted(fields)}")
    return entry


def check_payload(commitment: object, salt: bytes, data: bytes) -> None:
    """Return if the payload is what the entry commits to; else raise `BrokenError`."""
    mac = hmac.new(salt, b"payload/v1\x00" + data, hashlib.sha256).hexdigest()
    if commitment != f"hmac-sha256:{mac}":
        raise BrokenError("its payload is not what it commits to")


def digest_of(data: bytes) -> str:
    """Return the tagged hash of some bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    """Return the RFC 8785 bytes of a value of the strict profile; raise `BrokenError` for one that has none."""
    try:
        return _ENCODER.encode(_ordered(value)).encode("utf-8")
    except UnicodeEncodeError:
        raise BrokenError("it holds text that has no UTF-8 form") from None
    except RecursionError:
        raise BrokenError("it is nested too deeply") from None


def read_strict(data: bytes) -> object:
    """Parse JSON that is in canonical form; raise `BrokenError` for any other."""
    try:
        value = _DECODER.decode(data.decode("utf-8"))
        # Keys of plain ASCII sort alike by code point and by UTF-16 unit, which spares a walk in Python.
        again = _SORTING_ENCODER.encode(value).encode("utf-8") if data.isascii() else canonical(value)
    except (ValueError, RecursionError) as error:
        if isinstance(error, BrokenError):
            raise
        raise BrokenError(f"it is not strict JSON: {error}") from None
    if again != data:
        raise BrokenError("it is not in canonical form")
    return value


def refuse_double_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of pairs; raise `BrokenError` where a key comes twice: lenient readers keep the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BrokenError("an object in it holds a key twice")
    return found


def _no_float(text: str) -> object:
    raise BrokenError(f"it holds the number {text}, and entries hold no floats")


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER or abs(int(text)) > _SAFE:
        raise BrokenError(f"it holds the number {text[:40]}, which other readers would round")
    return int(text)


def _ordered(value: object) -> object:
    """Sort keys by UTF-16 code units, as RFC 8785 §3.2.3 demands, and refuse what the profile does not know."""
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, list):
        return [_ordered(one) for one in value]
    if isinstance(value, int):
        if abs(value) > _SAFE:
            raise BrokenError(f"it holds the number {value}, which other readers would round")
        return value
    raise BrokenError(f"it holds a {type(value).__name__}, which has no canonical form")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


_DECODER = json.JSONDecoder(
    object_pairs_hook=refuse_double_keys, parse_int=_whole, parse_float=_no_float, parse_constant=_no_float
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_SORTING_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True)
