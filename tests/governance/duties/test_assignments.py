"""Who sees to a duty: a version each time, points of an article, what is overdue, and what a gate is told."""

from datetime import timedelta

import pytest

import risks
from assay.kernel import ForbiddenError, InputError, MissingError
from governance.access import Role
from governance.duties import Assignment, AssignmentDraft, Beside, DutyShown, duty_statuses, overdue
from governance.duties._assignments import assigned
from governance.ledger import Actor
from risks.act import duties, tree
from tests.governance.classifications.test_classifications import high_risk
from tests.governance.duties.test_duties import document, owed
from tests.governance.people.teams import Team, begin_team
from tests.governance.samples import Place, on_both_stores
from tests.governance.status.samples import MOMENT, days_ago
from tests.risks.act.systems import classified


def given_to(duty: str, due: str) -> Assignment:
    """Return an assignment."""
    return Assignment(
        system="default", duty=duty, seq=1, owner="person-1", due=due, assigner="person-2", recorded_at=days_ago(9)
    )


def assign(team: Team, actor: Actor, duty: str, *, days: int = 30, owner: str = "") -> Assignment:
    """Assign a duty of the default system."""
    due = (team.clock.now() + timedelta(days=days)).date().isoformat()
    draft = AssignmentDraft(system="default", duty=duty, owner=owner or actor.id, due=due)
    return team.record.assignments.assign(actor, draft, duties())


def test_the_nearest_assignment_holds() -> None:
    """The point's own, else its paragraph's, else its article's; another article's never."""
    known = [given_to(one, "2027-01-01") for one in ("Article 9", "Article 9(2)", "Article 9(2)(a)", "Article 4")]
    found = [
        held.duty if (held := assigned(one, known)) else None
        for one in ("Article 9(2)(a)", "Article 9(2)(b)", "Article 9(5)(a)", "Article 4a(1)(a)", "Article 13(3)(b)(i)")
    ]
    assert found == ["Article 9(2)(a)", "Article 9(2)", "Article 9", None, None]


def test_a_duty_is_overdue_while_its_evidence_is_open() -> None:
    """Neither on its day, nor when its evidence is complete."""
    duty = next(one.duty for one in owed().duties if one.duty.id == "Article 17(1)(m)")
    yesterday, today = days_ago(1)[:10], days_ago(0)[:10]
    late = Beside(assignments=[given_to(duty.id, yesterday)])
    assert overdue(duty_statuses(owed(), duties(), [], MOMENT, late)) == (duty.id,)
    assert overdue(duty_statuses(owed(), duties(), [], MOMENT, Beside(assignments=[given_to(duty.id, today)]))) == ()
    whole = [document(kind) for kind in duty.evidence]
    done = duty_statuses(owed(), duties(), whole, MOMENT, late)
    assert overdue(done) == ()
    (status,) = [one for one in done if one.found.duty.id == duty.id]
    assert (status.shown, status.assignment) == (DutyShown.COMPLETE, late.assignments[0])


@on_both_stores
def test_the_newest_word_counts(place: Place) -> None:
    """Who sees to it now, and until when; what was said before stays in the ledger."""
    team = begin_team(place)
    reviewer, engineer = team.add("reviewer", Role.REVIEWER), team.add("engineer", Role.ENGINEER)
    assign(team, reviewer, "Article 27", days=10)
    newest = assign(team, reviewer, "Article 27", days=20, owner=engineer.id)
    other = assign(team, reviewer, "Article 4", days=5)
    assert team.record.assignments.assignments("default") == (other, newest)
    assert (newest.owner, newest.assigner) == (engineer.id, reviewer.id)
    assert team.record.assignments.assignments("elsewhere") == ()
    team.record.close()


def test_what_cannot_be_assigned_is_refused(place: Place) -> None:
    """A duty that there is not, a stranger, a day that is over or none, somebody without the right."""
    team = begin_team(place)
    reviewer, engineer = team.add("reviewer", Role.REVIEWER), team.add("engineer", Role.ENGINEER)
    before = team.size
    for duty in ("Article 99", "Article 27(9)", "Article", ""):
        with pytest.raises(MissingError):
            assign(team, reviewer, duty)
    with pytest.raises(MissingError):
        assign(team, reviewer, "Article 27", owner="person-nobody")
    with pytest.raises(InputError):
        assign(team, reviewer, "Article 27", days=-1)
    with pytest.raises(ForbiddenError):
        assign(team, engineer, "Article 27")
    assert team.size == before
    team.record.close()


def test_a_gate_is_told_what_is_overdue(place: Place) -> None:
    """Long before the law's day, as soon as the assigned one is over."""
    team = begin_team(place)
    engineer, reviewer = team.add("engineer", Role.ENGINEER), team.add("reviewer", Role.REVIEWER)
    made = team.record.classifications.record(engineer, "default", classified(high_risk()))
    team.record.classifications.confirm(reviewer, made.id, seen=made.digest, tree=tree())
    assign(team, reviewer, "Article 17(1)(m)", days=3)

    def told() -> tuple[str, ...]:
        return team.record.register.obligations("default", risks.framework(), duties(), tree()).overdue_duties

    assert told() == ()
    team.wait(days=4)
    assert told() == ("Article 17(1)(m)",)
    shown = team.record.register.duties("default", duties(), tree(), on=team.clock.now().date())
    (status,) = [one for one in shown.duties if one.is_overdue]
    assert not status.is_due
    assert status.assignment is not None
    team.record.close()
