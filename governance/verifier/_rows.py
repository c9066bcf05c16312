"""Completeness: the rows of every table with a stamp, against what their entries sealed.

Rules of this place: every row points at an entry, every entry's rows are there, none was altered; entry and row are
about the same thing. Tables are read beside the entries, all in the order of the ledger, so each is read once.
"""

import sqlite3
from collections.abc import Iterator
from typing import Any

from governance.verifier._entries import canonical, digest_of
from governance.verifier._meanings import Row, check_meaning, in_question
from governance.verifier._schema import stamped_tables
from governance.verifier._types import BrokenError, Findings

__all__ = ["Row", "StateRows", "check_rows"]


class _Table:
    """One table in the order of the ledger."""

    def __init__(self, database: sqlite3.Connection, name: str, findings: Findings) -> None:
        self.name = name
        self._rows = database.execute(f"SELECT * FROM {name} ORDER BY seq")  # noqa: S608  checked name
        self._columns = [column[0] for column in self._rows.description]
        self._seq = self._columns.index("seq")
        self._findings = findings
        self._row: tuple[Any, ...] | None = None
        self.next_seq: int | None = -1
        self._step()

    def rows_at(self, seq: int) -> Iterator[Row]:
        """Yield the rows of an entry; those before it point at no entry."""
        while self.next_seq is not None and self.next_seq <= seq:
            if self.next_seq < seq:
                self.refuse()
            elif self._row is not None:
                pairs = zip(self._columns, self._row, strict=True)
                yield {name: cell for name, cell in pairs if cell is not None and name != "seq"}
            self._step()

    def refuse(self) -> None:
        self._findings.add(f"table {self.name}", f"a row points at no entry of the ledger: {self.next_seq!r}")

    def drain(self) -> None:
        while self.next_seq is not None:
            self.refuse()
            self._step()

    def _step(self) -> None:
        self._row = next(self._rows, None)
        while self._row is not None and type(self._row[self._seq]) is not int:
            self._findings.add(f"table {self.name}", f"a row points at no entry: {self._row[self._seq]!r}")
            self._row = next(self._rows, None)
        self.next_seq = None if self._row is None else self._row[self._seq]


class StateRows:
    """All tables, read beside the entries."""

    def __init__(self, database: sqlite3.Connection, findings: Findings) -> None:
        """Take a store that is not changed meanwhile."""
        self._tables = [_Table(database, name, findings) for name in stamped_tables(database)]

    def at(self, seq: int) -> list[tuple[str, Row]]:
        """Return (table, cells) of the rows that point at an entry; to be asked for each entry in turn."""
        return [
            (table.name, row)
            for table in self._tables
            if table.next_seq is not None and table.next_seq <= seq
            for row in table.rows_at(seq)
        ]

    def drain(self) -> None:
        """Find rows that point beyond the last entry."""
        for table in self._tables:
            table.drain()


def check_rows(entry: dict[str, Any], rows: list[tuple[str, Row]]) -> None:
    """Hold the rows of one entry against its digest; raise `BrokenError` where they do not fit."""
    details = entry["details"]
    if len(rows) != details.get("rows", 0):
        question = in_question(entry["action"], entry["subject"]["type"], [table for table, _ in rows])
        raise BrokenError(f"it sealed {details.get('rows', 0)} state rows, {len(rows)} point at it{question}")
    if rows:
        documents = sorted(canonical([table, cells]) for table, cells in rows)
        if digest_of(b"[" + b",".join(documents) + b"]") != details.get("state"):
            raise BrokenError(f"the rows of {', '.join(sorted({name for name, _ in rows}))} are not those it sealed")
    check_meaning(entry, rows)
