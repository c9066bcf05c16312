"""The keys of a log over time: the first entry names the first one, each `key.rotated` entry the next.

Rules of this place: a checkpoint is signed by the key of the newest rotation that it covers; the first checkpoint that
covers a rotation is signed by the keys before and after it, which is how a key vouches for its successor; a key that
ended signs nothing more. Any key of the chain that the reader holds is enough: an older one vouches for the newer, a
newer one signs a tree that holds all that the older one signed.
"""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from governance.verifier._entries import digest_of
from governance.verifier._notes import Note, PublicKey, read_key
from governance.verifier._signatures import ED25519, ML_DSA_44, Signed, can_check
from governance.verifier._types import BrokenError, Findings

__all__ = ["Epoch", "KeyChain"]


@dataclass(frozen=True)
class Epoch:
    """A key and the entry from which it signs."""

    seq: int
    key: PublicKey
    second: PublicKey | None  # ML-DSA-44
    valid_until: str | None  # by when it was promised to be rotated
    is_compromised_before: bool = False  # the key before this one was given up because others may hold it


class KeyChain:
    """The keys so far, while entries stream by."""

    def __init__(self, findings: Findings, origin: str) -> None:
        """Begin without a key."""
        self.epochs: list[Epoch] = []
        self.unchecked: set[int] = set()  # types of signatures that the installed `cryptography` does not know
        self._starts: list[int] = []
        self._findings = findings
        self.origin = origin

    def begin(self, details: dict[str, Any], fallback: str) -> None:
        """Take the first key: the first entry's, or, where that does not tell, the store's word."""
        try:
            self._add(0, details)
        except BrokenError as error:
            self._findings.add("entry 0", f"it names no key: {error}")
            try:
                self._add(0, {"vkey": fallback})
            except BrokenError:
                self._findings.add("table ledger_log", f"it names no key: {fallback!r}")

    def rotate(self, seq: int, entry: dict[str, Any]) -> None:
        """Follow a rotation; raise `BrokenError` for one that does not fit the key before."""
        details, subject = entry["details"], entry["subject"]
        if not self.epochs or details.get("previous") != str(self.epochs[-1].key):
            raise BrokenError("it rotates another key than the one in use")
        epoch = self._read(seq, details)
        if (subject["type"], subject["id"]) != ("key", epoch.key.id.hex()):
            raise BrokenError(f"its subject is {subject['id']!r}, expected the new key {epoch.key.id.hex()}")
        if subject["digest"] != digest_of(str(epoch.key).encode()):
            raise BrokenError("its subject has another digest than the new key")
        self._append(epoch)

    def index_at(self, size: int) -> int:
        """Return the place in the chain of the key that signs a checkpoint of this size."""
        return max(0, bisect.bisect_left(self._starts, size) - 1)

    def check(self, note: Note, before: int) -> None:
        """Check the signatures of a stored checkpoint; `before` is the size of the one before it."""
        position = f"checkpoint {note.size}"
        if note.origin != self.origin:
            self._findings.add(position, f"it is of the log {note.origin!r}, expected {self.origin!r}")
            return
        now = self.index_at(note.size)
        first = self.index_at(before)  # of the first checkpoint of all: every key since the first one
        for index, epoch in enumerate(self.epochs):
            signed = note.signature_by(epoch.key)
            if signed is Signed.UNCHECKED:
                self.unchecked.add(ED25519)
            elif first <= index <= now:
                self._check_due(position, index, now, signed)
            elif signed is not None:
                self._findings.add(position, f"it is signed by a key at another time than its own: {self._of(index)}")
        for epoch in self.epochs[first : now + 1]:
            self._check_second(position, note, epoch)

    def signers(self, note: Note) -> Iterator[int]:
        """Yield the places in the chain of the keys that signed a note, wherever in the log it stands."""
        for index, epoch in enumerate(self.epochs):
            signed = note.signature_by(epoch.key)
            if signed is Signed.UNCHECKED:
                self.unchecked.add(ED25519)
            if signed in {Signed.VALID, Signed.UNCHECKED}:
                yield index

    def check_rows(self, rows: list[tuple[object, ...]]) -> None:
        """Hold the table of keys against the entries."""
        told = {one.seq: (str(one.key), one.second and str(one.second), one.valid_until) for one in self.epochs}
        for seq, *cells in rows:
            if not isinstance(seq, int) or told.pop(seq, None) != tuple(cells):
                self._findings.add("table ledger_key", f"its key from entry {seq} on is not one that an entry names")
        if rows or len(self.epochs) > 1:
            for seq in told:
                self._findings.add("table ledger_key", f"entry {seq} names a key, and its row is missing")

    def _check_due(self, position: str, index: int, now: int, signed: Signed | None) -> None:
        if signed is Signed.VALID:
            return
        wrong = "its signature is wrong" if signed is Signed.WRONG else "it is not signed by the log's key"
        if index == now:
            self._findings.add(position, f"{wrong}: {self._of(index)}")
        else:
            rotation = self.epochs[index + 1].seq
            self._findings.add(
                f"entry {rotation}", f"this rotation is not signed by the key before it: {self._of(index)} ({position})"
            )

    def _check_second(self, position: str, note: Note, epoch: Epoch) -> None:
        if epoch.second is None:
            return
        if not can_check(ML_DSA_44):
            self.unchecked.add(ML_DSA_44)
        signed = note.signature_by(epoch.second)
        if signed is None:
            self._findings.add(position, "its second line (ML-DSA-44) is missing")
        elif signed is Signed.WRONG:
            self._findings.add(position, "its second line (ML-DSA-44) is wrong")

    def _of(self, index: int) -> str:
        epoch = self.epochs[index]
        ended = f" to entry {self.epochs[index + 1].seq}" if index + 1 < len(self.epochs) else " on"
        return f"key {epoch.key.id.hex()}, from entry {epoch.seq}{ended}"

    def _add(self, seq: int, details: dict[str, Any]) -> None:
        self._append(self._read(seq, details))

    def _append(self, epoch: Epoch) -> None:
        self.epochs.append(epoch)
        self._starts.append(epoch.seq)

    def _read(self, seq: int, details: dict[str, Any]) -> Epoch:
        key, second = read_key(str(details.get("vkey"))), details.get("post_quantum")
        if key.name != self.origin or key.kind != ED25519:
            raise BrokenError(f"its key is one of {key.name!r}, expected {self.origin!r}")
        other = None if second is None else read_key(str(second))
        if other is not None and other.kind != ML_DSA_44:
            raise BrokenError("its second key is not one of ML-DSA-44")
        until = details.get("valid_until")
        is_compromised = details.get("reason") == "compromised"
        return Epoch(seq, key, other, None if until is None else str(until), is_compromised)
