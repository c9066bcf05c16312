"""Rows of a file that somebody else wrote: JSON Lines, CSV or Parquet, one at a time, with where each stands.

Rules of this place: memory stays flat, whatever the size of the file; lines end at a line feed alone (a text may hold
U+2028); what is not as expected is an `InputError` that names the file, the line and, where there is one, the field.
Only regular files: a file is read twice, once to check all of it and once to use it.
"""

import csv
import json
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, NoReturn, TypeAlias

from assay.kernel import InputError

__all__ = ["SUFFIXES", "RawRow", "no_file", "open_rows"]

LONGEST_LINE = 16 * 1024 * 1024  # bytes
_BATCH = 512  # Parquet rows held at once
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_EXAMPLE = '{"question": "…", "answer": "…"}'
_MEND = "mend that line and run the same command again; nothing was written"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, kw_only=True)
class RawRow:
    """One row before its fields are checked."""

    source: str  # file name for messages
    unit: Literal["line", "row"]  # a Parquet file has rows, not lines
    number: int  # of the line on which it begins, from 1
    position: int  # among the data rows, from 1
    fields: Mapping[str, object]
    flat: bool = False  # CSV: every value is text, lists are JSON inside it

    def refuse(self, field: str, found: object, expected: str) -> NoReturn:
        """Raise the `InputError` about one field."""
        shown = repr(found)
        shown = shown if len(shown) <= 60 else shown[:59] + "…"  # noqa: PLR2004 - what fits on one line
        self._refuse(field, f"got {shown}, expected {expected}")

    def refuse_absence(self, field: str) -> NoReturn:
        """Raise the `InputError` about a field that is not there."""
        names = ", ".join(repr(name) for name in list(self.fields)[:8]) or "none"
        self._refuse(field, f"it is missing; the fields are {names[:200]}")

    def _refuse(self, field: str, problem: str) -> NoReturn:
        raise InputError(f"{self.source}, {self.unit} {self.number}, field {field!r}: {problem}", hint=_MEND)


RowReader: TypeAlias = Callable[[Path], Iterator[RawRow]]


def open_rows(path: Path) -> Iterator[RawRow]:
    """Yield the rows of a `.jsonl`, `.csv` or `.parquet` file; raise `InputError`."""
    reader = SUFFIXES.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(SUFFIXES)
        raise InputError(f"{path} ends in {path.suffix!r}, expected one of {known}", hint="convert it to JSON Lines")
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise no_file(path)
        yield from reader(path)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", hint="check the path and its permissions") from error


def no_file(path: Path) -> InputError:
    """Return the error about a folder, a pipe or a device where a file is wanted."""
    if path.is_dir():
        known = ", ".join(SUFFIXES)
        return InputError(f"{path} is a folder, expected a file", hint=f"name one file in it that ends in {known}")
    return InputError(f"{path} is no regular file, and it has to be read twice", hint="save it to a file first")


def _json_rows(path: Path) -> Iterator[RawRow]:
    position = 0
    for number, line in _lines(path):
        if line.strip():
            position += 1
            fields = _json_object(line, path.name, number)
            yield RawRow(source=path.name, unit="line", number=number, position=position, fields=fields)


def _json_object(line: str, source: str, number: int) -> dict[str, object]:
    try:
        found = _STRICT.decode(line)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{source}, line {number}{_where(error)}, expected a JSON object such as {_EXAMPLE}", hint=_MEND
        ) from error
    if not isinstance(found, dict):
        raise InputError(
            f"{source}, line {number}: got a JSON {type(found).__name__}, expected an object with fields",
            hint=f"write one object a line, for example {_EXAMPLE}",
        )
    return found


def _where(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f", column {error.pos + 1}: not JSON ({error.msg})"
    return f": not JSON ({'it is nested too deeply' if isinstance(error, RecursionError) else error})"


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"field {next(key for key in keys if keys.count(key) > 1)!r} stands twice")
    return found


def _no_constant(text: str) -> object:
    raise ValueError(f"{text} is not JSON")


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number, line with its end), decoded; a byte-order mark before the first is dropped."""
    with path.open("rb") as stream:
        for number, line in enumerate(iter(lambda: _bounded_line(stream, path.name), b""), start=1):
            yield number, _decoded(line, path.name, number)


def _bounded_line(stream: BinaryIO, source: str) -> bytes:
    line = stream.readline(LONGEST_LINE + 1)
    if len(line) > LONGEST_LINE:
        raise InputError(
            f"{source}: a line is longer than {LONGEST_LINE} bytes", hint="write one row a line, ended by a line feed"
        )
    return line


def _decoded(line: bytes, source: str, number: int) -> str:
    if number == 1 and line.startswith(_WIDE_MARKS):
        raise InputError(f"{source} is UTF-16, expected UTF-8", hint="save it as UTF-8")
    try:
        return line.removeprefix(_BYTE_ORDER_MARK if number == 1 else b"").decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{source}, line {number}: byte {error.start + 1} is not UTF-8", hint="save the file as UTF-8"
        ) from error


def _csv_rows(path: Path) -> Iterator[RawRow]:
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader((line for _, line in _lines(path)), strict=True)
    header: list[str] | None = None
    position = 0
    begins = 1
    try:
        for cells in reader:
            number, begins = begins, reader.line_num + 1
            if not cells:
                continue
            if header is None:
                header = _checked_header(cells, path.name)
                continue
            position += 1
            if len(cells) != len(header):
                raise InputError(
                    f"{path.name}, line {number}: got {len(cells)} cells, expected {len(header)} as in the header",
                    hint="put cells that hold commas, quotes or line breaks in double quotes",
                )
            fields = dict(zip(header, cells, strict=True))
            yield RawRow(source=path.name, unit="line", number=number, position=position, fields=fields, flat=True)
    except csv.Error as error:
        raise InputError(
            f"{path.name}, line {reader.line_num}: not CSV: {error}", hint="double the quotes inside quoted cells"
        ) from error


def _checked_header(cells: list[str], source: str) -> list[str]:
    names = [cell.strip() for cell in cells]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"{source}, line 1: columns {twice!r} stand twice", hint="name each column once")
    if "question" not in names:
        raise InputError(
            f"{source}, line 1: got the columns {names!r}, expected one named 'question'",
            hint="the first line names the columns, parted by commas: question,answer,contexts",
        )
    return names


def _parquet_rows(path: Path) -> Iterator[RawRow]:
    # Lazy: Arrow is a large library and only Parquet needs it.
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    position = 0
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                for fields in batch.to_pylist():
                    position += 1
                    yield RawRow(source=path.name, unit="row", number=position, position=position, fields=fields)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: not a Parquet file that can be read: {error}", hint="write it anew") from error


SUFFIXES: dict[str, RowReader] = {
    ".jsonl": _json_rows,
    ".ndjson": _json_rows,
    ".json": _json_rows,
    ".csv": _csv_rows,
    ".parquet": _parquet_rows,
}
