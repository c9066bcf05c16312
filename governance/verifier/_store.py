"""A SQLite store as a whole: opened for reading alone, its shape, its ledger, its keys, its witnesses.

Rules of this place: nothing is written, and nothing that the store says of itself is believed; one state of the store
is looked at throughout; the verdict is `ok` only with a key and a checkpoint that did not come from the store.
"""

import base64
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from governance.verifier._notes import parse_note
from governance.verifier._originals import check_originals
from governance.verifier._runs import check_runs
from governance.verifier._schema import check_schema
from governance.verifier._signatures import ED25519, ML_DSA_44, Signed
from governance.verifier._stamps import Stamp, read_certificate
from governance.verifier._types import BrokenError, Findings, LedgerVerdict, Verification
from governance.verifier._walk import Walk
from governance.verifier._witness import KeptNotes

__all__ = ["Outside", "verify_store"]

_UNREADABLE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
_LARGEST_VALUE = 1 << 28  # bytes


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What the reader holds besides the store."""

    vkey: str | None = None  # a public key of the log, any of those that it had
    trusted: Iterable[str] = ()  # checkpoints, oldest first
    doubts: Iterable[str] = ()  # what is known about the surroundings: a lost witness file, another log
    runs: Path | None = None  # folder of run logs
    stamp_certificate: bytes | None = None  # of the authority that stamped checkpoints


def verify_store(
    store: Path,
    *,
    vkey: str | None = None,
    trusted: Iterable[str] = (),
    doubts: Iterable[str] = (),
    is_fast: bool = False,
    runs: Path | None = None,
    stamp_certificate: bytes | None = None,
) -> Verification:
    """Check a SQLite store against itself and against checkpoints that came from elsewhere, oldest first.

    Without `vkey` the key is the store's own word, and without `trusted` an older copy cannot be told from the newest:
    both end as `cannot_decide` unless something is found to be wrong, and so do `doubts`, which say what the caller
    knows about the store's surroundings: a witness file that was lost, another log that should be here. `is_fast`
    leaves out bodies, payloads and state rows.
    Raise `FileNotFoundError` without a store, `PermissionError` where it cannot be read, `BrokenError` for a key or a
    certificate that is none.
    """
    if not store.is_file():
        raise FileNotFoundError(str(store))
    outside = Outside(vkey=vkey, trusted=trusted, doubts=doubts, runs=runs, stamp_certificate=stamp_certificate)
    findings = Findings()
    with closing(_open(store.resolve())) as database, closing(KeptNotes(outside.trusted, findings)) as kept:
        work = _Work(database, findings, kept, outside, is_fast=is_fast)
        try:
            work.run()
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNREADABLE:
                raise PermissionError(f"{store}: {error}") from error
            findings.add(f"entry {work.size}", f"the store cannot be read on: {error}")
        return work.result()


def _open(store: Path) -> sqlite3.Connection:
    """Open read-only; on a medium that cannot be written to, SQLite must be told that nobody else writes either."""
    alone = not os.access(store.parent, os.W_OK) and not store.with_name(store.name + "-wal").exists()
    uri = f"file:{quote(str(store))}?mode=ro{'&immutable=1' if alone else ''}"
    database = sqlite3.connect(uri, uri=True, isolation_level=None)
    database.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
    return database


class _Work:
    def __init__(
        self, database: sqlite3.Connection, findings: Findings, kept: KeptNotes, outside: Outside, *, is_fast: bool
    ) -> None:
        self._database = database
        self._findings = findings
        self._kept = kept
        self._outside = outside
        self._is_fast = is_fast
        self._walk: Walk | None = None
        self._said: list[str] = []  # notes that change nothing
        certificate = outside.stamp_certificate
        self._certificate = None if certificate is None else read_certificate(certificate)

    @property
    def size(self) -> int:
        return 0 if self._walk is None else self._walk.tree.size

    def run(self) -> None:
        for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute("BEGIN")
        if not self._is_fast:
            self._check_file()
        check_schema(self._database, self._findings)
        own, origin = self._identify()
        self._walk = Walk(self._database, self._findings, self._kept, origin=origin, is_fast=self._is_fast)
        self._walk.run(own)
        self._check_keys(own)
        if self._has("ledger_witness"):
            self._check_witnesses()
        if not self._is_fast:
            check_originals(self._database, self._findings)
        if self._outside.runs is not None:
            self._said += check_runs(self._database, self._outside.runs, self._findings)

    def _check_file(self) -> None:
        """Find pages and indexes that disagree: a row that an index hides would be hidden from the product, too."""
        for (message,) in self._database.execute("PRAGMA integrity_check(10)").fetchall():
            if message != "ok":
                self._findings.add("file", " ".join(str(message).split()))

    def _identify(self) -> tuple[str, str]:
        rows = self._database.execute("SELECT origin, vkey FROM ledger_log").fetchall()
        if len(rows) != 1:
            self._findings.add("table ledger_log", f"it names {len(rows)} logs, expected 1")
        named, own = map(str, rows[0]) if rows else ("", "")
        origin = (self._outside.vkey or own).strip().split("+", 1)[0]
        if named != origin:
            self._findings.add("table ledger_log", f"it names the log {named!r}, expected {origin!r}")
        return own, origin

    def _check_keys(self, own: str) -> None:
        keys = self._chain
        if keys and own.strip() != keys[0]:
            self._findings.add("table ledger_log", f"the store names the key {own!r}, its first entry {keys[0]!r}")
        given = self._outside.vkey
        if given is not None and given.strip() not in keys:
            self._findings.add("table ledger_log", f"none of the store's keys is yours, {given.strip()!r}")
        elif given is not None and self._walk is not None:
            after = self._walk.keys.epochs[keys.index(given.strip()) + 1 :]
            if after and after[0].is_compromised_before:
                self._said.append(
                    f"your key was given up at entry {after[0].seq} because others may hold it: get the newest one"
                )
        if self._has("ledger_key") and self._walk is not None:
            rows = self._database.execute(
                "SELECT seq, vkey, post_quantum, valid_until FROM ledger_key ORDER BY seq"
            ).fetchall()
            self._walk.keys.check_rows(rows)

    def _check_witnesses(self) -> None:
        unchecked = 0
        wanted = (
            "SELECT w.size, w.kind, w.witness, w.data, c.note FROM ledger_witness w"
            " LEFT JOIN ledger_checkpoint c ON c.size = w.size ORDER BY w.size, w.kind, w.witness"
        )
        for size, kind, witness, data, note in self._database.execute(wanted):
            try:
                unchecked += not self._is_witnessed(kind, data, note)
            except BrokenError as error:
                self._findings.add(f"witness {witness!r} of checkpoint {size}", str(error))
        if unchecked:
            self._said.append(f"{unchecked} signatures of witnesses were not checked")

    def _is_witnessed(self, kind: object, data: object, note: object) -> bool:
        """Whether the signature was checked; raise `BrokenError` where it is wrong or about something else."""
        if not isinstance(data, bytes) or not isinstance(note, str):
            raise BrokenError("it is not about a checkpoint of this store, or not stored as bytes")
        if kind != "rfc3161":
            parse_note(note + data.decode("utf-8", "replace"))  # a signature line, its key is not known here
            return False
        stamp = Stamp(data)
        if not stamp.is_about(note):
            raise BrokenError("it stamps something else than this checkpoint")
        signed = Signed.UNCHECKED if self._certificate is None else stamp.signed_by(self._certificate)
        if signed is Signed.WRONG:
            raise BrokenError("it is not signed by the certificate that you gave, at a time when that was valid")
        return signed is Signed.VALID

    def _has(self, table: str) -> bool:
        wanted = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        return self._database.execute(wanted, (table,)).fetchone() is not None

    @property
    def _chain(self) -> list[str]:
        return [] if self._walk is None else [str(epoch.key) for epoch in self._walk.keys.epochs]

    def result(self) -> Verification:
        newest = self._kept.newest_fitting()
        undecided = self._undecided(newest)
        sound = LedgerVerdict.CANNOT_DECIDE if undecided else LedgerVerdict.OK
        walk = self._walk
        return Verification(
            verdict=LedgerVerdict.TAMPERED if self._findings.total else sound,
            origin=walk.keys.origin if walk else "",
            size=self.size,
            root=base64.b64encode(walk.tree.root()).decode() if walk else "",
            checkpoints=walk.checkpoints if walk else 0,
            trusted_size=newest,
            erased=self._kept.gone()[0],
            findings=tuple(self._findings.found),
            findings_total=self._findings.total,
            notes=(*undecided, *self._notes(newest)),
            keys=tuple(self._chain),
            restores=tuple(walk.restores.declared) if walk else (),
            is_fast=self._is_fast,
        )

    def _undecided(self, newest: int | None) -> list[str]:
        why = [*self._outside.doubts]
        if self._walk is not None:
            why += self._walk.undecided
            if ED25519 in self._walk.keys.unchecked:
                why.append("signatures unchecked: the package `cryptography` is not installed here")
        if self._outside.vkey is None:
            why.append("the key is the store's own word: give the public key that you hold")
        if newest is None:
            why.append("no trusted checkpoint: cannot exclude rollback to an older copy of this store")
        return why

    def _notes(self, newest: int | None) -> list[str]:
        notes = [*self._said]
        if self._walk is not None:
            notes += self._walk.restores.notes
            if ML_DSA_44 in self._walk.keys.unchecked:
                notes.append(
                    "second lines (ML-DSA-44) were not checked: the installed `cryptography` does not know them"
                )
        if newest is not None and newest < self.size:
            notes.append(
                f"your newest checkpoint covers {newest} of {self.size} entries: the rest stands on the key alone"
            )
        if self._is_fast:
            notes.append("fast: what entries say, payloads and state rows were not looked at")
        return [*notes, "proofs show what was recorded, not that everything that happened was recorded"]
