"""Handing in evidence, saying what it is worth and talking about it: its lines in the tables of rights."""

from typing import Final

from governance.access import Role
from governance.evidence import Conclusion, RequestDraft, Stated, SubmissionDraft
from tests.contracts.scene import SYSTEM, Act, Attempt, Scene, fresh, may
from tests.governance.people.teams import LATER

SUBMITTERS: Final = may("engineer", "reviewer", "service")


def _document(*, system: str = SYSTEM) -> SubmissionDraft:
    """Return a document that nobody handed in yet."""
    return SubmissionDraft(
        system=system,
        data=fresh("bytes").encode(),
        name="plan.pdf",
        stated=(Stated(kind="document", of=fresh("plan"), conclusion=Conclusion.SATISFIED),),
        expires_at=LATER,
    )


def submit(here: Scene) -> Attempt:
    """Hand in a document."""
    draft = _document()
    return lambda actor: here.record.evidence.submit(actor, draft)


def submit_all(here: Scene) -> Attempt:
    """Hand in two documents at once."""
    drafts = [_document(), _document()]
    return lambda actor: here.record.evidence.submit_all(actor, drafts)


def accept(here: Scene) -> Attempt:
    """Accept what somebody else handed in."""
    made = here.record.evidence.submit(here.team.add(fresh("engineer"), Role.ENGINEER), _document())
    return lambda actor: here.record.evidence.accept(actor, made.evidence)


def return_(here: Scene) -> Attempt:
    """Give back what somebody else handed in."""
    made = here.record.evidence.submit(here.team.add(fresh("engineer"), Role.ENGINEER), _document())
    return lambda actor: here.record.evidence.return_(actor, made.evidence, comment="a page is missing")


def request(here: Scene) -> Attempt:
    """Ask somebody for a document."""
    asked = here.team.add(fresh("asked"))
    draft = RequestDraft(system=SYSTEM, kind="document", of=fresh("plan"), person=asked.id, due_at=LATER)
    return lambda actor: here.record.evidence.request(actor, draft)


def write_comment(here: Scene) -> Attempt:
    """Say something of a document."""
    made = here.record.evidence.submit(here.team.add(fresh("engineer"), Role.ENGINEER), _document())
    return lambda actor: here.record.comments.write(actor, "evidence", made.evidence, "is this the newest?")


ACTS: Final = {
    "evidence.submit": Act(roles=SUBMITTERS, prepare=submit),
    "evidence.submit_all": Act(roles=SUBMITTERS, prepare=submit_all),
    "evidence.accept": Act(roles=may("reviewer"), prepare=accept, by_token=False),
    "evidence.return_": Act(roles=may("reviewer"), prepare=return_, by_token=False),
    "evidence.request": Act(roles=may("reviewer", "approver"), prepare=request),
    "comments.write": Act(roles=may("engineer", "reviewer", "approver", "auditor"), prepare=write_comment),
}
READING: Final = frozenset(
    {
        *("evidence.facts", "evidence.facts_by_system", "evidence.item", "evidence.items", "evidence.original"),
        *("evidence.requests", "evidence.check", "comments.about"),
    }
)
