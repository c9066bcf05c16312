"""Sessions: who is signed in, for how long, and what ends it."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest

from assay.kernel import ForbiddenError, format_time
from governance.people import BegunSession, Identity, PersonStatus, SessionLimits, SignIn
from tests.governance.people.teams import ISSUER, START, Team, begin_team
from tests.governance.samples import Place, on_both_stores

EVE = SignIn(issuer=ISSUER, subject="eve")


def signed_in(place: Place) -> tuple[Team, BegunSession]:
    """Return a team in which Eve has a session."""
    team = begin_team(place)
    team.add("eve")
    return team, team.record.sessions.begin(EVE, authenticated_at=START)


@on_both_stores
def test_somebody_who_signs_in_acts_as_themselves(place: Place) -> None:
    """Method and time of proof come with them; the store holds no secret; the ledger hears nothing."""
    team, session = signed_in(place)
    actor = team.record.sessions.actor_of(session.secret)
    assert actor == session.actor
    assert (actor.method, actor.authenticated_at) == ("oidc", format_time(START))
    assert session.secret not in repr(session)
    assert session.secret not in str(place.sql("SELECT * FROM session"))
    assert team.record.entries(first=team.size - 1)[0].action == "person.added"


def test_strangers_and_disabled_people_do_not_sign_in(place: Place) -> None:
    """An identity provider says who somebody is, the record says whether they belong here."""
    team, _ = signed_in(place)
    person = team.record.people.find(EVE)
    assert person is not None
    team.record.people.change(person.id, team.admin, status=PersonStatus.DISABLED)
    for sign_in in (EVE, SignIn(issuer=ISSUER, subject="mallory")):
        with pytest.raises(ForbiddenError, match="belongs to nobody here"):
            team.record.sessions.begin(sign_in, authenticated_at=START)


def disable(team: Team, session: BegunSession) -> None:
    """Disable the person, and enable them again: the session stays ended."""
    for status in (PersonStatus.DISABLED, PersonStatus.ACTIVE):
        team.record.people.change(session.actor.id, team.admin, status=status)


def change_sign_in(team: Team, session: BegunSession) -> None:
    """Give the person another sign-in."""
    identity = Identity(name="eve", sign_ins=(SignIn(issuer=ISSUER, subject="eve-2"),))
    team.record.people.change(session.actor.id, team.admin, identity=identity)


ENDS: dict[str, Callable[[Team, BegunSession], object]] = {
    "idle": lambda team, _: team.wait(minutes=30, seconds=1),
    "signed out": lambda team, session: team.record.sessions.end(session.secret),
    "ended for the person": lambda team, session: team.record.sessions.end_all(session.actor.id),
    "disabled": disable,
    "another sign-in": change_sign_in,
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_a_session_that_has_ended_is_refused_without_saying_why(
    place: Place, end: Callable[[Team, BegunSession], object]
) -> None:
    """However it ended, and for a secret that never was one."""
    team, session = signed_in(place)
    end(team, session)
    for secret in (session.secret, "unknown", ""):
        with pytest.raises(ForbiddenError, match=r"^this session has ended$"):
            team.record.sessions.actor_of(secret)


def test_use_keeps_a_session_until_it_is_old(place: Place) -> None:
    """Every use puts the idle end off, and none the absolute one; the time of proof stays."""
    team, session = signed_in(place)
    for _ in range(12 * 3):
        team.wait(minutes=20)
        assert team.record.sessions.actor_of(session.secret).authenticated_at == format_time(START)
    team.wait(seconds=1)
    with pytest.raises(ForbiddenError, match="this session has ended"):
        team.record.sessions.actor_of(session.secret)


def test_limits_are_the_teams_to_choose(place: Place) -> None:
    """Shorter ones end it earlier."""
    team, session = signed_in(place)
    strict = dataclasses.replace(team.record.sessions, limits=SessionLimits(idle=timedelta(minutes=5)))
    team.wait(minutes=6)
    assert team.record.sessions.actor_of(session.secret) == session.actor
    team.wait(minutes=6)
    with pytest.raises(ForbiddenError, match="this session has ended"):
        strict.actor_of(session.secret)


def test_proof_from_the_future_counts_as_now(place: Place) -> None:
    """A provider whose clock runs ahead does not make an approval fresh for longer."""
    team, _ = signed_in(place)
    begun = team.record.sessions.begin(EVE, authenticated_at=START + timedelta(hours=1))
    assert begun.actor.authenticated_at == format_time(START)


def test_other_sessions_of_a_person_go_on(place: Place) -> None:
    """Signing out in one browser is not signing out in another."""
    team, session = signed_in(place)
    other = team.record.sessions.begin(EVE, authenticated_at=START)
    team.record.sessions.end(other.secret)
    assert team.record.sessions.actor_of(session.secret).id == other.actor.id


@on_both_stores
def test_a_sign_in_has_one_session_and_every_page_resumes_it(place: Place) -> None:
    """A page that is loaded anew goes on where it was; the use puts the idle end off."""
    team = begin_team(place)
    team.add("eve")
    first = team.record.sessions.resume_or_begin(EVE, authenticated_at=START)
    for _ in range(3):
        team.wait(minutes=20)
        assert team.record.sessions.resume_or_begin(EVE, authenticated_at=START) == first
    assert place.sql("SELECT count(*) FROM session") == [(1,)]
    assert (first.method, first.authenticated_at) == ("oidc", format_time(START))


SIGN_IN_ENDS: dict[str, Callable[[Team, str], object]] = {
    "idle": lambda team, _: team.wait(minutes=30, seconds=1),
    "signed out": lambda team, _: team.record.sessions.end_sign_in(EVE, authenticated_at=START),
    "ended for the person": lambda team, person: team.record.sessions.end_all(person),
    "old": lambda team, _: team.wait(hours=12, seconds=1),
}


@pytest.mark.parametrize("end", SIGN_IN_ENDS.values(), ids=SIGN_IN_ENDS.keys())
def test_nothing_revives_the_session_of_a_sign_in(place: Place, end: Callable[[Team, str], object]) -> None:
    """The provider's cookie outlives our session; only another sign-in begins another one."""
    team = begin_team(place)
    person = team.add("eve").id
    team.record.sessions.resume_or_begin(EVE, authenticated_at=START)
    end(team, person)
    for _ in range(2):
        with pytest.raises(ForbiddenError, match=r"^this session has ended$"):
            team.record.sessions.resume_or_begin(EVE, authenticated_at=START)
    again = team.record.sessions.resume_or_begin(EVE, authenticated_at=team.clock.now() + timedelta(seconds=1))
    assert again.id == person


def test_an_old_sign_in_begins_no_session(place: Place) -> None:
    """A cookie that was not used for a day is no proof."""
    team = begin_team(place)
    team.add("eve")
    with pytest.raises(ForbiddenError, match="this session has ended"):
        team.record.sessions.resume_or_begin(EVE, authenticated_at=START - timedelta(hours=12, seconds=1))


def test_the_name_of_a_sign_ins_session_is_no_secret_that_opens_it(place: Place) -> None:
    """Whoever knows what the name is made of cannot use it as a browser's secret."""
    team = begin_team(place)
    team.add("eve")
    team.record.sessions.resume_or_begin(EVE, authenticated_at=START)
    ((key,),) = place.sql("SELECT session FROM session")
    for secret in (key, key.removeprefix("sign-in:"), f'["{ISSUER}","eve","{format_time(START)}"]'):
        with pytest.raises(ForbiddenError, match="this session has ended"):
            team.record.sessions.actor_of(secret)


def test_somebody_who_was_disabled_or_is_unknown_resumes_nothing(place: Place) -> None:
    """The record says who belongs here, at every page."""
    team = begin_team(place)
    person = team.add("eve").id
    team.record.sessions.resume_or_begin(EVE, authenticated_at=START)
    team.record.people.change(person, team.admin, status=PersonStatus.DISABLED)
    for sign_in in (EVE, SignIn(issuer=ISSUER, subject="mallory")):
        with pytest.raises(ForbiddenError, match="belongs to nobody here"):
            team.record.sessions.resume_or_begin(sign_in, authenticated_at=START)
