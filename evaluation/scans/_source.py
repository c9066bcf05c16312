"""Where rows come from, whatever its kind.

Rules of this place: what can be checked before the first row is handed out is checked then; a source that changed while
it was read is an error; nothing about a source holds a password.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from assay.kernel import JsonValue
from evaluation.scans._rows import Row

__all__ = ["Shape", "Source"]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a source is and which of its fields are read."""

    kind: Literal["jsonl", "csv", "parquet", "sql"]
    name: str  # of the file, or of the database and what is read of it; never a password
    text_field: str
    id_field: str | None  # None: rows are called by their number, from 1
    rows: int | None  # None where only reading tells
    digest: str = ""  # of a file's bytes or of a query's text, tagged

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form."""
        return {
            "kind": self.kind,
            "name": self.name,
            "text_field": self.text_field,
            "id_field": self.id_field,
            "rows": self.rows,
            "digest": self.digest,
        }


class Source(Protocol):
    """Rows in an order that is the same each time."""

    @property
    def shape(self) -> Shape:
        """What it is."""

    def read(self, start: int = 0, mark: str = "") -> Iterator[Row]:
        """Yield all rows but the first `start`; raise `InputError` where those are not the ones of `mark`."""

    def mark(self) -> str:
        """Return the digest of all rows read so far, "" where the shape's digest vouches for them."""

    def refuse_change(self) -> None:
        """Raise `InputError` where the source is no longer what was checked."""
