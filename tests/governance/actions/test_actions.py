"""Corrective actions: raised by many, closed with evidence, by somebody else than their owner."""

import dataclasses

import pytest

import risks
from assay.kernel import ForbiddenError, InputError, MissingError
from governance.access import Role
from governance.actions import ActionDraft, ActionState
from governance.evidence import Stated, SubmissionDraft
from tests.governance.people.teams import LATER, Team, begin_team
from tests.governance.samples import Place, on_both_stores

FRAMEWORK = risks.framework()
DRAFT = ActionDraft(system="default", what="tell Eve Example", owner="person-1", due="2026-02-01", risk="9.8")


def evidence(team: Team, *, accepted: bool = True, system: str = "default") -> str:
    """Hand in a document; return its id."""
    stated = Stated(kind="document", of=f"it is mended in {system}", conclusion=None)
    draft = SubmissionDraft(system=system, data=b"mended", name="mended.txt", stated=(stated,), expires_at=LATER)
    made = team.record.evidence.submit(team.add(f"submitter-{system}", Role.ENGINEER, system=system), draft)
    if accepted:
        team.record.evidence.accept(team.add(f"accepter-{system}", Role.REVIEWER, system=system), made.evidence)
    return made.evidence


@on_both_stores
def test_an_action_is_open_until_evidence_closes_it(place: Place) -> None:
    """An auditor may raise one; what it says is kept where it can be erased."""
    team = begin_team(place)
    made = team.record.actions.raise_(team.add("auditor", Role.AUDITOR), DRAFT, FRAMEWORK)
    assert (made.state, made.what) == (ActionState.OPEN, "tell Eve Example")
    closed = team.record.actions.close(team.add("reviewer", Role.REVIEWER), made.id, evidence=evidence(team))
    assert closed == team.record.actions.action(made.id)
    assert (closed.state, closed.risk, closed.what) == (ActionState.CLOSED, "9.8", "tell Eve Example")
    assert b"Eve Example" not in b"".join(one.body for one in team.record.entries(limit=1000))
    with pytest.raises(InputError, match="was closed on 2026-01-02"):
        team.record.actions.close(team.add("another", Role.REVIEWER), made.id, evidence=str(closed.evidence))
    team.record.close()


def test_an_action_is_not_closed_by_its_owner_nor_without_evidence_that_counts(place: Place) -> None:
    """Evidence of strangers, of another system, and what nobody accepted show nothing."""
    team = begin_team(place)
    reviewer = team.add("reviewer", Role.REVIEWER)
    mine = team.record.actions.raise_(reviewer, dataclasses.replace(DRAFT, owner=reviewer.id), FRAMEWORK)
    with pytest.raises(ForbiddenError, match="its owner"):
        team.record.actions.close(reviewer, mine.id, evidence=evidence(team))
    other = team.record.actions.raise_(reviewer, DRAFT, FRAMEWORK)
    for wrong in ("evidence-0", evidence(team, system="another")):
        with pytest.raises(MissingError, match="no evidence"):
            team.record.actions.close(reviewer, other.id, evidence=wrong)
    team.record.close()


def test_evidence_that_nobody_accepted_closes_nothing(place: Place) -> None:
    """It waits."""
    team = begin_team(place)
    reviewer = team.add("reviewer", Role.REVIEWER)
    made = team.record.actions.raise_(reviewer, DRAFT, FRAMEWORK)
    with pytest.raises(InputError, match="is submitted: it shows nothing yet"):
        team.record.actions.close(reviewer, made.id, evidence=evidence(team, accepted=False))
    team.record.close()


def test_open_actions_come_first_by_their_day_and_late_ones_are_overdue(place: Place) -> None:
    """An overdue action blocks the next release."""
    team = begin_team(place)
    engineer = team.add("engineer", Role.ENGINEER)
    late = team.record.actions.raise_(engineer, dataclasses.replace(DRAFT, due="2026-03-01", what="b"), FRAMEWORK)
    soon = team.record.actions.raise_(engineer, dataclasses.replace(DRAFT, what="a"), FRAMEWORK)
    assert [one.id for one in team.record.actions.actions(system="default")] == [soon.id, late.id]
    team.wait(days=31)
    assert [one.id for one in team.record.actions.overdue("default")] == [soon.id]
    assert [one.what for one in team.record.register.overdue("default")] == [f"action:{soon.id}"]
    team.record.close()


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"risk": "99.9"}, MissingError, "no risk"),
        ({"control": "DASF 99"}, MissingError, "no control"),
        ({"what": " "}, InputError, "needs words"),
        ({"due": "2026-01-01"}, InputError, "from 2026-01-02 on"),
        ({"due": "1.2.2026"}, InputError, "expected a date"),
    ],
)
def test_an_action_that_cannot_be_is_refused(
    place: Place, changes: dict[str, object], error: type[Exception], words: str
) -> None:
    """Before anything is written."""
    team = begin_team(place)
    engineer, draft = team.add("engineer", Role.ENGINEER), dataclasses.replace(DRAFT, **changes)  # type: ignore[arg-type]
    before = team.size
    with pytest.raises(error, match=words):
        team.record.actions.raise_(engineer, draft, FRAMEWORK)
    assert team.size == before
    team.record.close()
