"""Asking for approval, inside a change.

Rules of this place: what the record holds is asked about under the digest that it has there; the requester, and all
whom the record knows to have handed in or written what it rests on, are barred by the request itself.
"""

from datetime import timedelta
from typing import Final

from assay.kernel import InputError, JsonValue, canonical_bytes, content_id, format_time, parse_time
from governance._change import Change, StateRow
from governance._estimate_rows import Cell
from governance.access import ANY_SYSTEM, ROLE_PERMISSIONS, Permission
from governance.approvals._subjects import RecordedSubject, recorded_subject
from governance.approvals._types import ApprovalDraft, ApprovalRequest, Ground
from governance.ledger import Action, Subject
from governance.store import ApprovalBarRow, ApprovalRequestRow

__all__ = ["ask", "check_draft"]

MOST_DAYS: Final = 366
MOST_NEEDED: Final = 10


def check_draft(draft: ApprovalDraft) -> None:
    """Raise `InputError` for what nobody could answer."""
    if not 1 <= draft.needed <= MOST_NEEDED or not 1 <= draft.days <= MOST_DAYS:
        raise InputError(
            f"{draft.needed} approvals within {draft.days} days, expected 1 to {MOST_NEEDED} within 1 to {MOST_DAYS}"
        )
    wrong = [role.value for role in draft.roles if Permission.GIVE_APPROVAL not in ROLE_PERMISSIONS[role]]
    if wrong or not draft.roles:
        raise InputError(f"these roles approve nothing: {wrong or 'none was named'}", hint="reviewer, approver")


def ask(change: Change, draft: ApprovalDraft) -> ApprovalRequest:
    """Write a request; raise `InputError` where the subject is not what is recorded."""
    check_draft(draft)
    known = recorded_subject(change.connection, draft.subject_type, draft.subject)
    _refuse_other_digest(draft, known)
    return _record_request(change, draft, known)


def _refuse_other_digest(draft: ApprovalDraft, known: RecordedSubject | None) -> None:
    if known is not None and known.digest != draft.subject_digest:
        raise InputError(
            f"the {draft.subject_type} {draft.subject!r} is {known.digest} now, the request is about"
            f" {draft.subject_digest}",
            hint="look at what is there now, then ask about that",
        )


def _record_request(change: Change, draft: ApprovalDraft, known: RecordedSubject | None) -> ApprovalRequest:
    submitters = frozenset[str]() if known is None else known.submitters
    authors = frozenset[str]() if known is None else known.authors
    bars = {
        (change.actor.id, Ground.REQUESTER),
        *((one, Ground.EVIDENCE_SUBMITTER) for one in submitters),
        *((one, Ground.POLICY_AUTHOR) for one in authors),
    }
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
