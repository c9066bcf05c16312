"""Waivers, ratings, corrective actions and the register: their lines in the tables of rights."""

from datetime import timedelta
from typing import Final

import risks
from governance.access import Role
from governance.actions import ActionDraft
from governance.duties import AssignmentDraft
from governance.evidence import Stated, SubmissionDraft
from governance.ratings import RatingDraft, Treatment
from governance.waivers import WaiverDraft
from risks.act import duties, tree
from tests.contracts.scene import SYSTEM, Act, Attempt, Scene, fresh, may
from tests.governance.people.teams import LATER
from tests.risks.act.systems import PLAIN, classified

FRAMEWORK: Final = risks.framework()


def waive(here: Scene) -> Attempt:
    """Ask to do without a control."""
    draft = WaiverDraft(system=SYSTEM, control="DASF 3", risk=None, reason=fresh("because"), days=10)
    return lambda actor: here.record.waivers.ask(actor, draft, FRAMEWORK)


def rating(here: Scene, risk: str) -> RatingDraft:
    """Write a rating."""
    return RatingDraft(
        system=SYSTEM,
        risk=risk,
        inherent_likelihood=4,
        inherent_impact=4,
        residual_likelihood=2,
        residual_impact=3,
        treatment=Treatment.MITIGATE,
        owner="person-1",
        review_by=(here.team.clock.now() + timedelta(days=30)).date().isoformat(),
    )


def rate(here: Scene) -> Attempt:
    """Rate a risk."""
    draft = rating(here, "9.1")
    return lambda actor: here.record.ratings.rate(actor, draft, FRAMEWORK)


def rate_all(here: Scene) -> Attempt:
    """Rate several risks at once, as an import does."""
    drafts = [rating(here, risk) for risk in ("9.1", "9.8")]
    return lambda actor: here.record.ratings.rate_all(actor, drafts, FRAMEWORK)


def _action(here: Scene) -> ActionDraft:
    due = (here.team.clock.now() + timedelta(days=30)).date().isoformat()
    return ActionDraft(system=SYSTEM, what=fresh("mend it"), owner="person-1", due=due)


def raise_action(here: Scene) -> Attempt:
    """Say what is to be mended."""
    return lambda actor: here.record.actions.raise_(actor, _action(here), FRAMEWORK)


def assign(here: Scene) -> Attempt:
    """Say who sees to a duty."""
    due = (here.team.clock.now() + timedelta(days=30)).date().isoformat()
    draft = AssignmentDraft(system=SYSTEM, duty="Article 27", owner=here.team.add(fresh("owner")).id, due=due)
    return lambda actor: here.record.assignments.assign(actor, draft, duties())


def classify(here: Scene) -> Attempt:
    """Say what a system is under the AI Act."""
    return lambda actor: here.record.classifications.record(actor, SYSTEM, classified(PLAIN, person=fresh("alex")))


def confirm(here: Scene) -> Attempt:
    """Confirm what somebody else said."""
    engineer = here.team.add(fresh("engineer"), Role.ENGINEER)
    made = here.record.classifications.record(engineer, SYSTEM, classified(PLAIN, person=fresh("alex")))
    return lambda actor: here.record.classifications.confirm(actor, made.id, seen=made.digest, tree=tree())


def accepted(here: Scene) -> str:
    """Hand in a document that somebody else accepts; return its id."""
    stated = Stated(kind="document", of=fresh("it is mended"), conclusion=None)
    draft = SubmissionDraft(system=SYSTEM, data=b"mended", name="mended.txt", stated=(stated,), expires_at=LATER)
    made = here.record.evidence.submit(here.team.add(fresh("engineer"), Role.ENGINEER), draft)
    here.record.evidence.accept(here.team.add(fresh("reviewer"), Role.REVIEWER), made.evidence)
    return made.evidence


def close_action(here: Scene) -> Attempt:
    """Say what showed that it is mended."""
    engineer = here.team.add(fresh("engineer"), Role.ENGINEER)
    made = here.record.actions.raise_(engineer, _action(here), FRAMEWORK)
    evidence = accepted(here)
    return lambda actor: here.record.actions.close(actor, made.id, evidence=evidence)


ACTS: Final = {
    "assignments.assign": Act(roles=may("reviewer", "approver"), prepare=assign),
    "classifications.record": Act(roles=may("engineer", "reviewer"), prepare=classify),
    "classifications.confirm": Act(roles=may("reviewer", "approver"), prepare=confirm, by_token=False),
    "waivers.ask": Act(roles=may("reviewer"), prepare=waive, by_token=False),
    "ratings.rate": Act(roles=may("reviewer"), prepare=rate),
    "ratings.rate_all": Act(roles=may("reviewer"), prepare=rate_all),
    "actions.raise_": Act(roles=may("engineer", "reviewer", "approver", "auditor"), prepare=raise_action),
    "actions.close": Act(roles=may("reviewer"), prepare=close_action),
}
READING: Final = frozenset(
    {
        *("waivers.waivers", "waivers.in_force", "waivers.in_force_by_system"),
        *("ratings.ratings", "ratings.history", "ratings.overdue"),
        "assignments.assignments",
        *("actions.action", "actions.actions", "actions.overdue"),
        *("register.status", "register.statuses", "register.overdue", "register.overdue_by_system"),
        *("register.duties", "register.obligations"),
        *("classifications.classification", "classifications.classifications"),
    }
)
COMMANDS: Final = {
    "act classify": "classifications.record",
    "act submit": "evidence.submit",
    "act assign": "assignments.assign",
    "act confirm": "classifications.confirm",
    "risks assess": "ratings.rate",
    "risks import": "ratings.rate_all",
    "controls attest": "evidence.submit",
    "controls waive": "waivers.ask",
    "actions open": "actions.raise_",
    "actions close": "actions.close",
}
OTHER_COMMANDS: Final = frozenset({"act form", "act status", "risks portfolio", "controls waivers", "actions list"})
