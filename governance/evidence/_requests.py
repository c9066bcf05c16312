"""Requests for evidence: of a named person, what, by when.

Rules of this place: a request is met by what is there, not by what somebody ticks: evidence of its kind and name that
was handed in after it and accepted; what was returned meets nothing; one that is due and not met is overdue.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select

from assay.kernel import InputError, JsonValue, content_id, format_time
from governance._change import Change, StateRow
from governance._estimate_rows import Cell
from governance._payloads import texts_in
from governance.evidence._drafts import check_person, clean_name
from governance.evidence._items import EvidenceRequest, Item, ItemState, RequestDraft, RequestState
from governance.evidence._moment import Moment
from governance.evidence._submitted import read_items
from governance.ledger import Action, Subject
from governance.store import EvidenceRequestRow, LedgerPayload, table_of
from risks import EvidenceKind

__all__ = ["read_requests", "record_request"]

_REQUESTS, _PAYLOADS = table_of(EvidenceRequestRow), table_of(LedgerPayload)


def record_request(change: Change, draft: RequestDraft) -> EvidenceRequest:
    """Write a request; raise `InputError` for a day that is past, `MissingError` for a person who is not there."""
    due_at = format_time(draft.due_at)
    if draft.kind not in set(EvidenceKind):
        raise InputError(f"{draft.kind[:80]!r} is no kind of evidence", hint=", ".join(EvidenceKind))
    if due_at <= change.at:
        raise InputError(f"it would be due at {due_at}, which is past", hint="--due 2027-06-30")
    check_person(change.connection, draft.person, change.actor.id, at=change.at, what="who is asked")
    identity = content_id("evidence-request", str(change.next_seq), change.at)
    cells: dict[str, Cell] = {
        "evidence_request": identity,
        "system": draft.system,
        "kind": draft.kind,
        "of": clean_name(draft.of, "what is asked for"),
        "person": draft.person,
        "requester": change.actor.id,
        "due_at": due_at,
        "recorded_at": change.at,
    }
    subject = Subject(type="evidence_request", id=identity, version=1, digest=None)
    details: dict[str, JsonValue] = {"system": draft.system, "kind": draft.kind, "person": draft.person}
    payload: dict[str, JsonValue] | None = {"comment": draft.comment} if draft.comment else None
    rows = [StateRow(EvidenceRequestRow, cells)]
    seq = change.record(Action.EVIDENCE_REQUESTED, subject, rows, details, payload=payload)
    return EvidenceRequest(
        id=identity,
        seq=seq,
        system=draft.system,
        kind=draft.kind,
        of=str(cells["of"]),
        person=draft.person,
        requester=change.actor.id,
        due_at=due_at,
        recorded_at=change.at,
        state=RequestState.OPEN,
        answered_by=None,
        comment=draft.comment or None,
    )


def read_requests(connection: Connection, moment: Moment, *, system: str | None) -> tuple[EvidenceRequest, ...]:
    """Return requests, the first that is due first."""
    wanted = select(_REQUESTS, _PAYLOADS.c.data).outerjoin(_PAYLOADS, _PAYLOADS.c.seq == _REQUESTS.c.seq)
    if system is not None:
        wanted = wanted.where(_REQUESTS.c.system == system)
    rows = connection.execute(wanted.order_by(_REQUESTS.c.due_at, _REQUESTS.c.seq)).mappings().all()
    answers = defaultdict[tuple[str, str, str], list[Item]](list)
    for item in read_items(connection, moment, system=system) if rows else ():
        for fact in item.facts:
            answers[item.system, fact.kind, _folded(fact.of)].append(item)
    return tuple(_request(row, moment, answers[row["system"], row["kind"], _folded(row["of"])]) for row in rows)


def _request(row: RowMapping, moment: Moment, answers: Sequence[Item]) -> EvidenceRequest:
    counted = [item for item in answers if item.seq > row["seq"] and item.state in _ANSWERS]
    newest = max(counted, key=lambda item: item.seq, default=None)
    return EvidenceRequest(
        id=row["evidence_request"],
        seq=row["seq"],
        system=row["system"],
        kind=row["kind"],
        of=row["of"],
        person=row["person"],
        requester=row["requester"],
        due_at=row["due_at"],
        recorded_at=row["recorded_at"],
        state=_state(row, moment, counted),
        answered_by=None if newest is None else newest.id,
        comment=texts_in(row["data"]).get("comment"),
    )


_ANSWERS = frozenset({ItemState.SUBMITTED, ItemState.ACCEPTED})


def _state(row: RowMapping, moment: Moment, counted: Sequence[Item]) -> RequestState:
    if any(item.state is ItemState.ACCEPTED for item in counted):
        return RequestState.MET
    if moment.is_past(row["due_at"]):
        return RequestState.OVERDUE
    return RequestState.SUBMITTED if counted else RequestState.OPEN


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
