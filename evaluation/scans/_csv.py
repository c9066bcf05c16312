"""CSV: a header, then rows, parted by commas (RFC 4180).

Rules of this place: the file is checked from its header to its last row before a row is handed out; a row with more or
fewer cells than the header stops with file and line; an empty cell is an empty text, and an empty id is none.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from assay.kernel import InputError
from evaluation.scans._lines import LONGEST_LINE, numbered_lines
from evaluation.scans._rows import Row, choose_fields, make_row
from evaluation.scans._source import Shape

__all__ = ["check_csv", "read_csv"]


def check_csv(path: Path, text_field: str | None, id_field: str | None) -> Shape:
    """Read the whole file; raise `InputError` for a header without the fields, or a row that does not fit it."""
    cells = _cells(path)
    header = next(cells, None)
    if header is None:
        raise InputError(f"{path.name} holds no rows", hint="the first line names the columns: id,text")
    text, identity = choose_fields(header, text_field, id_field, f"{path.name}, line 1")
    rows = sum(1 for _ in cells)
    if not rows:
        raise InputError(f"{path.name} holds a header and no rows", hint="the lines after the header are the rows")
    return Shape(kind="csv", name=path.name, text_field=text, id_field=identity, rows=rows)


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
    reader = csv.reader((_decoded(line) for _, line in numbered_lines(path)), strict=True)
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
                    hint="put cells that hold commas, quotes or line breaks in double quotes; nothing was written",
                )
            yield cells
    except csv.Error as error:
        raise InputError(
            f"{path.name}, line {reader.line_num}: not CSV: {error}",
            hint="double the quotes inside quoted cells; nothing was written",
        ) from None


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


def _checked_header(cells: list[str], source: str) -> list[str]:
    names = [cell.strip() for cell in cells]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"{source}, line 1: columns {twice!r} stand twice", hint="name each column once")
    return names
