"""Comments on whatever the record holds.

Rules of this place: a comment is about something that is there, and belongs to its system; the words are the entry's
payload, so that they can be erased; a comment changes nothing, and is never taken back: another one follows it.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Table, select
from sqlmodel import SQLModel

from assay.kernel import InputError, JsonValue, MissingError, content_id
from governance._change import Change, StateRow
from governance._door import Door
from governance._payloads import texts_in
from governance.access import ANY_SYSTEM, Permission
from governance.ledger import Action, Actor, Subject
from governance.store import STATE_TABLES, CommentRow, LedgerPayload, table_of

__all__ = ["Comment", "Comments"]

_COMMENTS, _PAYLOADS = table_of(CommentRow), table_of(LedgerPayload)
_LONGEST: Final = 10_000  # characters
# Kinds whose rows stand under another name, or in several tables.
_HOMES: Final = {
    "evidence": (("evidence_submission", "evidence"), ("evidence", "evidence")),
    "request": (("approval_request", "request"),),
    "policy": (("gate_policy", "gate_policy"),),
}


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What somebody said."""

    id: str
    seq: int
    system: str | None  # None: of the whole store
    subject_type: str
    subject: str
    author: str
    recorded_at: str
    text: str | None  # None where it was erased


@dataclass(frozen=True)
class Comments:
    """Comments of an open store."""

    _door: Door

    def write(self, actor: Actor, subject_type: str, subject: str, text: str) -> Comment:
        """Say something; raise `InputError` for no words or no kind of thing, `MissingError` for what is not there."""
        if not text.strip() or len(text) > _LONGEST:
            raise InputError(f"a comment of {len(text)} characters, expected 1 to {_LONGEST} that say something")
        with self._door.reading() as connection:
            system = _system_of(connection, subject_type, subject)
        with self._door.change(actor, Permission.WRITE_COMMENT, system) as change:
            return _record(change, subject_type, subject, system, text)

    def about(self, subject_type: str, subject: str) -> tuple[Comment, ...]:
        """Return what was said of something, oldest first; nothing where nothing was."""
        wanted = (
            select(_COMMENTS, _PAYLOADS.c.data)
            .outerjoin(_PAYLOADS, _PAYLOADS.c.seq == _COMMENTS.c.seq)
            .where(_COMMENTS.c.subject_type == subject_type, _COMMENTS.c.subject == subject)
            .order_by(_COMMENTS.c.seq)
        )
        with self._door.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        return tuple(
            Comment(
                id=row["comment"],
                seq=row["seq"],
                system=None if row["system"] == ANY_SYSTEM else row["system"],
                subject_type=row["subject_type"],
                subject=row["subject"],
                author=row["author"],
                recorded_at=row["recorded_at"],
                text=texts_in(row["data"]).get("text"),
            )
            for row in rows
        )


def _system_of(connection: Connection, kind: str, subject: str) -> str | None:
    homes = _homes(kind)
    if not homes:
        raise InputError(f"{kind[:80]!r} is nothing that one can comment on", hint=", ".join(_kinds()))
    for table, column in homes:
        wanted = select(table.c.system).where(table.c[column] == subject).limit(1)
        system = connection.execute(wanted).scalar()
        if system is not None:
            return None if system == ANY_SYSTEM else str(system)
    raise MissingError(
        f"there is no {kind} {subject[:80]!r} in the record",
        hint="TYPE:ID, such as run:RUN with an id of `assay runs list`",
    )


def _homes(kind: str) -> list[tuple[Table, str]]:
    named = _HOMES.get(kind, ((kind, kind),) if kind in STATE_TABLES else ())
    found = [(SQLModel.metadata.tables[table], column) for table, column in named]
    return [(table, column) for table, column in found if column in table.c and "system" in table.c]


def _kinds() -> list[str]:
    """Return the kinds: whatever has an id, a system, and a table that carries its name."""
    return sorted(kind for kind in (*STATE_TABLES, *_HOMES) if _homes(kind))


def _record(change: Change, kind: str, subject: str, system: str | None, text: str) -> Comment:
    identity = content_id("comment", str(change.next_seq), change.at)
    cells = {
        "comment": identity,
        "system": system or ANY_SYSTEM,
        "subject_type": kind,
        "subject": subject,
        "author": change.actor.id,
        "recorded_at": change.at,
    }
    details: dict[str, JsonValue] = {"system": system, "subject": {"type": kind, "id": subject}}
    about = Subject(type="comment", id=identity, version=1, digest=None)
    seq = change.record(Action.COMMENT_MADE, about, [StateRow(CommentRow, cells)], details, payload={"text": text})
    return Comment(
        id=identity,
        seq=seq,
        system=system,
        subject_type=kind,
        subject=subject,
        author=change.actor.id,
        recorded_at=change.at,
        text=text,
    )
