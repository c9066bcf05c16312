"""The keys that sign the log over time, and the change from one to the next.

Rules of this place: the log keeps its name; the entry names both keys, and the first checkpoint that covers it is
signed by both, so that whoever holds one key can follow to the other; the old secret is destroyed once that checkpoint
is durable and witnessed. Until when a key is to be used is a promise, and what was signed stays signed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sqlalchemy import func, insert, select

from assay.kernel import InputError, JsonValue, digest_text, format_time, parse_time
from governance._door import Door
from governance.access import Permission
from governance.ledger import Action, Actor, Signer, Subject
from governance.store import LedgerKey, table_of

__all__ = ["LogKey", "LogKeys", "RotationReason"]

RotationReason: TypeAlias = Literal["planned", "compromised"]
_KEYS = table_of(LedgerKey)


@dataclass(frozen=True, kw_only=True)
class LogKey:
    """A key of the log, public parts alone."""

    seq: int  # of the entry from which on it signs
    vkey: str
    post_quantum: str | None  # of the second line, ML-DSA-44
    valid_until: str | None  # when it is to be rotated


@dataclass(frozen=True)
class LogKeys:
    """The keys of one store's log."""

    door: Door

    def history(self) -> tuple[LogKey, ...]:
        """Return every key, the first one first; the last one signs now."""
        with self.door.reading() as connection:
            rows = connection.execute(select(_KEYS).order_by(_KEYS.c.seq))
            return tuple(LogKey(**row) for row in rows.mappings())

    def is_at_hand(self) -> bool:
        """Whether the secret of the key that signs now can be read; raise where the store is signed by another's."""
        with self.door.reading() as connection:
            return self.door.keys.holds(self.door.verifier(connection))

    def rotate(
        self,
        actor: Actor,
        *,
        reason: RotationReason = "planned",
        valid_until: str | None = None,
        post_quantum: bool = False,
    ) -> LogKey:
        """Let a new key sign from now on; `post_quantum` gives every checkpoint a second line, ML-DSA-44.

        Raise `ForbiddenError`, `InputError` for a time that is none or is past.
        """
        until = self._until(valid_until)
        with self.door.change(actor, Permission.MANAGE_KEYS, None) as change:
            previous = self.door.verifier(change.connection)
            successor = self.door.keys.create_next(previous.name, post_quantum=post_quantum)
            made = change.connection.execute(select(func.count()).select_from(_KEYS)).scalar_one()
            subject = Subject(
                type="key",
                id=successor.verifier.id,
                version=1 + int(made),
                digest=digest_text(str(successor.verifier)),
            )
            details = dict(_details(str(previous), successor, until, reason))
            change.hand_over(successor)
            seq = change.record(Action.KEY_ROTATED, subject, [], details)
            key = LogKey(
                seq=seq,
                vkey=str(successor.verifier),
                post_quantum=successor.verifier.post_quantum_text,
                valid_until=until,
            )
            change.connection.execute(insert(_KEYS), vars(key))
        return key

    def _until(self, text: str | None) -> str | None:
        if text is None:
            return None
        moment = parse_time(text)
        if moment <= self.door.clock.now():
            raise InputError(f"a key cannot be for use until {text!r}, which is past")
        return format_time(moment)


def _details(
    previous: str, successor: Signer, until: str | None, reason: RotationReason
) -> Iterator[tuple[str, JsonValue]]:
    yield "previous", previous
    yield "vkey", str(successor.verifier)
    if successor.verifier.post_quantum is not None:
        yield "post_quantum", successor.verifier.post_quantum_text
    if until is not None:
        yield "valid_until", until
    yield "reason", reason
