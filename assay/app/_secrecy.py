"""Where a secret may hide in `assay.yaml`: under a telling name, or inside an address.

Rules of this place: better to ask for a reference once too often than to keep a key in a file; what carries the
question (`{{question}}`) is no secret.
"""

import re
from urllib.parse import parse_qsl, urlsplit

__all__ = ["address_holds_secret", "looks_secret"]

_NAME = re.compile(r"auth|key|token|cookie|secret|password|credential", re.IGNORECASE)
_PASSWORD = re.compile(r"://[^/?#@:\s]*:(?!\d+/)[^@\s]*@")  # user:password@host, but not host:port/…@
_PLACEHOLDER = "{{"


def looks_secret(name: str, value: str) -> bool:
    """Whether a value of this name is likely a secret."""
    return bool(_NAME.search(name)) and _PLACEHOLDER not in value


def address_holds_secret(address: str) -> bool:
    """Whether an address holds a password before its host, or a parameter with a telling name."""
    try:
        query = urlsplit(address).query
    except ValueError:  # no address; who uses it says so
        query = ""
    return bool(_PASSWORD.search(address)) or any(looks_secret(name, value) for name, value in parse_qsl(query))
