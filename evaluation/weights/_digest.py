"""The digest of a large file, computed once.

Rules of this place: the digest of an unchanged file is remembered in `verified.json` of the cache folder, under its
path, with size, time of change (nanoseconds) and inode; if any of them differs the file is read again. Whoever can
write to the cache folder can fool the memory, and could as well replace the program: `verify` always reads everything.
"""

import hashlib
import json
from pathlib import Path

from assay.kernel import InputError, UnavailableError, replace_durably
from evaluation.weights._folder import cache_folder

__all__ = ["file_digest", "forget_digest", "read_digest"]

_MEMORY = "verified.json"


def file_digest(path: Path, *, cache: Path | None = None) -> str:
    """Return the tagged SHA-256 of the file, from memory if it did not change; raise `InputError` if unreadable."""
    folder = cache_folder() if cache is None else cache
    stamp = _stamp(path)
    memory = _recall(folder)
    known = memory.get(str(path.absolute()))
    if isinstance(known, dict) and known.get("stamp") == stamp and isinstance(known.get("digest"), str):
        return str(known["digest"])
    digest = read_digest(path)
    _remember(folder, {**memory, str(path.absolute()): {"stamp": stamp, "digest": digest}})
    return digest


def read_digest(path: Path) -> str:
    """Read the whole file and return its tagged SHA-256; raise `InputError` if unreadable."""
    try:
        with path.open("rb") as stream:
            return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", hint="check the path and its permissions") from error


def forget_digest(path: Path, *, cache: Path) -> None:
    """Forget what is remembered of a file."""
    memory = _recall(cache)
    if memory.pop(str(path.absolute()), None) is not None:
        _remember(cache, memory)


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", hint="check the path and its permissions") from error
    return f"{status.st_size} {status.st_mtime_ns} {status.st_dev}:{status.st_ino}"


def _recall(folder: Path) -> dict[str, object]:
    try:
        memory = json.loads((folder / _MEMORY).read_bytes())
    except (OSError, ValueError):
        return {}  # nothing is remembered: the file is read
    return memory if isinstance(memory, dict) else {}


def _remember(folder: Path, memory: dict[str, object]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_durably(folder / _MEMORY, json.dumps(memory, indent=1, sort_keys=True).encode())
    except (OSError, UnavailableError):
        return  # a read-only cache works, only slower
