"""Checks of secrets: whether a string that stands where a key would stand is likely to be one.

Rules of this place: as in `_checks`. Placeholders ("your-api-key-here", "xxxxxxxx") are no secrets.
"""

import base64
import binascii
import json
import math
from collections import Counter

import regex

__all__ = ["chosen", "json_web_token", "varied"]

_SHORTEST = 8
_BITS = 3.0  # a character of English prose carries about 4 over its letters; "aaaa1111" carries 1
_PLACEHOLDER = regex.compile(
    r"your|example|changeme|change_me|placeholder|dummy|xxxx|\*\*\*|\.\.\.|<|\$\{|\{\{", regex.IGNORECASE
)


def chosen(text: str) -> bool:
    """Return whether the value is no placeholder."""
    return len(set(text)) > 1 and not _PLACEHOLDER.search(text)


def varied(text: str) -> bool:
    """Return whether the value has letters, digits and at least 3 bits of entropy a character (Shannon 1948)."""
    if len(text) < _SHORTEST or not chosen(text):
        return False
    mixed = any(char.isdigit() for char in text) and any(char.isalpha() for char in text)
    return mixed and _entropy(text) >= min(_BITS, math.log2(len(text)) - 0.75)


def json_web_token(text: str) -> bool:
    """Return whether the first part is a JSON object that names an algorithm (RFC 7519 §5, RFC 7515 §4.1.1)."""
    head = text.split(".", 1)[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return False
    return isinstance(header, dict) and "alg" in header


def _entropy(text: str) -> float:
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())
