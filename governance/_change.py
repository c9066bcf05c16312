"""One change: its rows and its ledger entry, bound to each other by digest, in one transaction.

Rules of this place: no row without an entry; the entry holds the digest of every state row that came with it, so a row
that was altered, added or removed behind our back no longer fits. Null cells stay out of the digest.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert
from sqlmodel import SQLModel

from assay.kernel import JsonValue, canonical_bytes, digest_json
from governance._ingest import Cell
from governance.ledger import Action, Actor, Checkpoint, EntryDraft, LedgerAppender, Subject
from governance.store import LedgerPayload, table_of

__all__ = ["Change", "StateRow"]

_PAYLOADS = table_of(LedgerPayload)
_SALT_BYTES = 32
_PAYLOAD_PREFIX = b"payload/v1\x00"


@dataclass(frozen=True)
class StateRow:
    """A row to write; its stamp (`seq`) is the entry's."""

    model: type[SQLModel]
    cells: Mapping[str, Cell]


class Change:
    """An open transaction that can record."""

    def __init__(self, connection: Connection, appender: LedgerAppender, *, actor: Actor, at: str) -> None:
        """Take the transaction, the ledger's end, who changes and when."""
        self.connection = connection
        self.at = at
        self._appender = appender
        self.actor = actor

    @property
    def next_seq(self) -> int:
        """The sequence number of the next entry: the stamp of its rows."""
        return self._appender.size

    def record(
        self,
        action: Action,
        subject: Subject,
        rows: Sequence[StateRow],
        details: Mapping[str, JsonValue] | None = None,
        *,
        payload: Mapping[str, JsonValue] | None = None,
    ) -> int:
        """Write the entry, then its rows; return the sequence number.

        What a person wrote, or says who they are, goes into `payload`: the entry holds a salted commitment of it alone,
        so that it can be erased later.
        """
        seq = self.next_seq
        state: dict[str, JsonValue] = {"rows": len(rows), "state": state_digest(rows)} if rows else {}
        sealed = None if payload is None else self._seal_payload(seq, canonical_bytes(dict(payload)))
        draft = EntryDraft(
            action=action,
            actor=self.actor,
            subject=subject,
            at=self.at,
            details={**(details or {}), **state},
            commitment=sealed,
        )
        self._appender.append(draft)
        for row in rows:
            self.connection.execute(insert(table_of(row.model)), {**row.cells, "seq": seq})
        return seq

    def _seal_payload(self, seq: int, data: bytes) -> str:
        salt = secrets.token_bytes(_SALT_BYTES)
        self.connection.execute(insert(_PAYLOADS), {"seq": seq, "salt": salt, "data": data})
        mac = hmac.new(salt, _PAYLOAD_PREFIX + data, hashlib.sha256).hexdigest()
        return f"hmac-sha256:{mac}"

    def seal(self) -> Checkpoint | None:
        """Sign what was recorded; `None` where nothing was."""
        return self._appender.seal()


def state_digest(rows: Sequence[StateRow]) -> str:
    """Digest of [table, cells] of every row, in the order of their canonical bytes."""
    documents: list[JsonValue] = [
        [table_of(row.model).name, {k: v for k, v in row.cells.items() if v is not None and k != "seq"}] for row in rows
    ]
    return digest_json(sorted(documents, key=canonical_bytes))
