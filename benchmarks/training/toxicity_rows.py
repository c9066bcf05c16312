"""Rows of the labelled sets, and which of them may be learned from.

Rules of this place: a row belongs to the tuning half by the digest of its id; the other half is measured on and never
learned from.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

__all__ = ["plain", "read_rows", "tuning"]

_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|#\d+);?")
_URL: Final = re.compile(r"https?://\S+")
_AT: Final = re.compile(r"@\w+")


def tuning(identifier: str) -> bool:
    """Whether a row may be learned from; the others are measured on."""
    return hashlib.sha256(identifier.encode()).digest()[0] % 2 == 0


def read_rows(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield a set's rows."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def plain(tweet: str) -> str:
    """Return a tweet with its marks of address and links as words."""
    text = _ENTITY.sub(" ", tweet)
    return " ".join(_AT.sub("@USER", _URL.sub("URL", text)).strip('" !:').split())
