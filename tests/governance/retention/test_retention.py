"""Holds and erasures in the record, on both databases."""

from dataclasses import replace
from functools import partial

import pytest

from assay.kernel import ForbiddenError, InputError, MissingError
from governance.access import Role
from governance.people import SignIn
from governance.record import Record
from governance.retention import ErasureDraft, ErasureGround, ErasureSubject, Hold, HoldScope, retention_classes
from tests.governance.people.teams import ISSUER, OWNER, begin_team
from tests.governance.racing import at_once
from tests.governance.samples import Place, on_both_stores

DRAFT = ErasureDraft(
    subject_type=ErasureSubject.TEXT,
    subject="text-1",
    ground=ErasureGround.REQUEST,
    places={"rows": 2},
    withheld={"rows": 1},
    payloads=(),
)


def held(record: Record, reason: str = "court file 12/26") -> Hold:
    """Place a hold on a run."""
    return record.retention.place_hold(OWNER, HoldScope.RUN, "run-1", reason=reason)


@on_both_stores
def test_a_payload_goes_with_the_entry_that_says_so(place: Place) -> None:
    """The reason is gone, the entry that committed to it stays, and the erasure names it."""
    record = place.open()
    hold = held(record)
    seqs = record.retention.payloads_with(lambda payload: payload == {"reason": "court file 12/26"})
    assert len(seqs) == 1
    made = record.retention.erase(OWNER, replace(DRAFT, payloads=seqs), system=None)
    assert place.sql("SELECT count(*) FROM ledger_payload") == [(0,)]
    assert record.retention.holds() == (replace(hold, reason=None),)
    entry = record.entries(first=made.seq)[0]
    assert (entry.action, entry.details["payloads"]) == ("erasure.performed", list(seqs))
    assert record.retention.erasures() == (made,)


@on_both_stores
def test_who_somebody_is_can_go(place: Place) -> None:
    """Name and sign-ins of a person; the person stays a pseudonym."""
    team = begin_team(place)
    eve = team.add("eve", Role.REVIEWER, system="*")
    payloads = team.record.retention.payloads_of_person(eve.id)
    assert len(payloads) == 1
    eraser = replace(eve)
    draft = replace(DRAFT, subject_type=ErasureSubject.PERSON, subject=eve.id, payloads=payloads)
    team.record.retention.erase(eraser, draft, system=None)
    assert team.record.people.person(eve.id).identity is None
    assert team.record.retention.payloads_of_person(eve.id) == ()


def test_a_hold_is_lifted_once(place: Place) -> None:
    """Both versions stay; the newest counts."""
    record = place.open()
    hold = held(record)
    record.retention.lift_hold(OWNER, hold.id, reason="file closed")
    (found,) = record.retention.holds()
    assert (found.lifted_at is None, found.reason) == (False, "file closed")
    assert place.sql("SELECT count(*) FROM legal_hold") == [(2,)]
    with pytest.raises(MissingError, match="no hold"):
        record.retention.lift_hold(OWNER, hold.id, reason="again")


@pytest.mark.parametrize(
    ("scope_type", "scope", "reason"),
    [(HoldScope.RUN, "", "why"), (HoldScope.ALL, "run-1", "why"), (HoldScope.RUN, "run-1", "  ")],
)
def test_a_hold_that_makes_no_sense_is_refused(place: Place, scope_type: HoldScope, scope: str, reason: str) -> None:
    """A scope where one is needed, none where all is held, and a reason."""
    with pytest.raises(InputError):
        place.open().retention.place_hold(OWNER, scope_type, scope, reason=reason)


def test_an_engineer_erases_nothing(place: Place) -> None:
    """Neither the right is there, nor is anything written."""
    team = begin_team(place)
    engineer = team.add("engineer", Role.ENGINEER)
    size = team.size
    with pytest.raises(ForbiddenError):
        team.record.retention.check_right_to_erase(engineer, system="default")
    with pytest.raises(ForbiddenError):
        team.record.retention.erase(engineer, DRAFT, system="default")
    assert team.size == size


@on_both_stores
def test_an_erasure_says_until_when_copies_hold_it(place: Place) -> None:
    """The latest end of a recorded copy; where one has no end, nobody can say."""
    record = place.open()
    assert record.retention.erase(OWNER, DRAFT, system=None).backups_until is None
    copied(place, "b1", "2026-05-01")
    copied(place, "b2", "2026-03-01")
    assert record.retention.erase(OWNER, DRAFT, system=None).backups_until == "2026-05-01"
    copied(place, "b3", None)
    assert record.retention.erase(OWNER, DRAFT, system=None).backups_until is None


def copied(place: Place, name: str, until: str | None) -> None:
    """Say behind the record's back that a copy was made."""
    end = "NULL" if until is None else f"'{until}'"
    place.sql(f"INSERT INTO store_backup VALUES ('{name}', 0, 'sha256:0', 1, {end}, '2026-01-01')")  # noqa: S608  our own


def test_every_class_names_its_ground() -> None:
    """Logs at least six months, the technical file ten years."""
    days = {one.id: one.least_days for one in retention_classes()}
    assert (days["logs"], days["technical_file"]) == (184, 3653)
    assert all(one.articles and one.ground and one.begins for one in retention_classes())


def test_a_hold_keeps_payloads_however_they_are_reached(place: Place) -> None:
    """A person's name is looked for as a text, too: neither goes, and nothing is recorded."""
    team = begin_team(place)
    eve = team.add("eve", Role.REVIEWER, system="*")
    hold = team.record.retention.place_hold(eve, HoldScope.PERSON, eve.id, reason="court file 12/26")
    found = team.record.retention.payloads_of_person(eve.id)
    assert team.record.retention.held_payloads() == frozenset(found)
    size = team.size
    with pytest.raises(ForbiddenError, match="a hold keeps"):
        team.record.retention.erase(eve, replace(DRAFT, payloads=found), system=None)
    assert (team.size, team.record.retention.payloads_of_person(eve.id)) == (size, found)
    team.record.retention.lift_hold(eve, hold.id, reason="closed")
    team.record.retention.erase(eve, replace(DRAFT, payloads=found), system=None)
    assert team.record.retention.payloads_of_person(eve.id) == ()


def test_a_right_on_one_system_erases_no_payload(place: Place) -> None:
    """They belong to none: it would reach who anybody is."""
    team = begin_team(place)
    eve = team.add("eve", Role.REVIEWER)
    with pytest.raises(InputError, match="whole store"):
        team.record.retention.erase(eve, replace(DRAFT, payloads=(1,)), system="default")
    assert team.record.people.person(team.admin.id).identity is not None


def test_whose_sign_ins_are_erased_is_signed_out(place: Place) -> None:
    """A session would outlive what it was begun by."""
    team = begin_team(place)
    eve = team.add("eve", Role.REVIEWER, system="*")
    sign_in = SignIn(issuer=ISSUER, subject="eve")
    begun = team.record.sessions.begin(sign_in, authenticated_at=team.clock.at)
    payloads = team.record.retention.payloads_of_person(eve.id)
    team.record.retention.erase(eve, replace(DRAFT, payloads=payloads), system=None)
    with pytest.raises(ForbiddenError, match="has ended"):
        team.record.sessions.actor_of(begun.secret)


def test_a_hold_that_two_lift_at_once_is_lifted_once(place: Place) -> None:
    """Both saw it in force; the second finds that it is not."""
    records = [place.open(), place.open()]
    hold = held(records[0])
    acts = [partial(one.retention.lift_hold, OWNER, hold.id, reason="closed") for one in records]
    assert sorted(at_once(place, acts)) == ["MissingError", "done"]
    assert place.sql("SELECT count(*) FROM legal_hold") == [(2,)]
