"""Alerts: raised once, settled by people with words, and told apart by what they are about."""

from dataclasses import replace
from functools import partial

import pytest

from assay.kernel import ForbiddenError, InputError, MissingError
from governance.access import Role
from governance.alerts import AlertDraft, AlertKind, AlertState
from governance.people import PersonKind
from governance.verifier import LedgerVerdict, verify_store
from tests.governance.people.teams import OWNER, begin_team
from tests.governance.racing import at_once
from tests.governance.samples import Place, on_both_stores

DRAFT = AlertDraft(
    kind=AlertKind.ALIAS_MOVED,
    system="default",
    subject="models:/helpdesk@champion",
    details={"expected": "3", "found": "4"},
)


@on_both_stores
def test_the_same_trouble_is_raised_once_until_it_is_closed(place: Place) -> None:
    """Noticed again it is the same alert; after it was closed it is another one."""
    record = place.open()
    first = record.alerts.raise_(OWNER, DRAFT)
    assert record.alerts.raise_(OWNER, DRAFT) == first
    known = record.alerts.acknowledge(OWNER, first.id, comment="a rollback by the night shift")
    assert record.alerts.raise_(OWNER, DRAFT) == known
    record.alerts.close(OWNER, first.id, comment="moved back")
    again = record.alerts.raise_(OWNER, DRAFT)
    assert again.id != first.id
    assert record.alerts.alerts() == (again,)
    assert [one.state for one in record.alerts.alerts(with_closed=True)] == [AlertState.RAISED, AlertState.CLOSED]


@on_both_stores
def test_two_who_notice_at_once_raise_one_alert(place: Place) -> None:
    """The question whether it stands is asked in the change itself."""
    records = [place.open(), place.open()]
    assert at_once(place, [partial(one.alerts.raise_, OWNER, DRAFT) for one in records]) == ["done", "done"]
    assert len(records[0].alerts.alerts()) == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(DRAFT, kind=AlertKind.MODEL_GONE),
        replace(DRAFT, system="shop"),
        replace(DRAFT, subject="models:/helpdesk@challenger"),
        replace(DRAFT, details={"expected": "3", "found": "5"}),
    ],
)
def test_another_trouble_is_another_alert(place: Place, other: AlertDraft) -> None:
    """Kind, system, subject and facts each tell one from the other."""
    record = place.open()
    record.alerts.raise_(OWNER, DRAFT)
    record.alerts.raise_(OWNER, other)
    assert len(record.alerts.alerts()) == 2
    assert len({DRAFT.fingerprint, other.fingerprint}) == 2


def test_an_alert_is_settled_in_words_and_in_order(place: Place) -> None:
    """No comment, twice the same, and after the end: each is refused and leaves nothing."""
    record = place.open()
    alert = record.alerts.raise_(OWNER, DRAFT)
    with pytest.raises(InputError, match="with a comment"):
        record.alerts.close(OWNER, alert.id, comment="  ")
    record.alerts.acknowledge(OWNER, alert.id, comment="seen")
    with pytest.raises(InputError, match="is acknowledged"):
        record.alerts.acknowledge(OWNER, alert.id, comment="seen")
    record.alerts.close(OWNER, alert.id, comment="over")
    for settle in (record.alerts.acknowledge, record.alerts.close):
        with pytest.raises(InputError, match="is closed"):
            settle(OWNER, alert.id, comment="again")
    with pytest.raises(MissingError, match="no alert"):
        record.alerts.alert("alert-0")


def test_what_people_write_is_not_in_the_rows_and_the_ledger_holds(place: Place) -> None:
    """The comment is payload; the store verifies."""
    record = place.open()
    alert = record.alerts.raise_(OWNER, DRAFT)
    assert record.alerts.close(OWNER, alert.id, comment="asked Nora Nilsen").comment == "asked Nora Nilsen"
    cells = place.sql("SELECT * FROM alert")
    assert "Nora" not in repr(cells)
    assert b"Nora" not in b"".join(one.body for one in record.entries())
    assert verify_store(place.store, vkey=record.vkey, trusted=(record.checkpoint().note,)).verdict is LedgerVerdict.OK


def test_a_token_of_a_program_raises_and_settles_nothing(place: Place) -> None:
    """A service account has no words."""
    team = begin_team(place)
    service = replace(
        team.add("ci", Role.SERVICE, kind=PersonKind.SERVICE),
        method="token",
        scopes=frozenset({"alert:raise", "alert:close"}),
    )
    alert = team.record.alerts.raise_(service, DRAFT)
    with pytest.raises(ForbiddenError):
        team.record.alerts.close(service, alert.id, comment="fine")
