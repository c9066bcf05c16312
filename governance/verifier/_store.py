"""A whole store, once through, in flat memory.

Rules of this place: everything is recomputed from the entries' bytes; every checkpoint must fit the tree at its size;
every state row must be one that its entry sealed; what somebody else holds (trusted checkpoints) must be a state that
this log went through.
"""

import base64
import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from governance.verifier._entries import canonical, check_payload, read_entry
from governance.verifier._notes import read_note
from governance.verifier._trees import GrowingTree
from governance.verifier._types import BrokenError, Findings, LedgerVerdict, Verification

__all__ = ["trusted_notes", "verify_store", "witnessed_notes"]

_NAME = re.compile(r"[a-z_]+")
_UNREADABLE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


def witnessed_notes(path: Path) -> Iterator[str]:
    """Yield the checkpoints of a witness file, oldest first; a last line that a crash tore is left out."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.endswith(b"\n"):
                try:
                    yield str(json.loads(line)["note"])
                except (ValueError, TypeError, KeyError):
                    yield f"line {number} of {path.name} is no checkpoint"


def trusted_notes(path: Path) -> Iterator[str]:
    """Yield the checkpoints of a file that is a witness file or one checkpoint as text."""
    with path.open("rb") as stream:
        is_witness = stream.read(1) == b"{"
    if is_witness:
        yield from witnessed_notes(path)
    elif text := path.read_text(encoding="utf-8", errors="replace"):
        yield text


def verify_store(
    store: Path, *, vkey: str | None = None, trusted: Iterable[str] = (), doubts: Iterable[str] = ()
) -> Verification:
    """Check a SQLite store against itself and against checkpoints that came from elsewhere, oldest first.

    Without `vkey` the key is the store's own word, and without `trusted` an older copy cannot be told from the newest:
    both end as `cannot_decide` unless something is found to be wrong, and so do `doubts`, which say what the caller
    knows about the store's surroundings: a witness file that was lost, another log that should be here.
    Raise `FileNotFoundError` without a store, `PermissionError` where it cannot be read.
    """
    if not store.is_file():
        raise FileNotFoundError(str(store))
    with closing(_open(store.resolve())) as database:
        database.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        findings = Findings()
        walk = _Walk(database, findings, vkey)
        try:
            database.execute("BEGIN")
            walk.run(iter(trusted))
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in _UNREADABLE:
                raise PermissionError(f"{store}: {error}") from error
            findings.add(f"entry {walk.tree.size}", f"the store cannot be read on: {error}")
        return walk.result(vkey_known=vkey is not None, doubts=tuple(doubts))


def _open(store: Path) -> sqlite3.Connection:
    """Open read-only; on a medium that cannot be written to, SQLite must be told that nobody else writes either."""
    alone = not os.access(store.parent, os.W_OK) and not store.with_name(store.name + "-wal").exists()
    return sqlite3.connect(f"file:{quote(str(store))}?mode=ro{'&immutable=1' if alone else ''}", uri=True)


@dataclass
class _Walk:
    database: sqlite3.Connection
    findings: Findings
    vkey: str | None
    origin: str = ""
    tree: GrowingTree = field(default_factory=GrowingTree)
    checkpoints: int = 0
    trusted_size: int | None = None
    erased: int = 0

    def run(self, trusted: Iterator[str]) -> None:
        """Go through the store once."""
        self._identify()
        notes = self._notes("checkpoint", self._stored_notes(), strictly=True)
        outside = self._notes("trusted checkpoint", trusted, strictly=False)
        state = _StateRows(self.database, self.findings)
        note, other = next(notes, None), next(outside, None)
        signed = 0
        for seq, body, salt, data in self._entries():
            self._check_entry(seq, body, (salt, data), state)
            for tile in self.tree.add(hashlib.sha256(b"\x00" + body).digest()):
                self._check_tile(*tile)
            while note is not None and note[0] <= self.tree.size:
                signed = self._hold(note, "checkpoint")
                note = next(notes, None)
            while other is not None and other[0] <= self.tree.size:
                self.trusted_size = self._hold(other, "trusted checkpoint")
                other = next(outside, None)
        self._check_end(signed, note, other)
        state.check_rest(self.tree.size)

    def result(self, *, vkey_known: bool, doubts: tuple[str, ...]) -> Verification:
        """Return what came of it."""
        notes = [*doubts]
        if not vkey_known:
            notes.append("the key is the store's own word: give the public key that you hold")
        if self.trusted_size is None:
            notes.append("no trusted checkpoint: cannot exclude rollback to an older copy of this store")
        notes.append("proofs show what was recorded, not that everything that happened was recorded")
        undecided = bool(doubts) or not vkey_known or self.trusted_size is None
        sound = LedgerVerdict.CANNOT_DECIDE if undecided else LedgerVerdict.OK
        return Verification(
            verdict=LedgerVerdict.TAMPERED if self.findings.total else sound,
            origin=self.origin,
            size=self.tree.size,
            root=base64.b64encode(self.tree.root()).decode("ascii"),
            checkpoints=self.checkpoints,
            trusted_size=self.trusted_size,
            erased=self.erased,
            findings=tuple(self.findings.found),
            findings_total=self.findings.total,
            notes=tuple(notes),
        )

    def _identify(self) -> None:
        rows = self.database.execute("SELECT origin, vkey FROM ledger_log").fetchall()
        if len(rows) != 1:
            self.findings.add("table ledger_log", f"it names {len(rows)} logs, expected 1")
        own = str(rows[0][1]) if rows else ""
        if self.vkey is None:
            self.vkey = own
        elif own.strip() != self.vkey.strip():
            self.findings.add("table ledger_log", f"the store names the key {own!r}, yours is {self.vkey.strip()!r}")
        self.origin = self.vkey.split("+", 1)[0]

    def _entries(self) -> Iterator[tuple[int, bytes, bytes | None, bytes | None]]:
        wanted = (
            "SELECT e.seq, e.body, p.salt, p.data FROM ledger_entry e LEFT JOIN ledger_payload p ON p.seq = e.seq"
            " ORDER BY e.seq"
        )
        for seq, body, salt, data in self.database.execute(wanted):
            if seq != self.tree.size:
                self.findings.add(f"entry {self.tree.size}", f"it is missing; the next one is {seq}")
            yield seq, _blob(body), salt, data

    def _stored_notes(self) -> Iterator[str]:
        for size, note in self.database.execute("SELECT size, note FROM ledger_checkpoint ORDER BY size"):
            self.checkpoints += 1
            if str(note).split("\n")[1:2] != [str(size)]:
                self.findings.add(f"checkpoint {size}", "its note is about another size")
            yield str(note)

    def _notes(self, kind: str, notes: Iterator[str], *, strictly: bool) -> Iterator[tuple[int, bytes]]:
        """Yield (size, root) of the notes that our key signed; the others are findings."""
        last = -1
        for number, note in enumerate(notes, start=1):
            try:
                _, size, root = read_note(note, self.vkey or "")
            except BrokenError as error:
                self.findings.add(f"{kind} number {number}", str(error))
                continue
            if size < last or (strictly and size == last):
                self.findings.add(f"{kind} {size}", f"it comes after one of size {last}")
                continue
            last = size
            yield size, root

    def _hold(self, note: tuple[int, bytes], kind: str) -> int:
        size, root = note
        actual = self.tree.root() if size == self.tree.size else None
        if actual != root:
            self.findings.add(f"{kind} {size}", "the entries do not have the root that it signs")
        return size

    def _check_entry(
        self, seq: int, body: bytes, payload: tuple[bytes | None, bytes | None], state: "_StateRows"
    ) -> None:
        salt, data = payload
        try:
            entry = read_entry(body, seq=seq, origin=self.origin)
            if salt is not None and data is not None:
                check_payload(entry["commitment"], salt, data)
            elif entry["commitment"] is not None:
                self.erased += 1
            state.check(seq, entry["details"])
        except BrokenError as error:
            self.findings.add(f"entry {seq}", str(error))

    def _check_tile(self, level: int, position: int, expected: bytes) -> None:
        wanted = "SELECT hashes FROM ledger_tile WHERE level = ? AND position = ?"
        row = self.database.execute(wanted, (level, position)).fetchone()
        if row is None or row[0] != expected:
            self.findings.add(f"tile {level}/{position}", "it does not hold the hashes of the entries")

    def _check_end(self, signed: int, note: tuple[int, bytes] | None, other: tuple[int, bytes] | None) -> None:
        size = self.tree.size
        if note is not None:
            self.findings.add(f"checkpoint {note[0]}", f"it covers {note[0]} entries, only {size} are there")
        elif signed != size:
            self.findings.add(f"entry {signed}", f"{size - signed} entries from here on are covered by no checkpoint")
        if other is not None:
            self.trusted_size = other[0]
            self.findings.add(f"trusted checkpoint {other[0]}", f"it covers {other[0]} entries, only {size} are there")
        count = 0
        for level, tile in enumerate(self.tree.tiles):
            count += self.tree.counts[level] + bool(tile)
            if tile:
                self._check_tile(level, self.tree.counts[level], b"".join(tile))
        stored = self.database.execute("SELECT count(*) FROM ledger_tile").fetchone()[0]
        if stored != count:
            self.findings.add("table ledger_tile", f"it holds {stored} tiles, the entries make {count}")
        stray = self.database.execute(
            "SELECT min(seq) FROM ledger_payload WHERE seq NOT IN (SELECT seq FROM ledger_entry)"
        ).fetchone()[0]
        if stray is not None:
            self.findings.add(f"payload {stray}", "it belongs to no entry")


class _StateRows:
    """Completeness: the rows of every table with a stamp, against what their entries sealed."""

    def __init__(self, database: sqlite3.Connection, findings: Findings) -> None:
        self._database = database
        self._findings = findings
        self._columns = dict(_stamped_tables(database))

    def check(self, seq: int, details: dict[str, Any]) -> None:
        """Hold the rows of one entry against its digest; raise `BrokenError` where they do not fit."""
        documents = [
            canonical([table, {k: v for k, v in zip(columns, row, strict=True) if v is not None and k != "seq"}])
            for table, columns in self._columns.items()
            for row in self._database.execute(f"SELECT * FROM {table} WHERE seq = ?", (seq,))  # noqa: S608  checked name
        ]
        if len(documents) != details.get("rows", 0):
            raise BrokenError(f"it sealed {details.get('rows', 0)} state rows, {len(documents)} point at it")
        found = "sha256:" + hashlib.sha256(b"[" + b",".join(sorted(documents)) + b"]").hexdigest()
        if documents and found != details.get("state"):
            raise BrokenError(f"the rows of {_tables_of(documents)} are not those that it sealed")

    def check_rest(self, size: int) -> None:
        """Find rows that point at no entry."""
        for table in self._columns:
            wanted = f"SELECT count(*) FROM {table} WHERE seq IS NULL OR seq < 0 OR seq >= ?"  # noqa: S608  checked name
            count = self._database.execute(wanted, (size,)).fetchone()[0]
            if count:
                self._findings.add(f"table {table}", f"{count} rows point at no entry of the ledger")


def _stamped_tables(database: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    for (name,) in tables:
        if _NAME.fullmatch(name) and not name.startswith("ledger_"):
            columns = [str(row[1]) for row in database.execute(f"PRAGMA table_info({name})")]
            if "seq" in columns:
                yield name, columns


def _tables_of(documents: list[bytes]) -> str:
    return ", ".join(sorted({str(json.loads(document)[0]) for document in documents}))


def _blob(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")
