"""Asking for approval, answering, and emergencies, for the command line and the pages.

Rules of this place: what a person is to look at is named as `TYPE:ID`, and its digest is read from the record, so that
nobody asks about a digest that they typed; whoever answers says the digest that they saw.
"""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.reading import readable_by
from assay.app.workspace import Workspace
from assay.kernel import InputError

if TYPE_CHECKING:
    from governance import Actor
    from governance.approvals import Answer, ApprovalRequest, Emergency, Standing
    from governance.people import Grant
    from reports.approvals import ApprovalsView, RequestView

__all__ = [
    "answer_request",
    "break_glass",
    "lend_role",
    "list_emergencies",
    "list_requests",
    "load_approvals",
    "load_request",
    "request_approval",
    "review_emergency",
]

_Kind = TypeVar("_Kind", bound=StrEnum)


def request_approval(
    workspace: Workspace,
    subject: str,
    *,
    purpose: str = "decision",
    needed: int = 1,
    roles: Sequence[str] = (),
    days: int = 14,
    comment: str = "",
    seen: str | None = None,
    actor: "Actor | None" = None,
) -> "ApprovalRequest":
    """Ask about a run, scan, decision or report of the record; raise `InputError` for anything else.

    `seen`: the digest of what was looked at, which must be what is there; `actor`: who signed in.
    """
    # Lazy: the record costs start-up time, and help does not need it.
    from governance.access import Role  # noqa: PLC0415
    from governance.approvals import ApprovalDraft, ApprovalPurpose  # noqa: PLC0415

    kind, _, identity = subject.partition(":")
    with closing(open_record(workspace)) as record:
        draft = ApprovalDraft(
            purpose=_one_of(ApprovalPurpose, purpose, "a purpose"),
            system=None,
            subject_type=kind,
            subject=identity,
            subject_digest=seen or record.approvals.digest_of(kind, identity),
            needed=needed,
            roles=tuple(_one_of(Role, one, "a role") for one in roles) or ApprovalDraft.roles,
            days=days,
            comment=comment,
        )
        return record.approvals.request(actor or current_actor(record), draft)


def answer_request(
    workspace: Workspace,
    request: str,
    *,
    approve: bool,
    seen: str,
    comment: str = "",
    actor: "Actor | None" = None,
) -> "Answer":
    """Approve or reject what was seen; `actor`: who signed in."""
    with closing(open_record(workspace)) as record:
        acting, about = actor or current_actor(record), record.approvals.standing(request).request
        if about.subject_type == "release":  # an answer leads it on
            leads_on = record.releases.approve if approve else record.releases.reject
            return leads_on(acting, about.subject, seen=seen, comment=comment)
        answers = record.approvals.approve if approve else record.approvals.reject
        return answers(acting, request, seen=seen, comment=comment)


def load_approvals(workspace: Workspace, actor: "Actor") -> "ApprovalsView":
    """Return the requests that somebody may read, and what they may ask about."""
    from reports.approvals import approvals_view  # noqa: PLC0415  lazy, as above

    with closing(open_record(workspace)) as record:
        return approvals_view(record, actor, readable_by(record, actor))


def load_request(workspace: Workspace, request: str, actor: "Actor") -> "RequestView":
    """Return a request with what it is about; raise `MissingError` also where somebody may not read it."""
    from reports.approvals import request_view  # noqa: PLC0415  lazy, as above

    with closing(open_record(workspace)) as record:
        return request_view(record, request, actor, readable_by(record, actor))


def list_requests(workspace: Workspace, *, system: str | None = None) -> "tuple[Standing, ...]":
    """Return the requests with their states now, newest first."""
    with closing(open_record(workspace)) as record:
        return record.approvals.standings(system=system)


def lend_role(workspace: Workspace, person: str, role: str, system: str, *, days: int) -> "Grant":
    """Lend a role of one's own for some days."""
    # Lazy: as above
    from governance.access import Role  # noqa: PLC0415

    until = datetime.now(UTC) + timedelta(days=days)
    with closing(open_record(workspace)) as record:
        return record.delegations.delegate(
            current_actor(record), person, _one_of(Role, role, "a role"), system, until=until
        )


def break_glass(
    workspace: Workspace, permissions: Sequence[str], system: str | None, *, reason: str, hours: int
) -> "Emergency":
    """Take rights for hours."""
    # Lazy: as above
    from governance.access import Permission  # noqa: PLC0415

    wanted = [_one_of(Permission, one, "a permission") for one in permissions]
    with closing(open_record(workspace)) as record:
        return record.emergencies.break_glass(current_actor(record), wanted, system, reason=reason, hours=hours)


def review_emergency(workspace: Workspace, emergency: str, *, comment: str) -> None:
    """Say what became of it."""
    with closing(open_record(workspace)) as record:
        record.emergencies.review(current_actor(record), emergency, comment=comment)


def list_emergencies(workspace: Workspace) -> "tuple[Emergency, ...]":
    """Return them, newest first."""
    with closing(open_record(workspace)) as record:
        return record.emergencies.emergencies()


def _one_of(kinds: type[_Kind], text: str, what: str) -> _Kind:
    try:
        return kinds(text)
    except ValueError as error:
        raise InputError(f"{text!r} is not {what}", hint=", ".join(kinds)) from error
