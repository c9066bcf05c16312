"""The whole file is checked before its first row is used: fields, at least one row, no id twice.

Rules of this place: the check keeps 8 bytes a row. Ids are compared by a 64-bit digest; only when two digests meet is
the file read again to see whether the ids are the same and on which lines they stand.
"""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from assay.kernel import InputError
from evaluation.questions._rows import RawRow, no_file, open_rows

__all__ = ["check_rows", "digest_file"]

_CHUNK = 1 << 20


def check_rows(path: Path, identify: Callable[[RawRow], str]) -> int:
    """Return the number of rows; `identify` checks a row and returns its id; raise `InputError`."""
    digests = array("Q", (_short_digest(identify(row)) for row in open_rows(path)))
    if not digests:
        raise InputError(f"{path} holds no rows", hint='write one JSON object a line: {"question": "…", "answer": "…"}')
    suspects = {one for one, other in pairwise(sorted(digests)) if one == other}
    if suspects:
        _refuse_twins(((identify(row), row) for row in open_rows(path)), suspects)
    return len(digests)


def digest_file(path: Path) -> str:
    """SHA-256 of the file's bytes, tagged; raise `InputError`."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except IsADirectoryError as error:
        raise no_file(path) from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", hint="check the path and its permissions") from error
    return "sha256:" + digest.hexdigest()


def _refuse_twins(rows: Iterable[tuple[str, RawRow]], suspects: set[int]) -> None:
    first: dict[str, int] = {}
    for identity, row in _suspected(rows, suspects):
        if identity in first:
            raise InputError(
                f"{row.source}: the id {identity!r} stands on {row.unit}s {first[identity]} and {row.number}",
                hint="give each row an id of its own, or none at all",
            )
        first[identity] = row.number


def _suspected(rows: Iterable[tuple[str, RawRow]], suspects: set[int]) -> Iterator[tuple[str, RawRow]]:
    return ((identity, row) for identity, row in rows if _short_digest(identity) in suspects)


def _short_digest(identity: str) -> int:
    return int.from_bytes(hashlib.blake2b(identity.encode("utf-8"), digest_size=8).digest(), "big")
