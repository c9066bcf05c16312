"""The team: how it begins, what an admin can and cannot do, and where names are kept."""

import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from assay.kernel import ForbiddenError, InputError, MissingError
from governance.access import Role
from governance.ledger import Actor
from governance.people import LOCAL_ISSUER, LONGEST_DAYS, Identity, Person, PersonKind, PersonStatus, SignIn
from governance.retention import ErasureDraft, ErasureGround, ErasureSubject
from governance.verifier import LedgerVerdict, verify_store
from tests.governance.people.teams import ISSUER, LATER, OWNER, START, Team, begin_team, first_identity
from tests.governance.samples import Place, on_both_stores


def test_the_first_person_is_admin_and_makes_the_store_a_teams(place: Place) -> None:
    """The owner of before has no right any more."""
    record = place.open()
    assert not record.people.is_team()
    first = record.people.add(first_identity(), OWNER, until=LATER)
    assert record.people.is_team()
    assert [(one.person, one.role, one.system) for one in record.people.grants()] == [(first.id, Role.ADMIN, "*")]
    with pytest.raises(ForbiddenError, match="people:manage"):
        record.people.add(Identity(name="Eve"), OWNER)


@pytest.mark.parametrize(
    ("identity", "kind"),
    [
        (Identity(name="No Way In"), PersonKind.HUMAN),
        (Identity(name="ci"), PersonKind.SERVICE),
    ],
)
def test_the_first_person_must_be_able_to_sign_in(place: Place, identity: Identity, kind: PersonKind) -> None:
    """Otherwise nobody could ever act for the store again."""
    record = place.open()
    with pytest.raises(InputError, match="first person"):
        record.people.add(identity, OWNER, kind=kind, until=LATER)
    with pytest.raises(InputError, match="a role needs an end"):
        record.people.add(first_identity(), OWNER)
    assert not record.people.is_team()


def erase(team: Team, person: Person) -> None:
    """Erase who somebody is."""
    draft = ErasureDraft(
        subject_type=ErasureSubject.PERSON,
        subject=person.id,
        ground=ErasureGround.REQUEST,
        places={"ledger": 1},
        withheld={},
        payloads=(person.seq,),
    )
    reviewer = team.add("ruth", Role.REVIEWER, system="*")
    team.record.retention.erase(reviewer, draft, system=None)


@on_both_stores
def test_names_and_sign_ins_are_in_payloads_alone(place: Place) -> None:
    """No entry and no state row holds them; the proofs hold, and a person whose payload is gone is shown as erased."""
    team = begin_team(place)
    eve = team.add("Eve Canary")
    bodies = b"".join(entry.body for entry in team.record.entries())
    rows = json.dumps(place.sql("SELECT * FROM person"))
    for secret in ("Eve Canary", "Ada", "ada@example.org", "ada@h", ISSUER):
        assert secret.encode() not in bodies
        assert secret not in rows
    newest = team.record.people.person(eve.id)
    assert newest.identity == Identity(name="Eve Canary", sign_ins=(SignIn(issuer=ISSUER, subject="Eve Canary"),))
    erase(team, newest)
    assert team.record.people.person(eve.id).identity is None
    assert team.record.people.find(SignIn(issuer=ISSUER, subject="Eve Canary")) is None
    note = team.record.checkpoint().note
    assert verify_store(place.file(), vkey=place.vkey, trusted=[note]).verdict is LedgerVerdict.OK


def test_what_is_printed_of_a_person_by_accident_names_nobody(place: Place) -> None:
    """A traceback or a log line shows ids."""
    team = begin_team(place)
    (ada,) = team.record.people.persons()
    assert "Ada" not in repr(ada)
    assert "ada@" not in repr(ada)


def test_somebody_is_found_by_sign_in_until_they_are_disabled(place: Place) -> None:
    """Both halves of a sign-in count."""
    team = begin_team(place)
    eve = team.add("eve")
    found = team.record.people.find(SignIn(issuer=ISSUER, subject="eve"))
    assert found is not None
    assert found.id == eve.id
    assert team.record.people.find(SignIn(issuer="https://other.example.org", subject="eve")) is None
    team.record.people.change(eve.id, team.admin, status=PersonStatus.DISABLED)
    assert team.record.people.find(SignIn(issuer=ISSUER, subject="eve")) is None


def test_a_sign_in_belongs_to_one_person(place: Place) -> None:
    """Neither adding nor changing somebody takes another's, and a disabled person keeps theirs."""
    team = begin_team(place)
    eve, bob = team.add("eve"), team.add("bob")
    team.record.people.change(eve.id, team.admin, status=PersonStatus.DISABLED)
    taken = Identity(name="Mallory", sign_ins=(SignIn(issuer=ISSUER, subject="eve"),))
    with pytest.raises(InputError, match="somebody else has this sign-in"):
        team.record.people.add(taken, team.admin)
    with pytest.raises(InputError, match="somebody else has this sign-in"):
        team.record.people.change(bob.id, team.admin, identity=taken)


def test_an_email_address_belongs_to_one_person(place: Place) -> None:
    """Whoever asks by one account does not approve by another; case and Unicode form make no other address."""
    team = begin_team(place)
    eve = team.add("eve")
    for email in ("ada@example.org", "Ada@Example.ORG", "\uff41da@example.org"):
        twin = Identity(name="Ada", email=email, sign_ins=(SignIn(issuer=ISSUER, subject="ada-2"),))
        with pytest.raises(InputError, match="somebody else has this e-mail address"):
            team.record.people.add(twin, team.admin)
        with pytest.raises(InputError, match="somebody else has this e-mail address"):
            team.record.people.change(eve.id, team.admin, identity=twin)


def test_a_change_says_what_changed_and_not_how(place: Place) -> None:
    """A new sign-in of somebody shows in the ledger: it is how an admin could become them."""
    team = begin_team(place)
    eve = team.add("eve")
    identity = Identity(name="Eve", sign_ins=(SignIn(issuer=ISSUER, subject="eve-2"),))
    team.record.people.change(eve.id, team.admin, identity=identity)
    entry = team.record.entries(first=team.size - 1)[0]
    assert (entry.action, entry.subject.id, entry.subject.version) == ("person.changed", eve.id, 2)
    assert entry.details["changed"] == ["name", "sign_ins"]
    size = team.size
    team.record.people.change(eve.id, team.admin, identity=identity)
    assert team.size == size


def test_nobody_grants_themselves_a_role(place: Place) -> None:
    """An admin who could would be an approver in two steps; nor can they prolong their own role."""
    team = begin_team(place)
    for role in (Role.ADMIN, Role.ENGINEER, Role.APPROVER):
        with pytest.raises(ForbiddenError, match="nobody grants themselves"):
            team.record.people.grant(team.admin.id, role, "*", team.admin, until=LATER)


@pytest.mark.parametrize(
    ("first", "second"),
    [(Role.ADMIN, Role.REVIEWER), (Role.ADMIN, Role.APPROVER), (Role.REVIEWER, Role.ADMIN)],
)
def test_who_manages_people_does_not_approve(place: Place, first: Role, second: Role) -> None:
    """On different systems neither; once the first role has ended or was revoked, the second may be given."""
    team = begin_team(place)
    eve = team.add("eve", first, system="one")
    with pytest.raises(ForbiddenError, match="does not approve"):
        team.record.people.grant(eve.id, second, "two", team.admin, until=LATER)
    team.record.people.revoke(eve.id, first, "one", team.admin)
    assert team.record.people.grant(eve.id, second, "two", team.admin, until=LATER).role is second


@pytest.mark.parametrize(
    "act",
    [
        lambda team: team.record.people.change(team.admin.id, team.admin, status=PersonStatus.DISABLED),
        lambda team: team.record.people.revoke(team.admin.id, Role.ADMIN, "*", team.admin),
    ],
    ids=["disable", "revoke"],
)
def test_the_last_admin_stays(place: Place, act: Callable[[Team], object]) -> None:
    """An admin of one system, or one who is disabled, does not count; another one of the whole store does."""
    team = begin_team(place)
    team.add("one", Role.ADMIN, system="default")
    disabled = team.add("two", Role.ADMIN, system="*")
    team.record.people.change(disabled.id, team.admin, status=PersonStatus.DISABLED)
    size = team.size
    with pytest.raises(ForbiddenError, match="last admin"):
        act(team)
    assert team.size == size
    team.record.people.change(disabled.id, team.admin, status=PersonStatus.ACTIVE)
    act(team)
    assert team.size > size


def test_an_admin_of_one_system_grants_roles_on_that_system_alone(place: Place) -> None:
    """Neither on another, nor on all, nor can they add people."""
    team = begin_team(place)
    local = team.add("lea", Role.ADMIN, system="default")
    eve = team.add("eve")
    assert team.record.people.grant(eve.id, Role.ENGINEER, "default", local, until=LATER).system == "default"
    for system in ("another", "*"):
        with pytest.raises(ForbiddenError):
            team.record.people.grant(eve.id, Role.ENGINEER, system, local, until=LATER)
    with pytest.raises(ForbiddenError):
        team.record.people.add(Identity(name="Bob"), local)


def test_roles_fit_the_kind_of_account(place: Place) -> None:
    """A service account has one role, which no human has; nobody is given the owner's."""
    team = begin_team(place)
    service, eve = team.add("ci", kind=PersonKind.SERVICE), team.add("eve")
    for person, role in ((service, Role.APPROVER), (service, Role.ENGINEER), (eve, Role.SERVICE)):
        with pytest.raises(InputError, match="cannot have the role"):
            team.record.people.grant(person.id, role, "default", team.admin, until=LATER)
    with pytest.raises(InputError, match="owner is the one user"):
        team.record.people.grant(eve.id, Role.OWNER, "default", team.admin, until=LATER)
    sign_in = Identity(name="ci", sign_ins=(SignIn(issuer=LOCAL_ISSUER, subject="ci@h"),))
    with pytest.raises(InputError, match="no sign-in"):
        team.record.people.change(service.id, team.admin, identity=sign_in)


@pytest.mark.parametrize("span", [timedelta(0), timedelta(days=-1), timedelta(days=LONGEST_DAYS, seconds=1)])
def test_a_role_ends_within_a_year_and_a_day(place: Place, span: timedelta) -> None:
    """Neither in the past nor beyond."""
    team = begin_team(place)
    eve = team.add("eve")
    with pytest.raises(InputError, match="the end is"):
        team.record.people.grant(eve.id, Role.VIEWER, "default", team.admin, until=START + span)
    longest = START + timedelta(days=LONGEST_DAYS)
    assert (
        team.record.people.grant(eve.id, Role.VIEWER, "default", team.admin, until=longest).state("2026") == "granted"
    )


def test_what_is_not_there_is_named(place: Place) -> None:
    """A wrong person, a role that is not held, a system that is none."""
    team = begin_team(place)
    eve = team.add("eve")
    with pytest.raises(MissingError, match="no person 'person-1'"):
        team.record.people.grant("person-1", Role.VIEWER, "default", team.admin, until=LATER)
    with pytest.raises(MissingError, match="does not have the role"):
        team.record.people.revoke(eve.id, Role.VIEWER, "default", team.admin)
    with pytest.raises(InputError, match="no system's id"):
        team.record.people.grant(eve.id, Role.VIEWER, "a b", team.admin, until=LATER)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[0m", "\u202eevil", "x" * 301])
def test_a_name_is_one_line_that_people_can_see(name: str) -> None:
    """What would steer a terminal, or fill a page, is refused; the message does not repeat it."""
    with pytest.raises(InputError, match="visible characters"):
        Identity(name=name)


def test_a_name_and_a_sign_in_must_be_some() -> None:
    """Addresses have an @; issuers are `local` or an address."""
    with pytest.raises(InputError, match="no @"):
        Identity(name="A", email="nobody")
    with pytest.raises(InputError, match="is no issuer"):
        SignIn(issuer="ftp://x", subject="a")
    with pytest.raises(InputError, match="named twice"):
        Identity(name="A", sign_ins=(SignIn(issuer="local", subject="a"),) * 2)


def test_every_act_is_an_entry_by_its_actor_in_their_role(place: Place) -> None:
    """The owner begins the team, the admin goes on."""
    team = begin_team(place)
    eve = team.add("eve", Role.VIEWER)
    team.record.people.revoke(eve.id, Role.VIEWER, "default", dataclasses.replace(team.admin, role="viewer"))
    told = [(one.action, one.actor.id == team.admin.id, one.actor.role) for one in team.record.entries(first=1)]
    assert told == [
        ("person.added", False, "owner"),
        ("role.granted", False, "owner"),
        ("person.added", True, "admin"),
        ("role.granted", True, "admin"),
        ("role.revoked", True, "admin"),
    ]


def test_nobody_but_an_admin_changes_people(place: Place) -> None:
    """A stranger is refused, whatever role they claim."""
    team = begin_team(place)
    claimed = Actor(id="person-x", role="admin")
    with pytest.raises(ForbiddenError, match="one of these roles: admin"):
        team.record.people.change(team.admin.id, claimed, status=PersonStatus.DISABLED)
