"""One change: its rows and its ledger entry, bound to each other by digest, in one transaction.

Rules of this place: no row without an entry; the entry holds the digest of every state row that came with it, so a row
that was altered, added or removed behind our back no longer fits. Null cells stay out of the digest.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table
from sqlmodel import SQLModel

from assay.kernel import JsonValue, UnavailableError, canonical_bytes, digest_bytes
from governance._estimate_rows import Cell
from governance.ledger import Action, Actor, EntryDraft, LedgerAppender, Signer, Subject
from governance.store import LedgerPayload, table_of, write_rows

__all__ = ["Change", "Recorded", "StateRow"]

_PAYLOADS = table_of(LedgerPayload)
_SALT_BYTES = 32
_PAYLOAD_PREFIX = b"payload/v1\x00"


@dataclass(frozen=True)
class StateRow:
    """A row to write; its stamp (`seq`) is the entry's."""

    model: type[SQLModel]
    cells: Mapping[str, Cell]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One entry of a batch and what comes with it."""

    action: Action
    subject: Subject
    rows: Sequence[StateRow] = ()
    details: Mapping[str, JsonValue] = field(default_factory=dict)
    payload: Mapping[str, JsonValue] | None = None


class Change:
    """A part of a transaction that can record."""

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
        one = Recorded(action=action, subject=subject, rows=rows, details=details or {}, payload=payload)
        return self.record_all([one])

    def record_all(self, batch: Sequence[Recorded]) -> int:
        """Write the entries of a batch in their order, then their rows; return the first sequence number.

        Rows of one table are written together, the tables in the order in which the batch first names them.
        """
        first = self.next_seq
        if not batch:
            return first
        sealed = [None if one.payload is None else _sealed(canonical_bytes(dict(one.payload))) for one in batch]
        self._appender.append([self._draft(one, payload) for one, payload in zip(batch, sealed, strict=True)])
        writes = _Writes(self.connection)
        for seq, (one, payload) in enumerate(zip(batch, sealed, strict=True), start=first):
            if payload is not None:
                writes.add(_PAYLOADS, {"seq": seq, "salt": payload.salt, "data": payload.data})
            for row in one.rows:
                writes.add(table_of(row.model), {**row.cells, "seq": seq})
        writes.flush()
        return first

    def hand_over(self, successor: Signer) -> None:
        """Let another key sign from this change on; the checkpoint over it is signed by both."""
        if self._appender.successor is not None:
            raise UnavailableError("another rotation of the key is under way", hint="type the same command again")
        self._appender.successor = successor

    def _draft(self, one: Recorded, payload: "_Sealed | None") -> EntryDraft:
        state: dict[str, JsonValue] = {"rows": len(one.rows), "state": state_digest(one.rows)} if one.rows else {}
        if self.actor.request_id is not None:
            state["request_id"] = self.actor.request_id
        return EntryDraft(
            action=one.action,
            actor=self.actor,
            subject=one.subject,
            at=self.at,
            details={**one.details, **state},
            commitment=None if payload is None else payload.commitment,
        )


@dataclass(frozen=True)
class _Sealed:
    salt: bytes
    data: bytes

    @property
    def commitment(self) -> str:
        return f"hmac-sha256:{hmac.new(self.salt, _PAYLOAD_PREFIX + self.data, hashlib.sha256).hexdigest()}"


def _sealed(data: bytes) -> _Sealed:
    return _Sealed(secrets.token_bytes(_SALT_BYTES), data)


class _Writes:
    """Rows that are written together: one statement for those of one table with the same columns."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[tuple[Table, frozenset[str]], list[dict[str, object]]] = {}

    def add(self, table: Table, cells: dict[str, object]) -> None:
        self._rows.setdefault((table, frozenset(cells)), []).append(cells)

    def flush(self) -> None:
        for (table, _), rows in self._rows.items():
            write_rows(self._connection, table, rows)


def state_digest(rows: Sequence[StateRow]) -> str:
    """Digest of [table, cells] of every row, in the order of their canonical bytes."""
    documents = sorted(
        canonical_bytes(
            [str(row.model.__tablename__), {k: v for k, v in row.cells.items() if v is not None and k != "seq"}]
        )
        for row in rows
    )
    return digest_bytes(b"[" + b",".join(documents) + b"]")
