"""Entry bodies: strict JSON in canonical form (RFC 8785 without floats), with exactly the fields of an entry.

The canonical form is computed here by the standard library alone, so that this check does not rest on the writer's.
"""

import hashlib
import hmac
import json
import re
from typing import Any

from governance.verifier._types import BrokenError

__all__ = ["canonical", "check_payload", "read_entry"]

_FIELDS = {"v", "log", "seq", "ts", "actor", "action", "subject", "commitment", "details"}
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_SAFE = 2**53 - 1


def read_entry(body: bytes, *, seq: int, origin: str) -> dict[str, Any]:
    """Return the entry; raise `BrokenError` that says what is wrong with it."""
    entry = _parse(body)
    if not isinstance(entry, dict) or set(entry) != _FIELDS:
        raise BrokenError("it does not have the fields of an entry")
    if canonical(entry) != body:
        raise BrokenError("it is not in canonical form")
    if entry["v"] != 1 or entry["log"] != origin:
        raise BrokenError(f"it is an entry of the log {entry['log']!r}, expected {origin!r}")
    if entry["seq"] != seq:
        raise BrokenError(f"it says that it is entry {entry['seq']!r}")
    if not isinstance(entry["ts"], str) or not _TIME.fullmatch(entry["ts"]):
        raise BrokenError(f"its time has the wrong form: {entry['ts']!r}")
    if not isinstance(entry["details"], dict):
        raise BrokenError("its details are no object")
    return entry


def check_payload(commitment: object, salt: bytes, data: bytes) -> None:
    """Return if the payload is what the entry commits to; else raise `BrokenError`."""
    mac = hmac.new(salt, b"payload/v1\x00" + data, hashlib.sha256).hexdigest()
    if commitment != f"hmac-sha256:{mac}":
        raise BrokenError("its payload is not what it commits to")


def canonical(value: object) -> bytes:
    """Return the RFC 8785 bytes of a value of the strict profile."""
    try:
        text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise BrokenError("it holds text that has no UTF-8 form") from None


def _parse(body: bytes) -> object:
    try:
        return json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float
        )
    except (ValueError, RecursionError) as error:
        raise BrokenError(f"it is not strict JSON: {error}") from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BrokenError("an object in it holds a key twice")
    return found


def _no_float(text: str) -> object:
    raise BrokenError(f"it holds the number {text}, and entries hold no floats")


def _ordered(value: object) -> object:
    """Sort keys by UTF-16 code units, as RFC 8785 §3.2.3 demands, and refuse what the profile does not know."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, list):
        return [_ordered(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _SAFE:
        raise BrokenError(f"it holds the number {value}, which other readers would round")
    return value


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")
