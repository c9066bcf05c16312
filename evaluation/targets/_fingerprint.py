"""Which program a command is: recorded without its arguments, and another one when its files changed.

Rules of this place: arguments may be secrets, so that only the digest of the whole command and the names of existing
files are recorded; files count only under the application's folder; what is large is not read.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from assay.kernel import JsonValue, digest_bytes, digest_json

__all__ = ["callable_record", "command_record"]

_MOST_FILES = 20
_MOST_BYTES = 1 << 20  # of one file; a larger one counts by size and time


def command_record(command: Sequence[str], folder: Path) -> dict[str, JsonValue]:
    """Return the program's base name, the digest of the command and the digests of the files that it names."""
    return {
        "program": Path(command[0]).name,
        "command_digest": digest_json([repr(part) for part in command]),
        "files": _files(_named(command), folder),
    }


def callable_record(name: str, folder: Path) -> dict[str, JsonValue]:
    """Return the function `module:function` and the digest of its module's file, where it lies in the folder."""
    return {"callable": name, "files": _files(_module(name.partition(":")[0], "__init__"), folder)}


def _named(command: Sequence[str]) -> Iterator[str]:
    for before, part in zip(("", *command), command, strict=False):
        yield part
        if "=" in part:
            yield part.partition("=")[2]
        if before == "-m":
            yield from _module(part, "__main__")


def _module(name: str, package_file: str) -> Iterator[str]:
    path = name.replace(".", "/")
    yield f"{path}.py"
    yield f"{path}/{package_file}.py"


def _files(names: Iterator[str], folder: Path) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    root = os.path.abspath(folder)  # noqa: PTH100 - a link stays a name under the folder
    for name in names:
        path = os.path.normpath(os.path.join(root, name))  # noqa: PTH118 - as above
        if len(found) < _MOST_FILES and path.startswith(root + os.sep):
            mark = _fingerprint(Path(path))
            if mark:
                found[os.fsencode(path[len(root) + 1 :]).decode("utf-8", "replace")] = mark
    return found


def _fingerprint(path: Path) -> str:
    """Return the digest of a small file, size and time of a large one, "" for what is none."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return ""
        if status.st_size <= _MOST_BYTES:
            return digest_bytes(path.read_bytes())
    except (OSError, ValueError):  # a name that is too long, or holds a zero byte
        return ""
    return f"{status.st_size} bytes, changed at {status.st_mtime_ns}"
