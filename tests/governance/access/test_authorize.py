"""Who may do what: roles, systems, ends, delegation, tokens and ways in, decided by the store alone."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import ForbiddenError, InputError, format_time
from governance._change import StateRow
from governance.access import (
    APPROVING_ROLES,
    NEVER_BY_TOKEN,
    ROLE_PERMISSIONS,
    Permission,
    Role,
    _standing,
    roles_that_give,
)
from governance.ledger import Action, Actor, Subject
from governance.people import PersonStatus
from governance.store import RoleGrantRow
from tests.governance.people.teams import LATER, START, Team, begin_team
from tests.governance.samples import Place, on_both_stores

HUMAN_ROLES = [role for role in Role if role not in {Role.OWNER, Role.SERVICE}]


def way_in(actor: Actor, permission: Permission) -> Actor:
    """Return the actor by the way in that the permission asks for."""
    return dataclasses.replace(actor, method="oidc") if permission in ROLE_PERMISSIONS[Role.APPROVER] else actor


def may(team: Team, actor: Actor, permission: Permission, system: str | None = "default") -> bool:
    """Whether it is allowed."""
    try:
        team.record.people.allowed(actor, permission, system)
    except ForbiddenError:
        return False
    return True


def delegate(team: Team, giver: Actor, taker: Actor, role: Role, system: str = "default") -> None:
    """Write a delegated role, as a service for it does."""
    cells = {
        "role_grant": f"grant-{giver.id}-{taker.id}",
        "person": taker.id,
        "role": role.value,
        "system": system,
        "valid_from": format_time(START),
        "valid_until": format_time(LATER),
        "delegated_by": giver.id,
    }
    with team.record.people._door.change(team.admin, Permission.MANAGE_PEOPLE, None) as change:
        subject = Subject(type="role_grant", id=cells["role_grant"], version=1, digest=None)
        change.record(Action.ROLE_DELEGATED, subject, [StateRow(RoleGrantRow, cells)])


@on_both_stores
def test_each_role_gives_its_permissions_and_no_more(place: Place) -> None:
    """On its own system a role gives what the table says; on another and on the whole store nothing."""
    team = begin_team(place)
    for role in HUMAN_ROLES:
        actor = team.add(role.value, role)
        for permission in Permission:
            with_session = way_in(actor, permission)
            assert may(team, with_session, permission) == (permission in ROLE_PERMISSIONS[role]), (role, permission)
            assert not may(team, with_session, permission, "another")
            assert not may(team, with_session, permission, None)


def test_a_role_on_all_systems_holds_on_each_and_on_the_whole_store(place: Place) -> None:
    """What nobody can tie to one system takes a role on all."""
    team = begin_team(place)
    actor = team.add("eve", Role.ENGINEER, system="*")
    assert all(may(team, actor, Permission.RECORD_CARD, system) for system in ("default", "another", None))


def test_the_actor_comes_back_in_the_role_that_let_them_in(place: Place) -> None:
    """What the caller says of their role counts for nothing."""
    team = begin_team(place)
    actor = dataclasses.replace(team.add("eve", Role.ENGINEER), role="admin")
    assert team.record.people.allowed(actor, Permission.INGEST_RUN, "default").role == "engineer"


def test_nobody_and_strangers_have_no_right(place: Place) -> None:
    """In a team the owner of before is a stranger."""
    team = begin_team(place)
    with pytest.raises(InputError, match="nobody is named"):
        team.record.people.allowed(Actor(id=""), Permission.READ_RECORD, "default")
    assert not may(team, Actor(id="p-1", role="owner"), Permission.READ_RECORD)
    assert not may(team, dataclasses.replace(team.admin, method="magic"), Permission.VERIFY_RECORD, None)


def test_an_ended_role_is_no_role(place: Place) -> None:
    """It counts until just before its end."""
    team = begin_team(place)
    actor = team.add("eve", Role.ENGINEER)
    team.clock.at = LATER.replace(microsecond=0) - START.resolution
    assert may(team, actor, Permission.INGEST_RUN)
    team.clock.at = LATER
    assert not may(team, actor, Permission.INGEST_RUN)


def test_a_revoked_role_is_no_role_until_it_is_granted_again(place: Place) -> None:
    """The newest version counts."""
    team = begin_team(place)
    actor = team.add("eve", Role.ENGINEER)
    team.record.people.revoke(actor.id, Role.ENGINEER, "default", team.admin)
    assert not may(team, actor, Permission.INGEST_RUN)
    team.record.people.grant(actor.id, Role.ENGINEER, "default", team.admin, until=LATER)
    assert may(team, actor, Permission.INGEST_RUN)


def test_somebody_who_is_disabled_is_nobody(place: Place) -> None:
    """Their roles stay and count for nothing until they are enabled."""
    team = begin_team(place)
    actor = team.add("eve", Role.ENGINEER)
    team.record.people.change(actor.id, team.admin, status=PersonStatus.DISABLED)
    assert not may(team, actor, Permission.READ_RECORD)
    team.record.people.change(actor.id, team.admin, status=PersonStatus.ACTIVE)
    assert may(team, actor, Permission.READ_RECORD)


@pytest.mark.parametrize("loss", ["none", "revoked", "disabled", "ended", "other_role", "other_system"])
def test_a_delegated_role_counts_while_the_delegators_own_does(place: Place, loss: str) -> None:
    """It is lent, not given."""
    team = begin_team(place)
    own = Role.AUDITOR if loss == "other_role" else Role.APPROVER
    giver = team.add("gina", own, system="another" if loss == "other_system" else "default")
    taker = team.add("tom", Role.VIEWER)
    delegate(team, giver, taker, Role.APPROVER)
    if loss == "revoked":
        team.record.people.revoke(giver.id, Role.APPROVER, "default", team.admin)
    if loss == "disabled":
        team.record.people.change(giver.id, team.admin, status=PersonStatus.DISABLED)
    if loss == "ended":
        team.clock.at = LATER
    signed_in = dataclasses.replace(taker, method="oidc")
    assert may(team, signed_in, Permission.GIVE_APPROVAL) == (loss == "none")


def test_a_lent_role_cannot_be_lent_on(place: Place) -> None:
    """Only a role that an admin granted carries a delegation."""
    team = begin_team(place)
    first, second, third = team.add("a", Role.APPROVER), team.add("b"), team.add("c")
    delegate(team, first, second, Role.APPROVER)
    delegate(team, second, third, Role.APPROVER)
    assert may(team, dataclasses.replace(second, method="oidc"), Permission.GIVE_APPROVAL)
    assert not may(team, dataclasses.replace(third, method="oidc"), Permission.GIVE_APPROVAL)


def test_approving_takes_a_signed_in_session(place: Place) -> None:
    """An account of the machine is not enough, whoever it belongs to."""
    team = begin_team(place)
    actor = team.add("ruth", Role.REVIEWER)
    with pytest.raises(ForbiddenError, match="only in a signed-in session"):
        team.record.people.allowed(actor, Permission.GIVE_APPROVAL, "default")
    assert may(team, dataclasses.replace(actor, method="oidc"), Permission.GIVE_APPROVAL)


def test_a_token_is_narrowed_by_its_scopes_and_its_system(place: Place) -> None:
    """Roles, scopes and system must all give it; without scopes a token gives nothing."""
    team = begin_team(place)
    actor = team.add("eve", Role.ENGINEER, system="*")
    scopes = frozenset({Permission.INGEST_RUN.value, Permission.GIVE_APPROVAL.value, Permission.ERASE_DATA.value})
    token = dataclasses.replace(actor, method="token", scopes=scopes, system="default")
    assert may(team, token, Permission.INGEST_RUN)
    assert not may(team, token, Permission.INGEST_RUN, "another")
    assert not may(team, token, Permission.INGEST_RUN, None)
    assert not may(team, token, Permission.READ_RECORD)
    assert not may(team, token, Permission.ERASE_DATA)  # in the scopes, and no engineer may
    assert not may(team, dataclasses.replace(token, scopes=None), Permission.INGEST_RUN)


def test_what_no_token_may_do_it_may_not_with_every_role_and_scope(place: Place) -> None:
    """Approving, people, keys, breaking glass and restoring take a person."""
    team = begin_team(place)
    scopes = frozenset(permission.value for permission in Permission)
    actors = [team.admin, team.add("r", Role.REVIEWER, system="*"), team.add("e", Role.ENGINEER, system="*")]
    for permission in NEVER_BY_TOKEN:
        for actor in actors:
            token = dataclasses.replace(actor, method="token", scopes=scopes)
            with pytest.raises(ForbiddenError, match="no token may do"):
                team.record.people.allowed(token, permission, None)


def test_an_admin_cannot_approve_and_approvers_cannot_administer() -> None:
    """The table itself keeps them apart."""
    managing = {Permission.MANAGE_PEOPLE, Permission.MANAGE_TOKENS, Permission.MANAGE_KEYS}
    assert Permission.GIVE_APPROVAL not in ROLE_PERMISSIONS[Role.ADMIN]
    assert {Role.REVIEWER, Role.APPROVER} == APPROVING_ROLES
    assert all(not managing & ROLE_PERMISSIONS[role] for role in APPROVING_ROLES)
    assert Permission.GIVE_APPROVAL in NEVER_BY_TOKEN


def test_a_refusal_says_which_roles_may_and_names_nobody(place: Place) -> None:
    """Whoever is refused learns whom to be, not whom to attack."""
    team = begin_team(place)
    stranger = team.add("eve", Role.VIEWER)
    team.add("ruth", Role.REVIEWER)
    with pytest.raises(ForbiddenError) as caught:
        team.record.people.allowed(stranger, Permission.ERASE_DATA, "default")
    assert "data:erase on the system 'default' needs one of these roles: reviewer" in caught.value.message
    assert "person-" not in caught.value.message + caught.value.hint


def test_a_team_whose_last_admin_ran_out_gets_them_back(place: Place) -> None:
    """Where nobody is admin any more, one whose role merely ended may take it up again, and nobody else."""
    team = begin_team(place)
    eve, gone = team.add("eve", Role.ENGINEER), team.add("bob", Role.ADMIN, system="*")
    team.record.people.revoke(gone.id, Role.ADMIN, "*", team.admin)
    team.clock.at = LATER
    assert not may(team, eve, Permission.MANAGE_PEOPLE, None)
    assert not may(team, gone, Permission.MANAGE_PEOPLE, None)
    assert not may(team, team.admin, Permission.BACK_UP_STORE, None)
    again = LATER.replace(year=LATER.year + 1)
    team.record.people.grant(team.admin.id, Role.ADMIN, "*", team.admin, until=again)
    assert may(team, team.admin, Permission.BACK_UP_STORE, None)
    with pytest.raises(ForbiddenError, match="nobody grants themselves"):
        team.record.people.grant(team.admin.id, Role.ADMIN, "*", team.admin, until=again)


@given(permission=st.sampled_from(list(Permission)))
def test_every_permission_belongs_to_a_role_of_a_team(permission: Permission) -> None:
    """A permission that nobody can have is a command that nobody can use."""
    assert roles_that_give(permission)


def test_the_question_is_answered_along_indexes(place: Place) -> None:
    """However many people and grants there are, none is looked at but those that matter."""
    team = begin_team(place)
    question = str(_standing._WANTED.compile(compile_kwargs={"literal_binds": False})).replace(":who", "'x'")
    steps = [str(row[3]) for row in place.sql(f"EXPLAIN QUERY PLAN {question}")]
    assert steps
    assert [step for step in steps if step.startswith("SCAN")] == []
    assert team.size == 3


def test_an_ended_admin_stays_out_while_there_is_another(place: Place) -> None:
    """The way back is for a team without any."""
    team = begin_team(place)
    other = team.add("bob")
    team.record.people.grant(other.id, Role.ADMIN, "*", team.admin, until=LATER + timedelta(days=9))
    team.clock.at = LATER
    assert not may(team, team.admin, Permission.MANAGE_PEOPLE, None)
    assert may(team, other, Permission.MANAGE_PEOPLE, None)
