"""Answering a request, inside a change: who may, and what is written.

Rules of this place: an answer is to the digest that its giver says they saw; who is barred answers in no role, nor does
whoever acts for them; a person answers once.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from assay.kernel import (
    ForbiddenError,
    InputError,
    JsonValue,
    MissingError,
    content_id,
    format_time,
    parse_time,
)
from governance._change import Change, StateRow
from governance._estimate_rows import Cell
from governance.access import Role, covers, standing_of
from governance.approvals._rows import read_answers, read_request
from governance.approvals._state import standing_at
from governance.approvals._subjects import current_digest
from governance.approvals._types import Answer, ApprovalRequest, ApprovalState, Standing, Verdict
from governance.ledger import Action, Actor, Subject
from governance.store import ApprovalRow

__all__ = ["OldProofError", "answer", "found_request", "refuse_second", "right_to_answer", "standing_in"]

PROVEN_WITHIN: Final = timedelta(minutes=15)  # since the identity provider last asked for proof
APPROVAL_LASTS: Final = timedelta(days=90)


class OldProofError(ForbiddenError):
    """Whoever wants to answer may, but signed in too long ago."""


def answer(change: Change, identity: str, verdict: Verdict, seen: str, comment: str) -> Answer:
    """Write an answer; raise `ForbiddenError`, or `InputError` where it cannot be given any more."""
    if verdict is Verdict.REJECTED and not comment.strip():
        raise InputError("a rejection needs a comment", hint='--comment "what is missing"')
    standing = standing_in(change.connection, found_request(change.connection, identity), now=change.at)
    _refuse_closed(standing, seen)
    role, four_eyes = right_to_answer(change.connection, change.actor, standing.request, change.at)
    refuse_second(change.actor, standing.answers)
    return _record_answer(change, standing.request, verdict, role, comment, four_eyes=four_eyes)


def standing_in(connection: Connection, request: ApprovalRequest, *, now: str) -> Standing:
    """Return a request with its answers and its state at a time."""
    try:
        current = current_digest(connection, request.subject_type, request.subject)
    except MissingError:
        # Asked under an earlier version, which held nothing of this kind: there is nothing to see, so it is void.
        current = ""
    return standing_at(request, read_answers(connection, request.id), now=now, current=current)


def found_request(connection: Connection, identity: str) -> ApprovalRequest:
    """Return a request; raise `MissingError`."""
    found = read_request(connection, identity)
    if found is None:
        raise MissingError(f"there is no request {identity!r}", hint="assay approvals list")
    return found


def _refuse_closed(standing: Standing, seen: str) -> None:
    request = standing.request
    if seen != request.subject_digest:
        raise InputError(
            f"you saw {seen}, the request is about {request.subject_digest}", hint="look at it again, then answer"
        )
    if standing.state is not ApprovalState.PENDING:
        raise InputError(f"the request {request.id} is {standing.state.value}", hint="assay approvals list")


def refuse_second(actor: Actor, answers: Sequence[Answer]) -> None:
    """Raise `InputError` for whoever has answered."""
    if any(one.approver == actor.id for one in answers):
        raise InputError("you have answered this request", hint="each person answers once")


def right_to_answer(connection: Connection, actor: Actor, request: ApprovalRequest, at: str) -> tuple[str, bool]:
    """Return the role that answers and whether it is four eyes; raise `ForbiddenError` for whoever may not."""
    if actor.role == Role.OWNER.value:
        return actor.role, False
    barred = {person for person, _ in request.barred}
    if actor.id in barred:
        grounds = ", ".join(ground.value for person, ground in request.barred if person == actor.id)
        raise ForbiddenError(f"you may not answer this request: {grounds}", hint="somebody else has to")
    standing = standing_of(connection, actor.id, at=at)
    counted = () if standing is None else standing.counted
    free = [
        one.role
        for one in counted
        if one.role in request.roles and covers(one.system, request.system) and one.delegated_by not in barred
    ]
    if not free:
        raise ForbiddenError(
            f"this request is for {', '.join(request.roles)}, by nobody who acts for somebody barred",
            hint="assay approvals list",
        )
    _refuse_old_proof(actor, at)
    return free[0].value, True


def _refuse_old_proof(actor: Actor, at: str) -> None:
    proven = actor.authenticated_at
    if proven is None or parse_time(at) - parse_time(proven) > PROVEN_WITHIN:
        raise OldProofError(
            f"an approval needs a sign-in of the last {PROVEN_WITHIN.seconds // 60} minutes", hint="sign in again"
        )


def _record_answer(
    change: Change, request: ApprovalRequest, verdict: Verdict, role: str, comment: str, *, four_eyes: bool
) -> Answer:
    identity = content_id("approval", request.id, str(change.next_seq))
    expires_at = format_time(parse_time(change.at) + APPROVAL_LASTS)
    cells: dict[str, Cell] = {
        "approval": identity,
        "request": request.id,
        "requester": request.requester,
        "subject_digest": request.subject_digest,
        "approver": change.actor.id,
        "role": role,
        "method": change.actor.method,
        "verdict": verdict.value,
        "four_eyes": int(four_eyes),
        "expires_at": expires_at,
        "recorded_at": change.at,
    }
    action = Action.APPROVAL_GIVEN if verdict is Verdict.APPROVED else Action.APPROVAL_REFUSED
    subject = Subject(type="approval", id=identity, version=1, digest=request.subject_digest)
    details: dict[str, JsonValue] = {"request": request.id, "verdict": verdict.value, "four_eyes": four_eyes}
    payload: dict[str, JsonValue] | None = {"comment": comment} if comment else None
    seq = change.record(action, subject, [StateRow(ApprovalRow, cells)], details, payload=payload)
    return Answer(
        id=identity,
        seq=seq,
        request=request.id,
        approver=change.actor.id,
        role=role,
        method=change.actor.method,
        verdict=verdict,
        four_eyes=four_eyes,
        subject_digest=request.subject_digest,
        expires_at=expires_at,
        recorded_at=change.at,
        comment=comment or None,
    )
