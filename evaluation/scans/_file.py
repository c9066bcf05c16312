"""A file as a source: JSON Lines, CSV or Parquet, the first two also packed with gzip."""

import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from assay.kernel import InputError
from evaluation.scans._csv import check_csv, read_csv
from evaluation.scans._json_lines import check_json_lines, read_json_lines
from evaluation.scans._lines import digest_of, reading
from evaluation.scans._parquet import check_parquet, read_parquet
from evaluation.scans._rows import Row
from evaluation.scans._source import Shape

__all__ = ["FileSource"]

_Check = Callable[[Path, str | None, str | None], Shape]
_Read = Callable[[Path, Shape, int], Iterator[Row]]
_JSON_LINES: tuple[_Check, _Read] = (check_json_lines, read_json_lines)
_KINDS: dict[str, tuple[_Check, _Read]] = {
    ".jsonl": _JSON_LINES,
    ".ndjson": _JSON_LINES,
    ".json": _JSON_LINES,
    ".jsonl.gz": _JSON_LINES,
    ".ndjson.gz": _JSON_LINES,
    ".json.gz": _JSON_LINES,
    ".csv": (check_csv, read_csv),
    ".csv.gz": (check_csv, read_csv),
    ".parquet": (check_parquet, read_parquet),
}


class FileSource:
    """A file that was checked from its first row to its last, and can be read as long as it stays the same."""

    def __init__(self, path: Path, *, text_field: str | None = None, id_field: str | None = None) -> None:
        """Check the whole file now; raise `InputError` naming file, line and field."""
        check, self._read = _kind_of(path)
        self._path = path
        self._state = _state(path)
        digest = digest_of(path)
        self.shape = replace(check(path, text_field, id_field), digest=digest)
        self.refuse_change()

    def read(self, start: int = 0, mark: str = "") -> Iterator[Row]:
        """Yield all rows but the first `start`; the file's digest vouches for those, so there is no `mark`."""
        del mark
        self.refuse_change()
        yield from self._read(self._path, self.shape, start)
        self.refuse_change()

    def mark(self) -> str:
        """Return "": the shape's digest is that of the whole file."""
        return ""

    def refuse_change(self) -> None:
        """Raise `InputError` where the file is no longer what was checked."""
        if _state(self._path) != self._state:
            raise InputError(f"{self._path} changed while it was read", hint="run it again when the file is complete")


def _kind_of(path: Path) -> tuple[_Check, _Read]:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = _KINDS.get("".join(suffixes[-2:])) or _KINDS.get("".join(suffixes[-1:]))
    if kind is None:
        known = ", ".join(sorted(_KINDS))
        raise InputError(f"{path} ends in {path.suffix!r}, expected one of {known}", hint="convert it to JSON Lines")
    return kind


def _state(path: Path) -> tuple[int, int, int]:
    with reading(path):
        status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file, and it has to be read twice"
        raise InputError(f"{path} is {kind}, expected a file", hint="name one file")
    return status.st_size, status.st_mtime_ns, status.st_ino
