"""Checkpoints that came from outside the store: a witness file, or one checkpoint as text.

Rules of this place: memory stays flat whatever the length, so what was read is kept in a temporary database file that
nobody else sees; the order of the file is part of what it says.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from governance.verifier._notes import parse_note
from governance.verifier._types import BrokenError, Findings

__all__ = ["Descent", "KeptNote", "KeptNotes", "trusted_notes", "witnessed_notes"]

_MOST_DESCENTS = 1000


def witnessed_notes(path: Path) -> Iterator[str]:
    """Yield the checkpoints of a witness file, oldest first; a last line that a crash tore is left out."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.endswith(b"\n"):
                try:
                    yield str(json.loads(line)["note"])
                except (ValueError, TypeError, KeyError, RecursionError):
                    yield f"line {number} of {path.name} is no checkpoint"


def trusted_notes(path: Path) -> Iterator[str]:
    """Yield the checkpoints of a file that is a witness file or one checkpoint as text."""
    with path.open("rb") as stream:
        is_witness = stream.read(1) == b"{"
    if is_witness:
        yield from witnessed_notes(path)
    elif text := path.read_bytes().decode("utf-8", errors="replace"):
        yield text


@dataclass(frozen=True)
class KeptNote:
    """A checkpoint that somebody kept."""

    number: int  # in the order in which it was kept, from 1
    size: int
    text: str


@dataclass(frozen=True)
class Descent:
    """A checkpoint of fewer entries that was kept after one of more: a restore, or a file that was changed."""

    size: int
    before: int


class KeptNotes:
    """What somebody kept, in the order of the ledger; which of it fits is marked here."""

    def __init__(self, notes: Iterable[str], findings: Findings) -> None:
        """Read all of it; what is no checkpoint is a finding."""
        self.descents: list[Descent] = []
        self._database = sqlite3.connect("", isolation_level=None)  # a private temporary file
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, size INTEGER, note TEXT, fits INTEGER)")
        self._database.execute("CREATE TABLE gone (seq INTEGER PRIMARY KEY, is_explained INTEGER)")
        self._database.execute("BEGIN")
        last = -1
        for number, text in enumerate(notes, start=1):
            try:
                size = parse_note(text).size
            except BrokenError as error:
                findings.add(f"trusted checkpoint number {number}", str(error))
                continue
            if size < last and len(self.descents) < _MOST_DESCENTS:
                self.descents.append(Descent(size, last))
            last = size
            self._database.execute("INSERT INTO kept VALUES (?, ?, ?, 0)", (number, size, text))
        self._database.execute("CREATE INDEX in_order ON kept (size, number)")

    def in_order(self) -> Iterator[KeptNote]:
        """Yield all, smallest first."""
        wanted = "SELECT number, size, note FROM kept ORDER BY size, number"
        return (KeptNote(*row) for row in self._database.execute(wanted))

    def mark_fitting(self, note: KeptNote) -> None:
        """Remember that the entries have the root that this one signs."""
        self._database.execute("UPDATE kept SET fits = 1 WHERE number = ?", (note.number,))

    def others(self) -> Iterator[KeptNote]:
        """Yield those that do not fit, smallest first."""
        wanted = "SELECT number, size, note FROM kept WHERE NOT fits ORDER BY size, number"
        return (KeptNote(*row) for row in self._database.execute(wanted))

    def newest_fitting(self) -> int | None:
        """Return the size of the largest one that fits."""
        found: int | None = self._database.execute("SELECT max(size) FROM kept WHERE fits").fetchone()[0]
        return found

    # payloads that are gone, and the entries that say they were erased

    def note_gone(self, seq: int) -> None:
        """Remember an entry whose payload is not there."""
        self._database.execute("INSERT OR IGNORE INTO gone VALUES (?, 0)", (seq,))

    def explain_gone(self, seqs: object) -> None:
        """Remember payloads that an entry says were erased."""
        for seq in seqs if isinstance(seqs, list) else []:
            if isinstance(seq, int):
                self._database.execute("UPDATE gone SET is_explained = 1 WHERE seq = ?", (seq,))

    def gone(self) -> tuple[int, list[int]]:
        """Return how many payloads are gone, and the first of those of which no entry says so."""
        count = self._database.execute("SELECT count(*) FROM gone").fetchone()[0]
        wanted = "SELECT seq FROM gone WHERE NOT is_explained ORDER BY seq LIMIT 100"
        return count, [seq for (seq,) in self._database.execute(wanted)]

    def close(self) -> None:
        """Let go of the temporary file."""
        self._database.close()
