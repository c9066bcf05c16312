"""Backups that were put back, as the ledger tells it.

Rules of this place: a `restore.declared` entry explains checkpoints over what was lost, and excuses nothing: it carries
the lost checkpoint, signed by the log's key, and it is named in the result whatever the verdict. A reader who kept a
checkpoint of the lost time alone cannot decide; one who kept a newer one, over the declaration, has seen it. Who
approved is the word of whoever holds the key, where the approvals went with what was lost: that is said, too.
"""

import json
from typing import Any

from governance.verifier._keys import KeyChain
from governance.verifier._notes import Note, parse_note
from governance.verifier._rows import Row
from governance.verifier._types import BrokenError, DeclaredRestore, Findings
from governance.verifier._witness import Descent

__all__ = ["Restores"]

_APPROVERS_DUE = 2  # people who approve a restore, where there is a team


class Restores:
    """The restores so far, and the approvals that they may name."""

    def __init__(self, keys: KeyChain, findings: Findings) -> None:
        """Begin without one."""
        self.declared: list[DeclaredRestore] = []
        self.notes: list[str] = []
        self._lost: list[Note | None] = []
        self._keys = keys
        self._findings = findings
        self._requests: set[str] = set()  # approval requests whose purpose is a restore
        self._approvers: set[str] = set()  # who approved one of them, being somebody else than who asked

    def learn(self, rows: list[tuple[str, Row]]) -> None:
        """Take note of requests and approvals of restores."""
        for table, cells in rows:
            if table == "approval_request" and cells.get("purpose") == "restore":
                self._requests.add(str(cells.get("request")))
            elif table == "approval" and cells.get("request") in self._requests and cells.get("verdict") == "approved":
                self._approvers.add(str(cells.get("approver")))

    def declare(self, seq: int, entry: dict[str, Any], *, is_fast: bool) -> None:
        """Take a declaration; raise `BrokenError` where it does not say what it must."""
        details = entry["details"]
        start, end = details.get("restored_size"), details.get("lost_until")
        if not isinstance(start, int) or not isinstance(end, int) or not 0 < start <= seq or end < start:
            raise BrokenError(f"it declares a restore of {start!r} entries of {end!r}, which cannot be")
        approvers = _approvers(details.get("approvals"))
        text = details.get("lost_checkpoint") or ""
        restore = DeclaredRestore(seq, start, end, str(entry["actor"]["id"]), approvers, str(text))
        self.declared.append(restore)
        self._lost.append(None)
        self._lost[-1] = self._read_lost(restore)
        self._check_approvers(restore, is_four_eyes=details.get("four_eyes") is True, is_fast=is_fast)

    def check_row(self, cells: Row) -> None:
        """Hold the row of the newest declaration against what its entry says; raise `BrokenError`."""
        one = self.declared[-1]
        told = (one.restored_size, one.lost_until, one.declared_by, one.approved_by)
        names = ("restored_size", "lost_until", "declared_by")
        if told != (*(cells.get(name) for name in names), _approvers(cells.get("approvals"))):
            raise BrokenError("its row tells another restore than the entry")

    def explains(self, note: Note) -> DeclaredRestore | None:
        """Return the restore that lost what a checkpoint covers; raise `BrokenError` where it lost something else."""
        other: DeclaredRestore | None = None
        for restore, lost in zip(self.declared, self._lost, strict=True):
            if lost is not None and restore.restored_size < note.size <= restore.lost_until:
                if note.size != lost.size or note.root == lost.root:
                    return restore
                other = restore
        if other is not None:
            raise BrokenError(f"the restore at entry {other.seq} lost another checkpoint of this size")
        return None

    def explains_descent(self, descent: Descent) -> bool:
        """Whether a restore made the log shorter in just this way."""
        return any(one.restored_size < descent.size <= descent.before <= one.lost_until for one in self.declared)

    def _read_lost(self, restore: DeclaredRestore) -> Note | None:
        if restore.lost_until == restore.restored_size:
            return None
        if not restore.lost_checkpoint:
            raise BrokenError("it declares a loss without the checkpoint over what was lost")
        try:
            note = parse_note(restore.lost_checkpoint)
        except BrokenError as error:
            raise BrokenError(f"its lost checkpoint is none: {error}") from None
        if note.size != restore.lost_until:
            raise BrokenError(f"its lost checkpoint covers {note.size} entries, it says {restore.lost_until}")
        if not list(self._keys.signers(note)):
            self.notes.append(f"the restore at entry {restore.seq} lost a checkpoint that no key of this ledger signed:"
                              " it explains nothing")  # fmt: skip
            return None
        return note

    def _check_approvers(self, restore: DeclaredRestore, *, is_four_eyes: bool, is_fast: bool) -> None:
        others = {*restore.approved_by} - {restore.declared_by}
        if len(others) < len(restore.approved_by) or (is_four_eyes and len(others) < _APPROVERS_DUE):
            raise BrokenError("it says that others approved, and they are not others, not two, or named twice")
        if len(others) < _APPROVERS_DUE:
            self.notes.append(f"the restore at entry {restore.seq} was not approved by two others")
        elsewhere = [] if is_fast else sorted(others - self._approvers)
        if elsewhere:
            self.notes.append(
                f"the restore at entry {restore.seq}: the approvals by {', '.join(elsewhere)} are not in this ledger,"
                " and stand on the key alone"
            )


def _approvers(value: object) -> tuple[str, ...]:
    """Read who approved: ids, or objects that name an approver, or an object that lists them."""
    if isinstance(value, str):
        try:
            return _approvers(json.loads(value))
        except (ValueError, RecursionError):
            return (value,)
    if isinstance(value, dict):
        return _approvers(value.get("approvers", value.get("approver")))
    if isinstance(value, list):
        return tuple(name for one in value for name in _approvers(one))
    return ()
