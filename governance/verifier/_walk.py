"""A store's ledger, once through, in flat memory.

Rules of this place: everything is recomputed from the entries' bytes; every checkpoint must fit the tree at its size;
every state row must be one that its entry sealed; what somebody else holds (trusted checkpoints) must be a state that
this log went through, or one whose loss the log itself declares.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from governance.verifier._entries import check_payload, read_entry
from governance.verifier._keys import KeyChain
from governance.verifier._notes import Note, parse_note
from governance.verifier._restores import Restores
from governance.verifier._rows import StateRows, check_rows
from governance.verifier._trees import GrowingTree
from governance.verifier._types import BrokenError, Findings
from governance.verifier._witness import KeptNote, KeptNotes

__all__ = ["Walk"]

_AT_ONCE = 256  # as many as a tile holds
_LEAF_BYTES, _MOST_LEAVES = 32, 10
_TOLD = (b'"key.rotated"', b'"restore.declared"')  # what must be read even where bodies are not
_NEVER = 1 << 62


class Walk:
    """The state while entries stream by."""

    def __init__(
        self, database: sqlite3.Connection, findings: Findings, kept: KeptNotes, *, origin: str, is_fast: bool
    ) -> None:
        """Take a store that is not changed meanwhile; `origin` is the log's name."""
        self.tree = GrowingTree()
        self.keys = KeyChain(findings, origin)
        self.restores = Restores(self.keys, findings)
        self.checkpoints = 0
        self.undecided: list[str] = []
        self._database = database
        self._findings = findings
        self._kept = kept
        self._origin = origin
        self._is_fast = is_fast
        self._signed = 0  # entries that the newest stored checkpoint covers
        self._stored_text = ""

    def run(self, fallback_key: str) -> None:
        """Go through the store once."""
        self._fallback_key = fallback_key
        self._notes, self._outside = self._stored_notes(), self._kept.in_order()
        self._note, self._other = next(self._notes, None), next(self._outside, None)
        self._rows = None if self._is_fast else StateRows(self._database, self._findings)
        self._payloads = iter(()) if self._is_fast else self._stored_payloads()
        self._payload = next(self._payloads, None)
        self._due = self._next_due()
        for seq, body in self._entries():
            if self._rows is not None or seq == 0 or _TOLD[0] in body or _TOLD[1] in body:
                self._examine(seq, body)
            for tile in self.tree.add(hashlib.sha256(b"\x00" + body).digest()):
                self._check_tile(*tile)
            if self.tree.size >= self._due:
                self._hold()
        self._check_end()

    def _entries(self) -> Iterator[tuple[int, bytes]]:
        cursor, expected = self._database.execute("SELECT seq, body FROM ledger_entry ORDER BY seq"), 0
        while rows := cursor.fetchmany(_AT_ONCE):
            for seq, body in rows:
                if type(seq) is not int:
                    self._findings.add("table ledger_entry", f"an entry has a number that is none: {seq!r}")
                    continue
                if seq != expected:
                    self._findings.add(f"entry {expected}", f"it is missing; the next one is {seq!r}")
                if type(body) is not bytes:
                    self._findings.add(f"entry {seq}", f"it is stored as {type(body).__name__}, expected bytes")
                    body = str(body).encode("utf-8", "surrogateescape")  # noqa: PLW2901  read on with what it says
                expected = seq + 1
                yield seq, body

    def _examine(self, seq: int, body: bytes) -> None:
        rows = [] if self._rows is None else self._rows.at(seq)
        payload = self._payload_of(seq)
        try:
            entry = read_entry(body, seq=seq, origin=self._origin)
        except BrokenError as error:
            self._findings.add(f"entry {seq}", str(error))
            entry = None
        if seq == 0:
            is_first = entry is not None and entry["action"] == "workspace.created"
            self.keys.begin(entry["details"] if entry and is_first else {}, self._fallback_key)
        if entry is None:
            return
        try:
            self._follow(seq, entry)
            if self._rows is not None:
                self.restores.learn(rows)
                self._check_sealed(seq, entry, rows, payload)
        except BrokenError as error:
            self._findings.add(f"entry {seq}", str(error))
        except RecursionError:
            self._findings.add(f"entry {seq}", "it is nested too deeply")

    def _follow(self, seq: int, entry: dict[str, Any]) -> None:
        if entry["action"] == "key.rotated":
            self.keys.rotate(seq, entry)
        elif entry["action"] == "restore.declared":
            self.restores.declare(seq, entry, is_fast=self._is_fast)
        elif entry["action"] == "erasure.performed":
            self._kept.explain_gone(entry["details"].get("payloads"))

    def _check_sealed(
        self, seq: int, entry: dict[str, Any], rows: list[tuple[str, Any]], payload: tuple[Any, Any] | None
    ) -> None:
        if payload is not None:
            salt, data = payload
            if not isinstance(salt, bytes) or not isinstance(data, bytes):
                raise BrokenError("its payload is not stored as bytes")
            check_payload(entry["commitment"], salt, data)
        elif entry["commitment"] is not None:
            self._kept.note_gone(seq)
        check_rows(entry, rows)
        for table, cells in rows:
            if table == "store_restore":
                self.restores.check_row(cells)

    # payloads, beside the entries

    def _stored_payloads(self) -> Iterator[tuple[Any, Any, Any]]:
        for seq, salt, data in self._database.execute("SELECT seq, salt, data FROM ledger_payload ORDER BY seq"):
            if type(seq) is int:
                yield seq, salt, data
            else:
                self._findings.add("table ledger_payload", f"a payload has a number that is none: {seq!r}")

    def _payload_of(self, seq: int) -> tuple[Any, Any] | None:
        while self._payload is not None and not self._payload[0] > seq:
            found, self._payload = self._payload, next(self._payloads, None)
            if found[0] == seq:
                return found[1], found[2]
            self._findings.add(f"payload {found[0]}", "it belongs to no entry")
        return None

    # checkpoints

    def _stored_notes(self) -> Iterator[Note]:
        last = -1
        for size, text in self._database.execute("SELECT size, note FROM ledger_checkpoint ORDER BY size"):
            self.checkpoints += 1
            try:
                note = parse_note(str(text))
            except BrokenError as error:
                self._findings.add(f"checkpoint {size}", str(error))
                continue
            if note.size != size:
                self._findings.add(f"checkpoint {size}", "its note is about another size")
            if note.size > last:
                last, self._stored_text = note.size, str(text)
                yield note

    def _next_due(self) -> int:
        note, other = self._note, self._other
        return min(_NEVER if note is None else note.size, _NEVER if other is None else other.size)

    def _hold(self) -> None:
        """Hold the checkpoints of the size that was reached against the tree."""
        size, root = self.tree.size, self.tree.root()
        while self._other is not None and self._other.size <= size:
            self._hold_kept(self._other, root)
            self._other = next(self._outside, None)
        while self._note is not None and self._note.size <= size:
            if self._note.size < size or self._note.root != root:
                self._findings.add(f"checkpoint {self._note.size}", "the entries do not have the root that it signs")
            self.keys.check(self._note, self._signed)
            self._signed = self._note.size
            self._note = next(self._notes, None)
        self._due = self._next_due()

    def _hold_kept(self, kept: KeptNote, root: bytes) -> None:
        if kept.size != self.tree.size:
            return
        is_stored = self._note is not None and self._note.size == kept.size and self._stored_text == kept.text
        note = parse_note(kept.text)
        if note.root != root:
            return  # explained by a restore or found at the end
        self._kept.mark_fitting(kept)
        if not is_stored and self.keys.index_at(kept.size) not in set(self.keys.signers(note)):
            self._findings.add(f"trusted checkpoint {kept.size}", "it is not signed by the log's key of its time")

    def _check_tile(self, level: int, position: int, expected: bytes) -> None:
        wanted = "SELECT hashes FROM ledger_tile WHERE level = ? AND position = ?"
        row = self._database.execute(wanted, (level, position)).fetchone()
        if row is None or row[0] != expected:
            self._find_other_tile(level, position, None if row is None else row[0], expected)

    def _find_other_tile(self, level: int, position: int, stored: object, expected: bytes) -> None:
        """Name the entry where the tile tells it: those of the lowest level hold the hash of each."""
        self._findings.add(f"tile {level}/{position}", "it does not hold the hashes of the entries")
        if level or not isinstance(stored, bytes) or len(stored) != len(expected):
            return
        parts = range(0, len(expected), _LEAF_BYTES)
        others = [at for at in parts if stored[at : at + _LEAF_BYTES] != expected[at : at + _LEAF_BYTES]]
        for at in others[: len(others) if len(others) <= _MOST_LEAVES else 1]:
            seq = position * _AT_ONCE + at // _LEAF_BYTES
            self._findings.add(f"entry {seq}", "its tile holds the hash of another one")

    # the end

    def _check_end(self) -> None:
        size = self.tree.size
        for note in [self._note, *self._notes] if self._note is not None else []:
            self._findings.add(f"checkpoint {note.size}", f"it covers {note.size} entries, only {size} are there")
            self._signed = max(self._signed, size)
        if self._signed != size:
            count = size - self._signed
            self._findings.add(f"entry {self._signed}", f"{count} entries from here on are covered by no checkpoint")
        self._check_kept()
        self._check_tiles()
        if self._rows is None:
            return
        self._rows.drain()
        for payload in [self._payload, *self._payloads] if self._payload is not None else []:
            self._findings.add(f"payload {payload[0]}", "it belongs to no entry")
        for seq in self._kept.gone()[1]:
            self._findings.add(f"entry {seq}", "its payload is gone, and no entry says that it was erased")

    def _check_kept(self) -> None:
        """Find what was kept outside and is no state of this log, unless the log declares that it was lost."""
        newest = self._kept.newest_fitting() or 0
        for kept in self._kept.others():
            position, note = f"trusted checkpoint {kept.size}", parse_note(kept.text)
            if note.origin != self._origin or not list(self.keys.signers(note)):
                self._findings.add(position, f"it is not signed by a key of the log {self._origin!r}")
                continue
            try:
                restore = self.restores.explains(note)
            except BrokenError as error:
                self._findings.add(position, str(error))
                continue
            if restore is None:
                self._findings.add(position, self._misfit(kept.size))
            elif newest <= restore.seq:
                self.undecided.append(f"{position}: its entries were lost. {restore}. Trust a checkpoint over entry"
                                      f" {restore.seq} once you have seen this")  # fmt: skip
        for descent in self._kept.descents:
            if not self.restores.explains_descent(descent):
                why = f"it was kept after one of size {descent.before}, and no restore made the log shorter"
                self._findings.add(f"trusted checkpoint {descent.size}", why)

    def _misfit(self, size: int) -> str:
        if size > self.tree.size:
            return f"it covers {size} entries, only {self.tree.size} are there"
        return "the entries do not have the root that it signs"

    def _check_tiles(self) -> None:
        due = [self.tree.counts[level] + bool(tile) for level, tile in enumerate(self.tree.tiles)]
        for level, tile in enumerate(self.tree.tiles):
            if tile:
                self._check_tile(level, self.tree.counts[level], b"".join(tile))
        if self._database.execute("SELECT count(*) FROM ledger_tile").fetchone()[0] == sum(due):
            return
        for level, position in self._database.execute("SELECT level, position FROM ledger_tile"):
            if not _is_due(level, position, due):
                self._findings.add(f"tile {level}/{position}", "the entries make no such tile")


def _is_due(level: object, position: object, due: list[int]) -> bool:
    if not isinstance(level, int) or not isinstance(position, int) or not 0 <= level < len(due):
        return False
    return 0 <= position < due[level]
