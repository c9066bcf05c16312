"""Exports: what left the record for somebody's file or screen, each an entry of the ledger.

Rules of this place: the entry is there before the bytes are; it holds their digest and nothing of what they say. A
document for people is an export too: its entry is that of the report, and one more
each time that a server hands it out. The log's key signs no statement without an entry: an attestation by it that the
log does not hold was made with a stolen key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assay.kernel import JsonValue, content_id, digest_bytes, format_time
from governance._change import Change
from governance._door import Door
from governance.access import Permission, authorize
from governance.exports._envelope import envelope
from governance.ledger import Action, Actor, Subject

__all__ = ["ExportDraft", "Exports"]


@dataclass(frozen=True, kw_only=True)
class ExportDraft:
    """Bytes that are about to leave."""

    kind: Literal["rows", "proof", "bundle", "document", "attestation", "lineage", "register", "inventory"]
    format: str  # jsonl | csv | parquet | json | xlsx | …
    system: str | None  # None: of the whole store
    subject: str  # id of the run, report or system, or number of the entry, that it is about
    digest: str  # of the bytes, tagged
    size: int  # bytes


@dataclass(frozen=True)
class Exports:
    """Exports of an open store."""

    _door: Door

    def check_right(self, actor: Actor, system: str | None) -> None:
        """Raise `ForbiddenError` where the actor may make no export of a system (None: of the whole store)."""
        with self._door.reading() as connection:
            authorize(connection, actor, Permission.MAKE_EXPORT, system, at=format_time(self._door.clock.now()))

    def record(self, draft: ExportDraft, actor: Actor) -> int:
        """Record an export before it is handed over; return the entry's number."""
        with self._door.change(actor, Permission.MAKE_EXPORT, draft.system) as change:
            return _record(change, draft)

    def attest(self, statement: bytes, actor: Actor, *, system: str | None, subject: str) -> bytes:
        """Return an in-toto statement in an envelope that the log's key signed, recorded as an export.

        `subject` is the id of the run or decision that it is about. Raise `ForbiddenError`, `UnavailableError` where
        the key is not at hand.
        """
        with self._door.change(actor, Permission.MAKE_EXPORT, system) as change:
            signer = self._door.keys.load(self._door.verifier(change.connection))
            sealed = envelope(statement, signer)
            draft = ExportDraft(
                kind="attestation",
                format="dsse",
                system=system,
                subject=subject,
                digest=digest_bytes(sealed),
                size=len(sealed),
            )
            _record(change, draft)
        return sealed


def _record(change: Change, draft: ExportDraft) -> int:
    identity = content_id("export", draft.digest, str(change.next_seq))
    details: Mapping[str, JsonValue] = {
        "kind": draft.kind,
        "format": draft.format,
        "system": draft.system,
        "subject": draft.subject,
        "size": draft.size,
    }
    subject = Subject(type="export", id=identity, version=1, digest=draft.digest)
    return change.record(Action.EXPORT_MADE, subject, [], details)
