"""Asking for approval, and answering.

Rules of this place: an approval is of a digest, the one that the approver says they saw; requester, submitters of the
evidence and authors of the policy never answer, whatever their roles, nor does whoever acts for them by delegation;
a team answers only in a signed-in session that proved itself a short while ago; the single user of a store without a
team may answer their own request, which is marked as not four eyes for ever. The database refuses the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from assay.kernel import (
    ForbiddenError,
    InputError,
    JsonValue,
    MissingError,
    canonical_bytes,
    content_id,
    format_time,
    parse_time,
)
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance.access import ANY_SYSTEM, ROLE_PERMISSIONS, Permission, Role, authorize, covers, standing_of
from governance.approvals._rows import read_answers, read_request, read_requests
from governance.approvals._state import standing_at
from governance.approvals._subjects import RecordedSubject, recorded_subject
from governance.approvals._types import (
    Answer,
    ApprovalDraft,
    ApprovalRequest,
    ApprovalState,
    Ground,
    Standing,
    Verdict,
)
from governance.ledger import Action, Actor, Subject
from governance.store import ApprovalBarRow, ApprovalRequestRow, ApprovalRow

__all__ = ["Approvals", "OldProofError"]

MOST_DAYS: Final = 366
MOST_NEEDED: Final = 10
PROVEN_WITHIN: Final = timedelta(minutes=15)  # since the identity provider last asked for proof
APPROVAL_LASTS: Final = timedelta(days=90)


class OldProofError(ForbiddenError):
    """Whoever wants to answer may, but signed in too long ago."""


@dataclass(frozen=True)
class Approvals:
    """Requests and answers of an open store."""

    _door: Door

    def digest_of(self, subject_type: str, subject: str) -> str:
        """Return the digest of something that the record holds; raise `InputError` for kinds that it does not."""
        with self._door.reading() as connection:
            known = recorded_subject(connection, subject_type, subject)
        if known is None:
            raise InputError(
                f"the record holds no {subject_type!r} to approve", hint="run:ID, scan:ID, decision:ID or report:ID"
            )
        return known.digest

    def request(self, actor: Actor, draft: ApprovalDraft) -> ApprovalRequest:
        """Ask; raise `InputError` where the subject is not what is recorded, `MissingError` where it is not there."""
        _check(draft)
        with self._door.reading() as connection:
            before = recorded_subject(connection, draft.subject_type, draft.subject)
        system = draft.system if before is None else before.system  # which never changes: a run's plan holds it
        with self._door.change(actor, Permission.REQUEST_APPROVAL, system) as change:
            known = recorded_subject(change.connection, draft.subject_type, draft.subject)
            _refuse_other_digest(draft, known)
            submitters = frozenset[str]() if known is None else known.submitters
            return _record_request(change, replace(draft, system=system), submitters)

    def approve(self, actor: Actor, request: str, *, seen: str, comment: str = "") -> Answer:
        """Approve what was seen; raise `ForbiddenError`, or `InputError` where it cannot be approved any more."""
        return self._answer(actor, request, Verdict.APPROVED, seen, comment)

    def reject(self, actor: Actor, request: str, *, seen: str, comment: str) -> Answer:
        """Reject what was seen; raise as `approve` does, and `InputError` without a comment."""
        if not comment.strip():
            raise InputError("a rejection needs a comment", hint='--comment "what is missing"')
        return self._answer(actor, request, Verdict.REJECTED, seen, comment)

    def check_right(self, actor: Actor, request: str) -> None:
        """Raise what an answer of this actor to an open request would be refused with, whatever they saw.

        `OldProofError` where a new sign-in is all that is missing.
        """
        at = format_time(self._door.clock.now())
        with self._door.reading() as connection:
            found = _found(connection, request)
            allowed = authorize(connection, actor, Permission.GIVE_APPROVAL, found.system, at=at)
            _right_to_answer(connection, allowed, found, at)
            _refuse_second(allowed, read_answers(connection, request))

    def standing(self, request: str) -> Standing:
        """Return a request with its answers and its state now; raise `MissingError`."""
        with self._door.reading() as connection:
            return self._standing(connection, _found(connection, request))

    def standings(self, *, system: str | None = None) -> tuple[Standing, ...]:
        """Return the requests with their states now, newest first."""
        with self._door.reading() as connection:
            return tuple(self._standing(connection, one) for one in read_requests(connection, system=system))

    def approved(self, subject_type: str, subject: str, digest: str) -> Standing | None:
        """Return the newest request about exactly this that is approved now, if there is one."""
        for one in self.standings():
            about = (one.request.subject_type, one.request.subject, one.request.subject_digest)
            if about == (subject_type, subject, digest) and one.state is ApprovalState.APPROVED:
                return one
        return None

    def _standing(self, connection: Connection, request: ApprovalRequest) -> Standing:
        known = recorded_subject(connection, request.subject_type, request.subject)
        now = format_time(self._door.clock.now())
        current = None if known is None else known.digest
        return standing_at(request, read_answers(connection, request.id), now=now, current=current)

    def _answer(self, actor: Actor, identity: str, verdict: Verdict, seen: str, comment: str) -> Answer:
        with self._door.reading() as connection:
            system = _found(connection, identity).system
        with self._door.change(actor, Permission.GIVE_APPROVAL, system) as change:
            standing = self._standing(change.connection, _found(change.connection, identity))
            _refuse_closed(standing, seen)
            role, four_eyes = _right_to_answer(change.connection, change.actor, standing.request, change.at)
            _refuse_second(change.actor, standing.answers)
            return _record_answer(change, standing.request, verdict, role, comment, four_eyes=four_eyes)


def _check(draft: ApprovalDraft) -> None:
    if not 1 <= draft.needed <= MOST_NEEDED or not 1 <= draft.days <= MOST_DAYS:
        raise InputError(
            f"{draft.needed} approvals within {draft.days} days, expected 1 to {MOST_NEEDED} within 1 to {MOST_DAYS}"
        )
    wrong = [role.value for role in draft.roles if Permission.GIVE_APPROVAL not in ROLE_PERMISSIONS[role]]
    if wrong or not draft.roles:
        raise InputError(f"these roles approve nothing: {wrong or 'none was named'}", hint="reviewer, approver")


def _refuse_other_digest(draft: ApprovalDraft, known: RecordedSubject | None) -> None:
    if known is not None and known.digest != draft.subject_digest:
        raise InputError(
            f"the {draft.subject_type} {draft.subject!r} is {known.digest} now, the request is about"
            f" {draft.subject_digest}",
            hint="look at what is there now, then ask about that",
        )


def _found(connection: Connection, identity: str) -> ApprovalRequest:
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


def _refuse_second(actor: Actor, answers: Sequence[Answer]) -> None:
    if any(one.approver == actor.id for one in answers):
        raise InputError("you have answered this request", hint="each person answers once")


def _right_to_answer(connection: Connection, actor: Actor, request: ApprovalRequest, at: str) -> tuple[str, bool]:
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


def _record_request(change: Change, draft: ApprovalDraft, submitters: frozenset[str]) -> ApprovalRequest:
    bars = {(change.actor.id, Ground.REQUESTER), *((one, Ground.EVIDENCE_SUBMITTER) for one in submitters)}
    made = ApprovalRequest(
        id=content_id("request", str(change.next_seq), draft.subject_digest),
        seq=change.next_seq,
        purpose=draft.purpose,
        system=draft.system,
        subject_type=draft.subject_type,
        subject=draft.subject,
        subject_digest=draft.subject_digest,
        requester=change.actor.id,
        needed=draft.needed,
        roles=draft.roles,
        barred=tuple(sorted(bars | set(draft.barred))),
        expires_at=format_time(parse_time(change.at) + timedelta(days=draft.days)),
        recorded_at=change.at,
        comment=draft.comment or None,
    )
    subject = Subject(type="approval_request", id=made.id, version=1, digest=made.subject_digest)
    details: dict[str, JsonValue] = {
        "purpose": made.purpose.value,
        "subject": {"type": made.subject_type, "id": made.subject},
        "needed": made.needed,
    }
    payload: dict[str, JsonValue] | None = {"comment": draft.comment} if draft.comment else None
    change.record(Action.APPROVAL_REQUESTED, subject, _request_rows(made), details, payload=payload)
    return made


def _request_rows(made: ApprovalRequest) -> list[StateRow]:
    cells: dict[str, Cell] = {
        "request": made.id,
        "purpose": made.purpose.value,
        "system": made.system or ANY_SYSTEM,
        "subject_type": made.subject_type,
        "subject": made.subject,
        "subject_digest": made.subject_digest,
        "requester": made.requester,
        "needed": made.needed,
        "roles": canonical_bytes([role.value for role in made.roles]).decode("ascii"),
        "expires_at": made.expires_at,
        "recorded_at": made.recorded_at,
    }
    bars = [{"request": made.id, "person": who, "ground": why.value} for who, why in made.barred]
    return [StateRow(ApprovalRequestRow, cells), *(StateRow(ApprovalBarRow, bar) for bar in bars)]


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
