"""Registered policies: who fixed what and when, for which system, and its end."""

import pytest

from assay.kernel import ForbiddenError, InputError, MissingError
from governance.access import Role
from governance.gate import Policy
from governance.verifier import LedgerVerdict, verify_store
from tests.governance.gate.samples import POLICY
from tests.governance.people.teams import OWNER, begin_team
from tests.governance.samples import Place, on_both_stores

RELEASE = Policy.parse(POLICY)
EASED = Policy.parse(POLICY.replace("0.7", "0.6"))


@on_both_stores
def test_a_reviewer_registers_and_withdraws_and_the_ledger_verifies(place: Place) -> None:
    """Registration and end are entries; the rows are bound to them."""
    team = begin_team(place)
    reviewer, author = team.add("rita", Role.REVIEWER), team.add("eve", Role.ENGINEER)

    made = team.record.policies.register(RELEASE, reviewer, system="default", author=author.id)
    size = team.size
    team.wait(days=1)
    ended = team.record.policies.withdraw(made.id, reviewer, reason="a better one")

    assert (made.registered_by, made.author, made.role) == (reviewer.id, author.id, "reviewer")
    assert (ended.seq, ended.withdrawn_by) == (made.seq, reviewer.id)
    assert ended.withdrawn_at is not None
    assert team.record.policies.registered("default") == (ended,)
    assert team.record.policies.registered("default", as_of=size) == (made,)
    assert team.record.policies.registered("default", as_of=made.seq) == ()
    assert "a better one" not in str([entry.body for entry in team.record.entries(first=made.seq)])
    found = verify_store(place.file(), vkey=place.vkey, trusted=[team.record.checkpoint().note])
    assert found.verdict is LedgerVerdict.OK, found.findings


def test_the_same_policy_is_registered_once_until_it_is_withdrawn(place: Place) -> None:
    """A second time changes nothing; after its end it counts from then on."""
    record = place.open()

    first, again = (record.policies.register(RELEASE, OWNER, system="default") for _ in range(2))
    record.policies.withdraw(first.id, OWNER, reason="old")
    anew = record.policies.register(RELEASE, OWNER, system="default")

    assert again == first
    assert anew.id != first.id
    assert anew.registered_at > first.registered_at
    assert [one.id for one in record.policies.registered(None)] == [first.id, anew.id]


def test_a_registration_is_for_one_system_or_for_all(place: Place) -> None:
    """What is for all is shown for each; what is for another is not."""
    record = place.open()
    of_all = record.policies.register(RELEASE, OWNER, system="*")
    of_shop = record.policies.register(EASED, OWNER, system="shop")

    assert record.policies.registered("shop") == (of_all, of_shop)
    assert record.policies.registered("desk") == (of_all,)
    assert record.policies.registered(None, name="release") == (of_all, of_shop)
    assert record.policies.registered(None, name="none") == ()
    assert (of_shop.covers("shop"), of_shop.covers("desk"), of_all.covers("desk")) == (True, False, True)


def test_a_right_on_one_system_registers_for_no_other(place: Place) -> None:
    """A reviewer of one system fixes nothing for another one or for all; an engineer nothing at all."""
    team = begin_team(place)
    reviewer, engineer = team.add("rita", Role.REVIEWER, system="shop"), team.add("eve", Role.ENGINEER)
    team.record.policies.register(RELEASE, reviewer, system="shop")

    for actor, system in ((reviewer, "desk"), (reviewer, "*"), (engineer, "default"), (team.admin, "default")):
        with pytest.raises(ForbiddenError):
            team.record.policies.register(EASED, actor, system=system)


def test_wrong_turns_are_refused(place: Place) -> None:
    """An author whom nobody knows, an end without a reason, of nothing, or twice."""
    record = place.open()
    made = record.policies.register(RELEASE, OWNER, system="default")

    with pytest.raises(MissingError, match="no person 'person-9'"):
        record.policies.register(EASED, OWNER, system="default", author="person-9")
    with pytest.raises(InputError, match="needs a reason"):
        record.policies.withdraw(made.id, OWNER, reason=" ")
    with pytest.raises(MissingError, match="no registered policy"):
        record.policies.withdraw("policy-9", OWNER, reason="old")
    record.policies.withdraw(made.id, OWNER, reason="old")
    with pytest.raises(MissingError, match="withdrawn before"):
        record.policies.withdraw(made.id, OWNER, reason="old")


def test_what_is_registered_is_the_document_that_the_digest_covers(place: Place) -> None:
    """Whoever asks later reads what was fixed, word for word, and may compute its digest."""
    record = place.open()
    made = record.policies.register(RELEASE, OWNER, system="default")

    (row,) = place.sql("SELECT document, digest FROM gate_policy")
    assert row == (made.document, RELEASE.digest)
    assert '"at_least":"0.7"' in made.document
