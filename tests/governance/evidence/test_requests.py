"""Requests for evidence: of whom, what, by when, and what meets them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from assay.kernel import AssayError
from governance.access import Role
from governance.evidence import Conclusion, RequestDraft, RequestState, Stated
from governance.record import Record
from tests.governance.evidence.documents import document
from tests.governance.people.teams import LATER, begin_team
from tests.governance.samples import ME, Place, on_both_stores

DUE = datetime(2026, 2, 1, tzinfo=UTC)
ASKED = RequestDraft(system="default", kind="document", of="incident plan", person=ME.id, due_at=DUE, comment="soon")


def state(record: Record) -> RequestState:
    """Return the state of the one request."""
    (found,) = record.evidence.requests()
    return found.state


@on_both_stores
def test_a_request_is_met_by_what_was_accepted_after_it(place: Place) -> None:
    """Step by step: asked, handed in, accepted, returned."""
    record = place.open()
    made = record.evidence.request(ME, ASKED)
    assert record.evidence.requests(system="default") == (made,)
    assert record.evidence.requests(system="another") == ()
    handed_in = record.evidence.submit(ME, document())
    assert state(record) is RequestState.SUBMITTED
    record.evidence.accept(ME, handed_in.evidence)
    assert state(record) is RequestState.MET
    assert record.evidence.requests()[0].answered_by == handed_in.evidence
    record.evidence.return_(ME, handed_in.evidence, comment="it is a draft")
    assert state(record) is RequestState.OPEN


def test_what_was_there_before_meets_nothing(place: Place) -> None:
    """Whoever asks wants something new; nor does another kind, name or system."""
    record = place.open()
    record.evidence.accept(ME, record.evidence.submit(ME, document()).evidence)
    record.evidence.request(ME, ASKED)
    other = Stated(kind="document", of="another plan", conclusion=Conclusion.SATISFIED)
    signed = Stated(kind="attestation", of="incident plan", conclusion=Conclusion.SATISFIED)
    for change in ({"stated": (other,)}, {"stated": (signed,)}, {"system": "shop"}):
        made = record.evidence.submit(ME, document(**change))
        record.evidence.accept(ME, made.evidence)
    assert state(record) is RequestState.OPEN


def test_a_day_that_passed_makes_it_overdue_until_it_is_met(place: Place) -> None:
    """Also where something was handed in that nobody accepted."""
    record = place.open()
    record.evidence.request(ME, ASKED)
    record.close()
    later = place.open(seconds=int(timedelta(days=60).total_seconds()))
    assert state(later) is RequestState.OVERDUE
    made = later.evidence.submit(ME, document())
    assert state(later) is RequestState.OVERDUE
    later.evidence.accept(ME, made.evidence)
    assert state(later) is RequestState.MET


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        (replace(ASKED, due_at=datetime(2025, 1, 1, tzinfo=UTC)), "is past"),
        (replace(ASKED, kind="nonsense"), "no kind"),
        (replace(ASKED, of="\x1b[31m"), "can be seen"),
        (replace(ASKED, person="person-0"), "one user"),
    ],
)
def test_what_cannot_be_asked_is_refused(place: Place, draft: RequestDraft, says: str) -> None:
    """Nothing is written."""
    record = place.open()
    size = record.checkpoint().size
    with pytest.raises(AssayError, match=says):
        record.evidence.request(ME, draft)
    assert record.checkpoint().size == size


def test_in_a_team_somebody_of_it_is_asked(place: Place) -> None:
    """Nobody else can be; the first that is due comes first, and words can be erased."""
    team = begin_team(place)
    rita, eve = team.add("rita", Role.REVIEWER), team.add("eve", Role.ENGINEER)
    team.record.evidence.request(rita, replace(ASKED, person=eve.id, due_at=LATER))
    team.record.evidence.request(rita, replace(ASKED, person=eve.id))
    assert [one.due_at for one in team.record.evidence.requests()] == sorted(
        one.due_at for one in team.record.evidence.requests()
    )
    with pytest.raises(AssayError, match="nobody of the team"):
        team.record.evidence.request(rita, replace(ASKED, person="person-0"))
    assert "soon" not in repr(place.sql("SELECT * FROM evidence_request"))
