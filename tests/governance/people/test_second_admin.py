"""An admin who could sign in as somebody does not make them one who approves, nor one who manages people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from assay.kernel import ForbiddenError, InputError, format_time
from governance.access import Role
from governance.approvals import ApprovalDraft, ApprovalPurpose
from governance.ledger import Actor
from governance.people import Identity, SignIn
from tests.governance.people.teams import ISSUER, LATER, Team, begin_team
from tests.governance.samples import Place

DIGEST = "sha256:" + "7" * 64
PUPPET = (SignIn(issuer=ISSUER, subject="the admin's second account"),)


def old_team(place: Place) -> Team:
    """Return a team whose first day is over."""
    team = begin_team(place)
    team.wait(hours=24)
    return team


def held(team: Team, person: Actor) -> Sequence[Role]:
    """Return the roles of somebody that were not taken back."""
    return [one.role for one in team.record.people.grants(person.id) if one.revoked_at is None]


def let_approve(team: Team, requester: Actor, approver: Actor) -> None:
    """Ask as one and approve as the other, who is signed in."""
    draft = ApprovalDraft(
        purpose=ApprovalPurpose.RESTORE, system="default", subject_type="backup", subject="b", subject_digest=DIGEST
    )
    request = team.record.approvals.request(requester, draft)
    signed_in = replace(approver, method="oidc", authenticated_at=format_time(team.clock.at))
    team.record.approvals.approve(signed_in, request.id, seen=DIGEST)


def test_the_only_admin_waits_a_day_for_an_approver_of_their_making(place: Place) -> None:
    """Until then the role shows and does not count, and another end does not make it count sooner."""
    team = old_team(place)
    engineer, puppet = team.add("engineer", Role.ENGINEER), team.add("puppet", Role.APPROVER)
    team.record.people.grant(puppet.id, Role.APPROVER, "default", team.admin, until=LATER - timedelta(days=1))
    with pytest.raises(ForbiddenError, match="needs one of these roles"):
        let_approve(team, engineer, puppet)
    team.wait(hours=24)
    let_approve(team, engineer, puppet)


def test_a_role_that_would_end_before_it_counts_is_refused(place: Place) -> None:
    """It would never have held."""
    team = old_team(place)
    puppet = team.add("puppet")
    with pytest.raises(InputError, match="would end before"):
        team.record.people.grant(puppet.id, Role.REVIEWER, "*", team.admin, until=team.clock.at + timedelta(hours=24))


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.APPROVER, Role.ADMIN])
@pytest.mark.parametrize("system", ["*", "default"])
def test_with_two_admins_who_added_somebody_does_not_let_them_decide(place: Place, role: Role, system: str) -> None:
    """The other one does, and their grant counts at once; roles that decide nothing take one admin."""
    team = begin_team(place)
    second = team.add("second", Role.ADMIN, system="*")
    team.wait(hours=24)
    puppet = team.add("puppet", Role.ENGINEER, Role.AUDITOR)
    with pytest.raises(ForbiddenError, match="another admin grants"):
        team.record.people.grant(puppet.id, role, system, team.admin, until=LATER)
    given = team.record.people.grant(puppet.id, role, system, second, until=LATER)
    assert given.valid_from == format_time(team.clock.at)


def test_a_second_admin_does_not_set_up_the_team_alone(place: Place) -> None:
    """The first day is the first admin's."""
    team = begin_team(place)
    second = team.add("second", Role.ADMIN, system="*")
    puppet = team.record.people.add(Identity(name="puppet", sign_ins=PUPPET), second)
    with pytest.raises(ForbiddenError, match="another admin grants"):
        team.record.people.grant(puppet.id, Role.APPROVER, "default", second, until=LATER)


def test_whom_an_admin_gives_a_sign_in_approves_nothing_any_more(place: Place) -> None:
    """Their own roles that decide go and a lent one does; what decides nothing stays; each is an entry."""
    team = begin_team(place)
    eve, lender = team.add("eve", Role.REVIEWER, Role.VIEWER), team.add("lender", Role.APPROVER)
    lender = replace(lender, method="oidc", authenticated_at=format_time(team.clock.at))
    team.record.delegations.delegate(lender, eve.id, Role.APPROVER, "default", until=LATER)
    team.wait(hours=24)
    size = team.size
    team.record.people.change(eve.id, team.admin, identity=Identity(name="eve", sign_ins=PUPPET))
    told = [entry.action for entry in team.record.entries(first=size)]
    assert told == ["person.changed", "role.revoked", "role.revoked"]
    assert held(team, eve) == [Role.VIEWER]
    team.record.people.grant(eve.id, Role.REVIEWER, "default", team.admin, until=LATER)
    engineer = team.add("engineer", Role.ENGINEER)
    with pytest.raises(ForbiddenError, match="needs one of these roles"):
        let_approve(team, engineer, eve)


def test_an_admin_does_not_become_the_other_admin(place: Place) -> None:
    """Else one of them would be two; whoever was given a sign-in once stays theirs, whatever another adds later."""
    team = begin_team(place)
    second, third = (team.add(name, Role.ADMIN, system="*") for name in ("second", "third"))
    team.wait(hours=24)
    team.record.people.change(second.id, team.admin, identity=Identity(name="second", sign_ins=PUPPET))
    assert held(team, second) == []
    more = (*PUPPET, SignIn(issuer=ISSUER, subject="second-2"))
    team.record.people.change(second.id, third, identity=Identity(name="second", sign_ins=more))
    team.record.people.revoke(third.id, Role.ADMIN, "*", team.admin)
    again = team.record.people.grant(second.id, Role.ADMIN, "*", team.admin, until=LATER)
    assert again.valid_from == format_time(team.clock.at + timedelta(hours=24))


def test_a_sign_in_less_another_name_and_ones_own_sign_in_take_no_role(place: Place) -> None:
    """Nobody can sign in as somebody by these who could not before."""
    team = begin_team(place)
    eve = team.add("eve", Role.REVIEWER)
    team.wait(hours=24)
    for identity in (replace(_identity(team, eve), name="Eve"), Identity(name="Eve")):
        team.record.people.change(eve.id, team.admin, identity=identity)
    team.record.people.change(team.admin.id, team.admin, identity=Identity(name="Ada", sign_ins=PUPPET))
    assert (held(team, eve), held(team, team.admin)) == ([Role.REVIEWER], [Role.ADMIN])


def _identity(team: Team, person: Actor) -> Identity:
    found = team.record.people.person(person.id).identity
    assert found is not None
    return found
