"""Asking for approval, and answering.

Rules of this place: an approval is of a digest, the one that the approver says they saw; requester, submitters of the
evidence and authors of the policy never answer, whatever their roles, nor does whoever acts for them by delegation;
a team answers only in a signed-in session that proved itself a short while ago; the single user of a store without a
team may answer their own request, which is marked as not four eyes for ever. The database refuses the same. A release
is asked about and answered where releases are, since both lead it on.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from assay.kernel import InputError, format_time
from governance._door import Door
from governance.access import Permission, authorize
from governance.approvals._answering import answer, found_request, refuse_second, right_to_answer, standing_in
from governance.approvals._asking import ask, check_draft
from governance.approvals._rows import read_answers, read_requests
from governance.approvals._subjects import RELEASE, current_digest, recorded_subject
from governance.approvals._types import Answer, ApprovalDraft, ApprovalRequest, ApprovalState, Standing, Verdict
from governance.ledger import Actor

__all__ = ["Approvals"]


@dataclass(frozen=True)
class Approvals:
    """Requests and answers of an open store."""

    _door: Door

    def digest_of(self, subject_type: str, subject: str) -> str:
        """Return the digest of something that the record holds; raise `InputError` for kinds that it does not."""
        with self._door.reading() as connection:
            known = current_digest(connection, subject_type, subject)
        if known is None:
            raise InputError(
                f"the record holds no {subject_type!r} to approve", hint="run:ID, scan:ID, decision:ID or report:ID"
            )
        return known

    def request(self, actor: Actor, draft: ApprovalDraft) -> ApprovalRequest:
        """Ask; raise `InputError` where the subject is not what is recorded, `MissingError` where it is not there."""
        check_draft(draft)
        _refuse_release(draft.subject_type, f"assay releases request {draft.subject}")
        with self._door.reading() as connection:
            before = recorded_subject(connection, draft.subject_type, draft.subject)
        system = draft.system if before is None else before.system  # which never changes: a run's plan holds it
        with self._door.change(actor, Permission.REQUEST_APPROVAL, system) as change:
            return ask(change, replace(draft, system=system))

    def approve(self, actor: Actor, request: str, *, seen: str, comment: str = "") -> Answer:
        """Approve what was seen; raise `ForbiddenError`, or `InputError` where it cannot be approved any more."""
        return self._answer(actor, request, Verdict.APPROVED, seen, comment)

    def reject(self, actor: Actor, request: str, *, seen: str, comment: str) -> Answer:
        """Reject what was seen; raise as `approve` does, and `InputError` without a comment."""
        return self._answer(actor, request, Verdict.REJECTED, seen, comment)

    def check_right(self, actor: Actor, request: str) -> None:
        """Raise what an answer of this actor to an open request would be refused with, whatever they saw.

        `OldProofError` where a new sign-in is all that is missing.
        """
        at = format_time(self._door.clock.now())
        with self._door.reading() as connection:
            found = found_request(connection, request)
            allowed = authorize(connection, actor, Permission.GIVE_APPROVAL, found.system, at=at)
            right_to_answer(connection, allowed, found, at)
            refuse_second(allowed, read_answers(connection, request))

    def standing(self, request: str) -> Standing:
        """Return a request with its answers and its state now; raise `MissingError`."""
        with self._door.reading() as connection:
            return self._standing(connection, found_request(connection, request))

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
        return standing_in(connection, request, now=format_time(self._door.clock.now()))

    def _answer(self, actor: Actor, identity: str, verdict: Verdict, seen: str, comment: str) -> Answer:
        with self._door.reading() as connection:
            about = found_request(connection, identity)
        _refuse_release(about.subject_type, f"assay releases approve {about.subject}, or reject")
        with self._door.change(actor, Permission.GIVE_APPROVAL, about.system) as change:
            return answer(change, identity, verdict, seen, comment)


def _refuse_release(subject_type: str, hint: str) -> None:
    if subject_type == RELEASE:
        raise InputError("a release is asked about and answered as a release, which leads it on", hint=hint)
