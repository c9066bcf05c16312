"""Files that survive a crash: whole-file replacement and durable append.

Rules of this place: a reader never sees half a file; what `append_durably` returned from is on the disk; a file is its
owner's alone unless whoever writes it says that it is for others.
"""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from assay.kernel.errors import UnavailableError

__all__ = ["FOR_OTHERS", "append_durably", "private_folder", "replace_durably", "replace_stream_durably"]

FOR_OTHERS = 0o644  # reports, settings, exports: the umask decides


def replace_durably(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write `data` beside `path`, sync it and rename it over; raise `UnavailableError` when the disk refuses.

    `mode` is the new file's, under the umask; a file of the same name that was there does not hand its mode on.
    """
    replace_stream_durably(path, [data], mode=mode)


def replace_stream_durably(path: Path, chunks: Iterable[bytes], *, mode: int = 0o600) -> None:
    """Replace a file as `replace_durably` does, with bytes that come one after the other."""
    # A name that nobody can foresee, and a new file: one that lies there would hand its mode, or where it links, on.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(chunks)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        _sync_directory(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UnavailableError(
            f"cannot write {path}: {error.strerror}", hint="free space or choose another folder, then run it again"
        ) from error


def private_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, for the owner alone; raise `OSError`."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    if not missing and not path.is_dir():
        path.mkdir()  # says what is in the way


def append_durably(descriptor: int, lines: Iterable[bytes]) -> None:
    """Append the lines (each gets its line feed) to an open file and sync it; raise `UnavailableError` when refused."""
    data = memoryview(b"".join(line + b"\n" for line in lines))
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    except OSError as error:
        raise UnavailableError(
            f"cannot append to the run log: {error.strerror}",
            hint="free space on the disk; the same command resumes where it stopped",
        ) from error


def _sync_directory(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
