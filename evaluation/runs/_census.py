"""Which (id, repeat) pairs there are, for logs of any length.

Rules of this place: flat memory. The pairs live in a private temporary SQLite file that vanishes when closed; its
sorter spills to disk, so ten million rows need no more memory than ten thousand.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

import orjson

from assay.kernel import InputError

__all__ = ["RowCensus", "ids_digest"]

_BATCH = 10_000


class RowCensus:
    """A bag of (id, repeat) pairs that can be counted, searched and listed in order."""

    def __init__(self) -> None:
        """Open an empty bag."""
        self._database = sqlite3.connect("", check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE pair (id BLOB NOT NULL, repeat INTEGER NOT NULL)")
        self._waiting: list[tuple[bytes, int]] = []
        self._indexed = False
        self.total = 0  # pairs added, doubles included

    def __enter__(self) -> Self:
        """Use as a context: the temporary file vanishes at the end."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let go of the temporary file."""
        self._database.close()

    def add(self, name: str, repeat: int) -> None:
        """Put a pair in; raise `InputError` for an id that has no UTF-8 form."""
        try:
            self._waiting.append((name.encode("utf-8"), repeat))
        except UnicodeEncodeError as error:
            raise InputError(f"the id {name!r} has no UTF-8 form", hint="give the row another id") from error
        self.total += 1
        if len(self._waiting) >= _BATCH:
            self._flush()

    def __contains__(self, pair: tuple[str, int]) -> bool:
        """Whether the pair is in."""
        self._flush()
        if not self._indexed:
            self._database.execute("CREATE INDEX by_id ON pair (id, repeat)")
            self._indexed = True
        found = self._database.execute(
            "SELECT 1 FROM pair WHERE id = ? AND repeat = ?", (pair[0].encode("utf-8", "surrogatepass"), pair[1])
        )
        return found.fetchone() is not None

    def distinct(self) -> int:
        """Return how many different pairs there are."""
        self._flush()
        (count,) = self._database.execute("SELECT count(*) FROM (SELECT DISTINCT id, repeat FROM pair)").fetchone()
        return int(count)

    def ids(self) -> Iterator[str]:
        """Yield the different ids in the order of their code points."""
        self._flush()
        for (name,) in self._database.execute("SELECT DISTINCT id FROM pair ORDER BY id"):
            yield bytes(name).decode("utf-8")

    def ids_digest(self) -> tuple[int, str]:
        """Return (number of different ids, digest of their sorted list) as `digest_json(sorted(ids))` gives it."""
        digest, count = hashlib.sha256(b"["), 0
        for name in self.ids():
            digest.update((b"," if count else b"") + orjson.dumps(name))
            count += 1
        digest.update(b"]")
        return count, "sha256:" + digest.hexdigest()

    def _flush(self) -> None:
        self._database.executemany("INSERT INTO pair VALUES (?, ?)", self._waiting)
        self._waiting.clear()


def ids_digest(ids: Iterable[str]) -> tuple[int, str]:
    """Return (count, digest of the sorted ids) in flat memory; raise `InputError` when an id comes twice."""
    with RowCensus() as census:
        for name in ids:
            census.add(name, 0)
        count, digest = census.ids_digest()
        if count != census.total:
            raise InputError(
                f"{census.total - count} of {census.total} rows repeat an id that is taken",
                hint="give every row an id of its own",
            )
    return count, digest
