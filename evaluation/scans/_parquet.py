"""Parquet: one column of texts, read in batches.

Rules of this place: only the two columns that are needed are read; a batch holds few bytes, however long the texts; the
column's type is checked, and every page is decoded once, before a row is handed out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay.kernel import InputError
from evaluation.scans._lines import reading
from evaluation.scans._rows import Row, choose_fields, make_row
from evaluation.scans._source import Shape

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet

__all__ = ["check_parquet", "read_parquet"]

_MOST_ROWS = 2048
_BATCH_BYTES = 4 << 20


def check_parquet(path: Path, text_field: str | None, id_field: str | None) -> Shape:
    """Decode the columns once; raise `InputError` for a file that is none, or a column that holds no texts."""
    with _opened(path) as file:
        text, identity = choose_fields(file.schema_arrow.names, text_field, id_field, path.name)
        _refuse_type(file.schema_arrow.field(text).type, path.name, text)
        rows = sum(batch.num_rows for batch in _batches(file, _columns(text, identity)))
    if not rows:
        raise InputError(f"{path.name} holds no rows", hint="write rows into it")
    return Shape(kind="parquet", name=path.name, text_field=text, id_field=identity, rows=rows)


def read_parquet(path: Path, shape: Shape, start: int) -> Iterator[Row]:
    """Yield the rows of a file that was checked, but for the first `start`."""
    position = 0
    with _opened(path) as file:
        for batch in _batches(file, _columns(shape.text_field, shape.id_field)):
            if position + batch.num_rows <= start:
                position += batch.num_rows
                continue
            texts = _values(batch.column(shape.text_field))
            ids = [None] * len(texts) if shape.id_field is None else _values(batch.column(shape.id_field))
            for identity, text in zip(ids, texts, strict=True):
                position += 1
                if position > start:
                    yield make_row(position, identity, text)


def _columns(text: str, identity: str | None) -> list[str]:
    return [text] if identity in {None, text} else [text, str(identity)]


@contextmanager
def _opened(path: Path) -> Iterator["parquet.ParquetFile"]:
    # Lazy: Arrow is a large library.
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    try:
        with reading(path), parquet.ParquetFile(path) as file:
            yield file
    except pa.ArrowException as error:
        raise InputError(f"{path.name}: not a Parquet file that can be read: {error}", hint="write it anew") from error


def _batches(file: "parquet.ParquetFile", columns: list[str]) -> Iterator["pa.RecordBatch"]:
    for group in range(file.num_row_groups):
        found = file.metadata.row_group(group)
        each = max(1, found.total_byte_size // max(1, found.num_rows))
        rows = max(1, min(_MOST_ROWS, _BATCH_BYTES // each))
        yield from file.iter_batches(batch_size=rows, row_groups=[group], columns=columns)


def _values(column: "pa.Array") -> list[Any]:
    try:
        found: list[Any] = column.to_pylist()
    except UnicodeDecodeError:
        import pyarrow as pa  # noqa: PLC0415  lazy, as above

        plain = column.cast(pa.large_binary()).to_pylist()
        found = [None if value is None else value.decode("utf-8", "surrogateescape") for value in plain]
    return found


def _refuse_type(kind: "pa.DataType", source: str, field: str) -> None:
    from pyarrow import types  # noqa: PLC0415  lazy, as above

    value = kind.value_type if types.is_dictionary(kind) else kind
    texts = (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    if not any(test(value) for test in texts):
        raise InputError(
            f"{source}, field {field!r}: got a column of {kind}, expected texts", hint="name another with --text-field"
        )
