"""Lines of a file, plain or packed with gzip, as bytes.

Rules of this place: memory stays flat, whatever the size of the file; a line ends at a line feed alone; a line that is
too long, an archive that is broken and a disk that fails are `InputError`s that name the file.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from assay.kernel import InputError

__all__ = ["LONGEST_LINE", "digest_of", "numbered_lines", "reading"]

LONGEST_LINE = 16 * 1024 * 1024  # bytes
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what a file or an archive may do wrong into an `InputError`."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{path.name}: the gzip archive is broken: {error}", hint="pack it anew") from error
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror or error}", hint="check the path and its permissions"
        ) from error


def digest_of(path: Path) -> str:
    """SHA-256 of the file's bytes, tagged."""
    with reading(path), path.open("rb") as stream:
        return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield (number, line with its end); a byte-order mark before the first is dropped."""
    with reading(path), _opened(path) as stream:
        for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE + 1), b""), start=1):
            if len(line) > LONGEST_LINE:
                raise InputError(
                    f"{path.name}, line {number}: it is longer than {LONGEST_LINE} bytes",
                    hint="write one row a line, ended by a line feed",
                )
            if number > 1:
                yield number, line
                continue
            if line.startswith(_WIDE_MARKS):
                raise InputError(f"{path.name} is UTF-16, expected UTF-8", hint="save it as UTF-8")
            yield number, line.removeprefix(_BYTE_ORDER_MARK)


def _opened(path: Path) -> BinaryIO:
    if path.suffix.lower() == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    return path.open("rb")
