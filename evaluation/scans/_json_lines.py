"""JSON Lines: one object a line.

Rules of this place: the file is checked from its first line to its last before a row is handed out; a line that is no
JSON object stops with file, line and what was expected; a text that is null, absent, no string or not UTF-8 is a row
with a problem. A field that stands twice in a line is refused: two readers could read two different texts.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from assay.kernel import InputError
from evaluation.scans._lines import numbered_lines
from evaluation.scans._rows import Row, choose_fields, make_row
from evaluation.scans._source import Shape

__all__ = ["check_json_lines", "read_json_lines"]

_EXAMPLE = '{"id": "1", "text": "…"}'
_MEND = "mend that line and run the same command again; nothing was written"
_ESCAPED_LETTER = re.compile(rb"\\u00[4-7]")  # a field's name could be written with it


def check_json_lines(path: Path, text_field: str | None, id_field: str | None) -> Shape:
    """Read the whole file; raise `InputError` for a line that is no object, or a field that no row has.

    Where no field is named, the first row decides.
    """
    rows, fields_read, missing = (
        0,
        None,
        InputError(f"{path.name} holds no rows", hint=f"one object a line: {_EXAMPLE}"),
    )
    for number, line in _filled_lines(path):
        rows += 1
        fields = _parse(line, path.name, number)
        if fields_read is None:
            try:
                fields_read = choose_fields(list(fields), text_field, id_field, f"{path.name}, line {number}")
            except InputError as error:
                if text_field is None:
                    raise
                missing = missing if rows > 1 else error
        if fields_read is not None and _may_repeat(line, fields_read):
            _strictly(line, path.name, number)
    if fields_read is None:
        raise missing
    return Shape(kind="jsonl", name=path.name, text_field=fields_read[0], id_field=fields_read[1], rows=rows)


def read_json_lines(path: Path, shape: Shape, start: int) -> Iterator[Row]:
    """Yield the rows of a file that was checked, but for the first `start`."""
    text, identity = shape.text_field, shape.id_field or ""
    for position, (number, line) in enumerate(_filled_lines(path), start=1):
        if position > start:
            fields = _parse(line, path.name, number)
            yield make_row(position, fields.get(identity), fields.get(text))


def _filled_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in numbered_lines(path) if line.strip())


def _parse(line: bytes, source: str, number: int) -> dict[str, Any]:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        found = _strictly(line, source, number)
    if not isinstance(found, dict):
        raise InputError(
            f"{source}, line {number}: got a JSON {type(found).__name__}, expected an object with fields",
            hint=f"write one object a line, for example {_EXAMPLE}",
        )
    return found


def _may_repeat(line: bytes, names: tuple[str | None, ...]) -> bool:
    """Whether a field that is read could stand twice, its letters written out or escaped."""
    quoted = (b'"%b"' % name.encode("utf-8", "surrogatepass") for name in names if name is not None)
    return any(line.count(name) > 1 for name in quoted) or bool(_ESCAPED_LETTER.search(line))


def _strictly(line: bytes, source: str, number: int) -> object:
    try:
        return _STRICT.decode(line.decode("utf-8", "surrogateescape").strip())
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{source}, line {number}{_where(error)}, expected a JSON object such as {_EXAMPLE}", hint=_MEND
        ) from None  # the cause quotes the line


def _where(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f", column {error.pos + 1}: not JSON ({error.msg})"
    return f": not JSON ({'it is nested too deeply' if isinstance(error, RecursionError) else error})"


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"field {twice[:60]!r} stands twice")
    return found


def _no_constant(text: str) -> object:
    raise ValueError(f"{text} is not JSON")


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)
