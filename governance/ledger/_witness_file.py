"""A witness file: JSON Lines `{"note": checkpoint}`, appended durably, oldest first.

Rules of this place: the file only grows; a last line that a crash tore is no line, and is cut by the next append.
"""

import contextlib
import json
import os
import re
from pathlib import Path

from assay.kernel import IntegrityError, UnavailableError, append_durably, canonical_bytes

__all__ = ["append_note", "first_size", "last_note", "last_size"]

_TAIL_BYTES = 64 * 1024  # far more than one checkpoint


def append_note(path: Path, note: str) -> None:
    """Append a checkpoint durably; raise `UnavailableError` when the disk refuses."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            _cut_torn_line(descriptor)
            append_durably(descriptor, [canonical_bytes({"note": note})])
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UnavailableError(f"cannot append to {path}: {error.strerror}") from error


def last_note(path: Path) -> str | None:
    """Return the newest checkpoint, a torn last line left out; raise `UnavailableError`, `IntegrityError`."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - _TAIL_BYTES))
            lines = stream.read().split(b"\n")[:-1]
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnavailableError(f"cannot read {path}: {error.strerror}") from error
    return _note_of(lines[-1], path) if lines else None


def first_size(path: Path) -> int | None:
    """Return the size of the first checkpoint, `None` where the first line is none; raise `OSError`."""
    with path.open("rb") as stream:
        line = stream.readline(_TAIL_BYTES)
    try:
        return _size_in(_note_of(line, path))
    except IntegrityError:
        return None


def last_size(path: Path) -> int | None:
    """Return the size of the newest checkpoint; `None` where the file does not tell."""
    try:
        note = last_note(path)
    except (IntegrityError, UnavailableError):
        return None
    return None if note is None else _size_in(note)


def _size_in(note: str) -> int | None:
    size = note.split("\n")[1:2]
    return int(size[0]) if size and re.fullmatch(r"[0-9]{1,19}", size[0]) else None


def _note_of(line: bytes, path: Path) -> str:
    with contextlib.suppress(json.JSONDecodeError, UnicodeDecodeError, TypeError, KeyError):
        note = json.loads(line)["note"]
        if isinstance(note, str):
            return note
    raise IntegrityError(f"{path} ends in a line that is no checkpoint: {line[:80]!r}")


def _cut_torn_line(descriptor: int) -> None:
    end = os.fstat(descriptor).st_size
    start = max(0, end - _TAIL_BYTES)
    tail = os.pread(descriptor, end - start, start)
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(descriptor, start + tail.rfind(b"\n") + 1)
