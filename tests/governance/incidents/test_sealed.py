"""Rows of alerts and incidents that an entry of another kind, or about another one, sealed are found."""

from collections.abc import Callable

import pytest

from governance._change import Change, StateRow
from governance.access import Permission
from governance.alerts import AlertDraft, AlertKind
from governance.incidents import Incident
from governance.incidents._rows import cells_of
from governance.ledger import Action, Subject
from governance.store import IncidentRow
from governance.verifier import LedgerVerdict, verify_store
from tests.governance.people.teams import OWNER
from tests.governance.samples import Place


def of_another(change: Change, incident: Incident) -> None:
    """Close an incident with an entry about another one."""
    subject = Subject(type="incident", id="incident-0", version=2, digest=None)
    change.record(Action.INCIDENT_CLOSED, subject, [StateRow(IncidentRow, cells_of(incident))])


def of_another_kind(change: Change, incident: Incident) -> None:
    """Close an incident with the entry of an alert."""
    subject = Subject(type="incident", id=incident.id, version=2, digest=None)
    change.record(Action.COMMENT_MADE, subject, [StateRow(IncidentRow, cells_of(incident))])


def without_a_row(change: Change, incident: Incident) -> None:
    """Say that an incident was closed, and write nothing."""
    subject = Subject(type="incident", id=incident.id, version=2, digest=None)
    change.record(Action.INCIDENT_CLOSED, subject, [])


@pytest.mark.parametrize("forge", [of_another, of_another_kind, without_a_row])
def test_an_entry_and_its_row_are_about_the_same_thing(place: Place, forge: Callable[[Change, Incident], None]) -> None:
    """Each is a valid entry with valid digests, and is found by what it means."""
    record = place.open()
    record.alerts.raise_(OWNER, AlertDraft(kind=AlertKind.MODEL_GONE, system="default", subject="models:/m/1"))
    incident = record.incidents.begin(OWNER, "default", comment="it lied")
    good = verify_store(place.store, vkey=record.vkey, trusted=(record.checkpoint().note,))
    with record._door.change(OWNER, Permission.OPEN_INCIDENT, "default") as change:
        forge(change, incident)
    bad = verify_store(place.store, vkey=record.vkey, trusted=(record.checkpoint().note,))
    assert (good.verdict, bad.verdict) == (LedgerVerdict.OK, LedgerVerdict.TAMPERED)
