"""Files of a framework from disk: text in UTF-8, no more than anyone writes, and nothing that is waited for."""

import os
import stat
from pathlib import Path
from typing import Final

from assay.kernel import InputError

__all__ = ["read_text"]

_LARGEST: Final = 4 * 1024 * 1024  # bytes; the largest of ours has a fiftieth of it
_HINT: Final = "give a YAML file in UTF-8"


def read_text(path: Path, file: str) -> str:
    """Return the text of a file, which `file` names in the `InputError` for one that cannot be read as UTF-8."""
    try:
        # Without waiting: a pipe that nobody writes to would never be opened otherwise.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise InputError(f"cannot read {file}: it is no regular file", hint=_HINT)
            data = opened.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}", hint=_HINT) from error
    if len(data) > _LARGEST:
        raise InputError(f"cannot read {file}: it has more than {_LARGEST} bytes", hint=_HINT)
    try:
        return data.decode("utf-8-sig")  # some editors begin with a mark of the byte order
    except UnicodeDecodeError as error:
        raise InputError(f"cannot read {file}: {error}", hint=_HINT) from error
