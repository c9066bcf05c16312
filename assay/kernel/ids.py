"""Identifiers: content ids repeat for the same content, run ids sort by time and never repeat."""

import hashlib
import secrets
from datetime import UTC, datetime

__all__ = ["content_id", "new_run_id"]

_HEX_DIGITS = 16


def content_id(prefix: str, *parts: str) -> str:
    """Return `<prefix>-<16 hex digits>`; the same parts give the same id, on every machine."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return f"{prefix}-{digest.hexdigest()[:_HEX_DIGITS]}"


def new_run_id(now: datetime, kind: str = "run") -> str:
    """Return `<kind>-<UTC time to the second>-<6 random hex digits>`, which sorts by time."""
    return f"{kind}-{now.astimezone(UTC):%Y%m%dt%H%M%Sz}-{secrets.token_hex(3)}"
