"""Rows cut into batches that take about a second and hold few bytes.

Rules of this place: how rows are cut changes no result; a batch holds at least one row, however long its text; what a
batch took decides how many rows the next one holds, so that a slow filter shows progress and a fast one is not kept
waiting.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from evaluation.scans._batch import batch_of
from evaluation.scans._rows import Row

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Slices"]

_FIRST = 32  # rows
_LEAST, _MOST = 1, 4096
_AIM_S = 1.0
_MOST_CHARACTERS = 1 << 20  # of one batch's texts, but for the last of them


class Slices:
    """An iterator over (batch, mark of the source after it)."""

    def __init__(self, rows: Iterator[Row], mark: Callable[[], str]) -> None:
        """Take the rows, and what tells the source's mark after the last one that was taken."""
        self._rows = rows
        self._mark = mark
        self._size = _FIRST

    def __iter__(self) -> "Slices":
        """Return itself: rows come once."""
        return self

    def __next__(self) -> "tuple[pa.RecordBatch, str]":
        """Return the next batch."""
        found: list[Row] = []
        characters = 0
        for row in self._rows:
            found.append(row)
            characters += len(row.text or "")
            if len(found) >= self._size or characters >= _MOST_CHARACTERS:
                break
        if not found:
            raise StopIteration
        return batch_of(found), self._mark()

    def pace(self, rows: int, seconds: float) -> None:
        """Learn from a batch how many rows take about a second."""
        if seconds > 0:
            self._size = min(_MOST, max(_LEAST, int(rows * _AIM_S / seconds)))
