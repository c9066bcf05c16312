"""Tokens: what they may be given, who they act for, when they end, and what is kept of them."""

import hashlib
from collections.abc import Callable

import pytest

from assay.kernel import ForbiddenError, InputError, MissingError
from governance.access import NEVER_BY_TOKEN, Permission, Role
from governance.people import IssuedToken, PersonKind, PersonStatus
from governance.verifier import LedgerVerdict, verify_store
from tests.governance.people.teams import LATER, Team, begin_team
from tests.governance.samples import Place, on_both_stores

INGEST = frozenset({Permission.INGEST_RUN})


def issue(team: Team, system: str = "default") -> IssuedToken:
    """Issue a token of a service account that may ingest runs."""
    person = team.add("ci", Role.SERVICE, kind=PersonKind.SERVICE, system=system)
    return team.record.tokens.issue(person.id, INGEST, system, team.admin, until=LATER)


@on_both_stores
def test_a_token_acts_for_its_person_within_its_scopes(place: Place) -> None:
    """It comes back with person, scopes and system, and may do what they give."""
    team = begin_team(place)
    issued = issue(team)
    actor = team.record.tokens.actor_of(issued.secret)
    assert (actor.id, actor.method, actor.system) == (issued.token.person, "token", "default")
    assert actor.scopes == frozenset({"run:ingest"})
    assert team.record.people.allowed(actor, Permission.INGEST_RUN, "default").role == "service"
    with pytest.raises(ForbiddenError, match="does not allow"):
        team.record.people.allowed(actor, Permission.RECORD_DECISION, "default")


@on_both_stores
def test_the_store_keeps_the_digest_alone(place: Place) -> None:
    """256 random bits behind a prefix, of which nothing is in store, ledger or printed value."""
    team = begin_team(place)
    issued = issue(team)
    random = issued.secret.removeprefix("assay_")
    assert len(random) == 43
    assert issued.secret not in repr(issued)
    ((digest,),) = place.sql("SELECT secret_digest FROM token")
    assert digest == hashlib.sha256(issued.secret.encode()).hexdigest()
    assert random.encode() not in place.file().read_bytes()
    note = team.record.checkpoint().note
    assert verify_store(place.file(), vkey=place.vkey, trusted=[note]).verdict is LedgerVerdict.OK


def revoke(team: Team, issued: IssuedToken) -> None:
    """Take the token back."""
    team.record.tokens.revoke(issued.token.id, team.admin)


def disable(team: Team, issued: IssuedToken) -> None:
    """Disable its person."""
    team.record.people.change(issued.token.person, team.admin, status=PersonStatus.DISABLED)


def wait(team: Team, issued: IssuedToken) -> None:
    """Let it end."""
    assert issued.token.state("2026") == "valid"
    team.clock.at = LATER


@pytest.mark.parametrize("end", [revoke, disable, wait])
def test_a_token_that_is_no_good_is_refused_without_saying_why(
    place: Place, end: Callable[[Team, IssuedToken], None]
) -> None:
    """Unknown, revoked, ended or its person disabled: one message."""
    team = begin_team(place)
    issued = issue(team)
    end(team, issued)
    messages = set()
    for secret in (issued.secret, "assay_unknown", "", "\udcff"):
        with pytest.raises(ForbiddenError) as caught:
            team.record.tokens.actor_of(secret)
        messages.add((caught.value.message, caught.value.hint))
    assert len(messages) == 1


def test_a_token_loses_what_its_person_loses(place: Place) -> None:
    """It is still a token, and its person's role is gone."""
    team = begin_team(place)
    issued = issue(team)
    team.record.people.revoke(issued.token.person, Role.SERVICE, "default", team.admin)
    actor = team.record.tokens.actor_of(issued.secret)
    with pytest.raises(ForbiddenError, match="needs one of these roles"):
        team.record.people.allowed(actor, Permission.INGEST_RUN, "default")


def test_a_token_gets_no_more_than_its_person_has(place: Place) -> None:
    """Not on another system, not on all, not what no token may, not nothing."""
    team = begin_team(place)
    eve = team.add("eve", Role.ENGINEER)
    tokens = team.record.tokens
    for scopes, system in ((INGEST, "another"), (INGEST, "*"), ({Permission.ERASE_DATA}, "default")):
        with pytest.raises(ForbiddenError, match="do not give"):
            tokens.issue(eve.id, scopes, system, team.admin, until=LATER)
    for never in NEVER_BY_TOKEN:
        with pytest.raises(ForbiddenError, match="no token may do"):
            tokens.issue(eve.id, {never}, "default", team.admin, until=LATER)
    with pytest.raises(InputError, match="without a scope"):
        tokens.issue(eve.id, set(), "default", team.admin, until=LATER)
    with pytest.raises(ForbiddenError, match="tokens:manage"):
        tokens.issue(eve.id, INGEST, "default", eve, until=LATER)


def test_a_token_is_revoked_once(place: Place) -> None:
    """An unknown or revoked one is named; both versions are in the ledger."""
    team = begin_team(place)
    issued = issue(team)
    team.wait(seconds=1)
    revoked = team.record.tokens.revoke(issued.token.id, team.admin)
    assert revoked.state("2026") == "revoked"
    assert [one.state("2026") for one in team.record.tokens.tokens()] == ["revoked"]
    for token in (issued.token.id, "token-x"):
        with pytest.raises(MissingError, match=r"was revoked before|no token"):
            team.record.tokens.revoke(token, team.admin)


def test_the_last_use_is_noted_at_most_once_a_minute(place: Place) -> None:
    """Using a token is no record, and a busy one does not write all the time."""
    team = begin_team(place)
    issued, uses = issue(team), []
    size = team.size
    for _ in range(4):
        team.record.tokens.actor_of(issued.secret)
        uses.append(team.record.tokens.tokens()[0].used_at)
        team.wait(seconds=25)
    assert uses[0] == uses[1] == uses[2] != uses[3]
    assert team.size == size
