"""CSV: a header, then rows, parted by commas (RFC 4180), or by what the header shows: semicolons or tabs.

Rules of this place: the file is checked from its header to its last row before a row is handed out; a row with more or
fewer cells than the header stops with file and line; an empty cell is an empty text, and an empty id is none; only a
header without a comma is read with another separator.
"""

import csv
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from assay.kernel import InputError
from evaluation.scans._lines import LONGEST_LINE, numbered_lines
from evaluation.scans._rows import Row, choose_fields, make_row
from evaluation.scans._source import Shape

__all__ = ["check_csv", "read_csv"]

_MOST_EMPTY = 8  # lines within which the header is looked for


def check_csv(path: Path, text_field: str | None, id_field: str | None) -> Shape:
    """Read the whole file; raise `InputError` for a header without the fields, or a row that does not fit it."""
    cells = _cells(path)
    header = next(cells, None)
    if header is None:
        raise InputError(f"{path.name} holds no rows", hint="the first line names the columns: id,text")
    text, identity = _fields(header, text_field, id_field, path.name)
    rows = sum(1 for _ in cells)
    if not rows:
        raise InputError(f"{path.name} holds a header and no rows", hint="the lines after the header are the rows")
    return Shape(kind="csv", name=path.name, text_field=text, id_field=identity, rows=rows)


def _fields(names: list[str], text_field: str | None, id_field: str | None, source: str) -> tuple[str, str | None]:
    try:
        return choose_fields(names, text_field, id_field, f"{source}, line 1")
    except InputError as error:
        if any(sign in name for name in names for sign in ";\t|"):
            error.hint = f"part the cells by commas, or all by semicolons or tabs; else {error.hint}"
        raise


def read_csv(path: Path, shape: Shape, start: int) -> Iterator[Row]:
    """Yield the rows of a file that was checked, but for the first `start`."""
    cells = _cells(path)
    header = next(cells)
    text = header.index(shape.text_field)
    identity = None if shape.id_field is None else header.index(shape.id_field)
    for position, row in enumerate(cells, start=1):
        if position > start:
            yield make_row(position, None if identity is None else row[identity] or None, row[text])


def _cells(path: Path) -> Iterator[list[str]]:
    """Yield the header, then each row; lines that are not UTF-8 come with lone surrogates."""
    csv.field_size_limit(LONGEST_LINE)
    lines = (_decoded(line) for _, line in numbered_lines(path))
    first = list(islice(lines, _MOST_EMPTY))
    reader = csv.reader(chain(first, lines), delimiter=_separator(first), strict=True)
    header: list[str] | None = None
    begins = 1
    try:
        for cells in reader:
            number, begins = begins, reader.line_num + 1
            if not cells:
                continue
            if header is None:
                header = _checked_header(cells, path.name)
                yield header
                continue
            if len(cells) != len(header):
                raise InputError(
                    f"{path.name}, line {number}: got {len(cells)} cells, expected {len(header)} as in the header",
                    hint="put cells that hold separators, quotes or line breaks in double quotes; nothing was written",
                )
            yield cells
    except csv.Error as error:
        raise InputError(
            f"{path.name}, line {reader.line_num}: not CSV: {error}",
            hint="double the quotes inside quoted cells; nothing was written",
        ) from None


def _separator(lines: Sequence[str]) -> str:
    """Return what parts the cells: a comma, unless the header has none and one of the others."""
    header = next((line for line in lines if line.strip()), "")
    others = [sign for sign in ";\t" if sign in header]
    return others[0] if len(others) == 1 and "," not in header else ","


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


def _checked_header(cells: list[str], source: str) -> list[str]:
    names = [cell.strip() for cell in cells]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            f"{source}, line 1: columns stand twice: {', '.join(map(repr, twice))}", hint="name each column once"
        )
    return names
