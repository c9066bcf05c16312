"""Proofs that are checked without the store: an entry is in the log, and the log continues an older checkpoint.

Rules of this place: a proof is one JSON document, of which nothing is believed that does not follow from a key and a
checkpoint that the reader holds. Where the log changed its key, the document brings the rotations, each an entry that
is proved to be in a checkpoint signed by the keys before and after it.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from governance.verifier._entries import read_entry, refuse_double_keys
from governance.verifier._notes import Note, PublicKey, bytes_of, parse_note, read_key
from governance.verifier._signatures import Signed
from governance.verifier._trees import verify_consistency, verify_inclusion
from governance.verifier._types import BrokenError, Finding, LedgerVerdict

__all__ = ["PROOF_FORMAT", "ProofResult", "verify_proof"]

PROOF_FORMAT = "assay-proof/1"
_LARGEST_PROOF = 1 << 26  # bytes
_UNANCHORED = (
    "no checkpoint that you trust is one that this proof speaks of: `assay ledger prove --from CHECKPOINT` makes one"
)


@dataclass(frozen=True)
class ProofResult:
    """What a proof shows."""

    verdict: LedgerVerdict
    origin: str
    size: int  # entries that its checkpoint covers
    shown: tuple[str, ...]  # what follows from it
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]  # what is missing for a verdict


def verify_proof(document: bytes, *, vkey: str | None = None, trusted: Iterable[str] = ()) -> ProofResult:
    """Check a proof under a key and checkpoints that came from elsewhere.

    Without `vkey`, or where no trusted checkpoint is one that the proof speaks of, the verdict is `cannot_decide`
    unless something is wrong. Raise `BrokenError` for a key that is none.
    """
    given = None if vkey is None else read_key(vkey)
    work = _ProofWork(given)
    try:
        work.run(_read(document), trusted)
    except BrokenError as error:
        work.findings.append(Finding(work.position, str(error)))
    undecided = []
    if work.is_unchecked:
        undecided.append("signatures unchecked: the package `cryptography` is not installed here")
    if given is None:
        undecided.append("the key is the proof's own word: give the public key that you hold")
    if not work.is_anchored:
        undecided.append(_UNANCHORED)
    sound = LedgerVerdict.CANNOT_DECIDE if undecided else LedgerVerdict.OK
    note = work.note
    return ProofResult(
        verdict=LedgerVerdict.TAMPERED if work.findings else sound,
        origin=note.origin if note else "",
        size=note.size if note else 0,
        shown=tuple(work.shown),
        findings=tuple(work.findings),
        notes=tuple(undecided),
    )


class _ProofWork:
    def __init__(self, given: PublicKey | None) -> None:
        self.position = "proof"
        self.findings: list[Finding] = []
        self.shown: list[str] = []
        self.note: Note | None = None
        self.is_anchored = self.is_unchecked = False
        self._keys = [] if given is None else [given]

    def run(self, document: dict[str, Any], trusted: Iterable[str]) -> None:
        self._keys = self._keys or [read_key(_text(document, "vkey"))]
        self._follow(_list(document, "rotations"))
        self.position = "checkpoint"
        note = self.note = parse_note(_text(document, "checkpoint"))
        self._require(note, self._keys[-1:])
        if "seq" in document:
            self._check_inclusion(document, note)
        known = {note.size: note.root}
        if document.get("since") is not None:
            older = self._check_consistency(document["since"], note)
            known[older.size] = older.root
        self._compare(trusted, known)

    def _follow(self, rotations: list[Any]) -> None:
        """Step from the reader's key to the newest one."""
        for one in rotations:
            self.position = f"entry {one.get('seq')}" if isinstance(one, dict) else "rotations"
            note = parse_note(_text(one, "checkpoint"))
            entry = self._included(one, note)
            details = entry["details"]
            if entry["action"] != "key.rotated" or details.get("previous") != str(self._keys[-1]):
                continue  # of a time before the reader's key
            new = read_key(str(details.get("vkey")))
            self._require(note, [self._keys[-1], new])
            self._keys.append(new)

    def _check_inclusion(self, document: dict[str, Any], note: Note) -> None:
        self.position = f"entry {document['seq']}"
        entry = self._included(document, note)
        self.shown.append(f"entry {document['seq']} ({entry['action']}, {entry['ts']}) is one of the first {note.size}")

    def _included(self, document: object, note: Note) -> dict[str, Any]:
        seq = document.get("seq") if isinstance(document, dict) else None
        if not isinstance(seq, int) or isinstance(seq, bool):
            raise BrokenError("it has no sequence number")
        body = _text(document, "body").encode()
        entry = read_entry(body, seq=seq, origin=note.origin)
        path = [bytes_of(str(one)) for one in _list(document, "path")]
        if not verify_inclusion(hashlib.sha256(b"\x00" + body).digest(), seq, note.size, path, note.root):
            raise BrokenError(f"its path does not lead to the root of the checkpoint of size {note.size}")
        return entry

    def _check_consistency(self, document: object, note: Note) -> Note:
        self.position = "older checkpoint"
        older = parse_note(_text(document, "checkpoint"))
        path = [bytes_of(str(one)) for one in _list(document, "path")]
        if not verify_consistency(older.size, older.root, note.size, note.root, path):
            raise BrokenError(f"the log of {note.size} entries does not begin with these {older.size}")
        self.shown.append(f"the log of {note.size} entries begins with the {older.size} of the older checkpoint")
        return older

    def _compare(self, trusted: Iterable[str], known: dict[int, bytes]) -> None:
        for text in trusted:
            self.position = "trusted checkpoint"
            kept = parse_note(text)
            self.position = f"trusted checkpoint {kept.size}"
            if kept.size in known:
                if kept.root != known[kept.size]:
                    raise BrokenError("the proof is about a log with another root at this size")
                self.is_anchored = True

    def _require(self, note: Note, keys: list[PublicKey]) -> None:
        for key in keys:
            signed = note.signature_by(key) if note.origin == key.name else None
            self.is_unchecked |= signed is Signed.UNCHECKED
            if signed is None or signed is Signed.WRONG:
                raise BrokenError(f"the checkpoint of size {note.size} is not signed by the key {key.id.hex()}")


def _read(data: bytes) -> dict[str, Any]:
    if len(data) > _LARGEST_PROOF:
        raise BrokenError(f"a proof of {len(data)} bytes is too large")
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=refuse_double_keys)
    except (ValueError, RecursionError) as error:
        raise BrokenError(f"it is no JSON document: {error}") from None
    if not isinstance(found, dict) or found.get("format") != PROOF_FORMAT:
        raise BrokenError(f"it is no document of the format {PROOF_FORMAT}")
    return found


def _text(document: object, name: str) -> str:
    value = document.get(name) if isinstance(document, dict) else None
    if not isinstance(value, str):
        raise BrokenError(f"it lacks `{name}`")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BrokenError(f"`{name}` has no UTF-8 form") from None
    return value


def _list(document: object, name: str) -> list[Any]:
    value = document.get(name, []) if isinstance(document, dict) else None
    if not isinstance(value, list):
        raise BrokenError(f"`{name}` is no list")
    return value
