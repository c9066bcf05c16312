"""Incidents in the record: who may do what, from when the clock runs, and what a wrong turn leaves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from assay.kernel import ForbiddenError, InputError, MissingError, format_time
from governance.access import Role
from governance.alerts import AlertDraft, AlertKind
from governance.incidents import Declaration, Incident, IncidentEvent, IncidentState
from governance.people import PersonKind
from governance.record import Record
from governance.releases import ReleaseState
from governance.verifier import LedgerVerdict, verify_store
from tests.governance.incidents.test_states import TURNS
from tests.governance.people.teams import OWNER, START, begin_team
from tests.governance.racing import at_once
from tests.governance.releases.scenes import scene
from tests.governance.samples import Place, on_both_stores

ALERT = AlertDraft(kind=AlertKind.ALIAS_MOVED, system="default", subject="models:/helpdesk@champion")
AWARE = datetime(2026, 1, 1, 12, tzinfo=UTC)
HARM = Declaration(grounds=("health",), aware_at=AWARE, zone="UTC", comment="a patient was told a wrong dose")
STEPS: dict[IncidentEvent, Callable[[Record, str], Incident]] = {
    IncidentEvent.OPEN: lambda record, one: record.incidents.take_up(OWNER, one, comment="looked at"),
    IncidentEvent.DECLARE: lambda record, one: record.incidents.declare(OWNER, one, HARM),
    IncidentEvent.WITHDRAW: lambda record, one: record.incidents.withdraw(OWNER, one, comment="another system"),
    IncidentEvent.REPORT: lambda record, one: record.incidents.report(OWNER, one, comment="told, file 12/26"),
    IncidentEvent.CLOSE: lambda record, one: record.incidents.close(OWNER, one, comment="over"),
}
WAYS: dict[IncidentState, tuple[IncidentEvent, ...]] = {
    IncidentState.PROPOSED: (),
    IncidentState.OPEN: (IncidentEvent.OPEN,),
    IncidentState.DECLARED: (IncidentEvent.OPEN, IncidentEvent.DECLARE),
    IncidentState.REPORTED: (IncidentEvent.OPEN, IncidentEvent.DECLARE, IncidentEvent.REPORT),
    IncidentState.CLOSED: (IncidentEvent.CLOSE,),
}


def proposed(record: Record) -> str:
    """Propose an incident from an alert; return its id."""
    return record.incidents.propose(OWNER, record.alerts.raise_(OWNER, ALERT).id).id


def opened(record: Record) -> str:
    """Open an incident; return its id."""
    return record.incidents.begin(OWNER, "default", comment="it answered in anger").id


@pytest.mark.parametrize("state", WAYS, ids=str)
@pytest.mark.parametrize("event", STEPS, ids=str)
def test_a_wrong_turn_leaves_nothing(place: Place, state: IncidentState, event: IncidentEvent) -> None:
    """Each event in each state, by the service: it ends in a state, or it raises and no entry is made."""
    record = place.open()
    incident = proposed(record)
    for step in WAYS[state]:
        STEPS[step](record, incident)
    before = record.checkpoint().size
    assert record.incidents.incident(incident).state is state
    if (state, event) in TURNS:
        made = STEPS[event](record, incident)
        assert record.incidents.incident(incident) == made
        assert (made.state, record.checkpoint().size) == (TURNS[state, event], before + 1)
        return
    with pytest.raises(InputError, match="cannot be turned"):
        STEPS[event](record, incident)
    assert record.checkpoint().size == before


@on_both_stores
def test_an_incident_goes_its_way_and_every_step_stays(place: Place) -> None:
    """Opened, declared, reported, completed, closed; the ledger holds, and no word is in rows or entries."""
    record = place.open()
    incident = opened(record)
    for step in ("DECLARE", "REPORT", "REPORT", "CLOSE"):
        STEPS[IncidentEvent[step]](record, incident)
    history = record.incidents.history(incident)
    assert [one.incident.state.value for one in history] == ["open", "declared", "reported", "reported", "closed"]
    assert [one.action for one in history][:2] == ["incident.opened", "incident.declared"]
    assert history[1].incident.comment == HARM.comment
    assert history[2].incident.reported_at == history[4].incident.reported_at
    assert "patient" not in repr(place.sql("SELECT * FROM incident"))
    assert b"patient" not in b"".join(one.body for one in record.entries())
    found = verify_store(place.file(), vkey=record.vkey, trusted=(record.checkpoint().note,))
    assert found.verdict is LedgerVerdict.OK


@pytest.mark.parametrize(
    ("grounds", "duty", "due"),
    [
        (("health",), "Article 73(2)", "2026-01-17T00:00:00.000000Z"),
        (("death", "health"), "Article 73(4)", "2026-01-12T00:00:00.000000Z"),
        (("critical_infrastructure", "death"), "Article 73(3)", "2026-01-04T00:00:00.000000Z"),
    ],
)
def test_the_clock_runs_from_awareness_by_the_strictest_ground(
    place: Place, grounds: tuple[str, ...], duty: str, due: str
) -> None:
    """The day of awareness is not counted, the last one counts to its end."""
    record = place.open()
    made = record.incidents.declare(OWNER, opened(record), replace(HARM, grounds=grounds))
    assert (made.duty, made.due_at) == (duty, due)
    assert made.is_overdue(due)
    assert not made.is_overdue("2026-01-03T23:59:59.999999Z")


def test_a_declaration_that_is_made_again_never_puts_the_report_off(place: Place) -> None:
    """A later awareness changes nothing, a stricter ground does; after a report there is a new clock."""
    record = place.open()
    incident = opened(record)
    first = record.incidents.declare(OWNER, incident, HARM)
    later = replace(HARM, aware_at=AWARE + timedelta(hours=12))
    second = record.incidents.declare(OWNER, incident, later)
    assert (second.due_at, second.aware_at) == (first.due_at, first.aware_at)
    worse = record.incidents.declare(OWNER, incident, replace(later, grounds=("death",)))
    assert worse.due_at == "2026-01-13T00:00:00.000000Z"
    record.incidents.report(OWNER, incident, comment="told")
    anew = record.incidents.declare(OWNER, incident, later)
    assert (anew.due_at, anew.reported_at) == ("2026-01-18T00:00:00.000000Z", None)


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        (replace(HARM, aware_at=AWARE + timedelta(days=9)), "became aware at"),
        (replace(HARM, grounds=()), "none is not one"),
        (replace(HARM, grounds=("health", "bad_luck")), "bad_luck is not one"),
        (replace(HARM, zone="Mars/Olympus"), "no time zone"),
        (replace(HARM, zone="../../etc/passwd"), "no time zone"),
        (replace(HARM, aware_at=datetime(2026, 1, 1, 12)), "needs a time zone"),  # noqa: DTZ001  the point
        (replace(HARM, comment=" "), "in words"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused(place: Place, draft: Declaration, message: str) -> None:
    """Nothing is guessed, and nothing is written."""
    record = place.open()
    incident = opened(record)
    before = record.checkpoint().size
    with pytest.raises(InputError, match=message):
        record.incidents.declare(OWNER, incident, draft)
    assert record.checkpoint().size == before


@pytest.mark.parametrize("days", [-1, 30])
def test_a_report_was_made_after_awareness_and_before_now(place: Place, days: int) -> None:
    """Neither before anybody knew nor in the time to come."""
    record = place.open()
    incident = opened(record)
    record.incidents.declare(OWNER, incident, HARM)
    with pytest.raises(InputError, match="expected a time from"):
        record.incidents.report(OWNER, incident, reported_at=AWARE + timedelta(days=days), comment="told")


def test_a_late_report_is_late_for_ever(place: Place) -> None:
    """It is recorded, and says so."""
    team = begin_team(place)
    reviewer = team.add("reviewer", Role.REVIEWER)
    incident = team.record.incidents.begin(reviewer, "default", comment="it lied").id
    declared = team.record.incidents.declare(reviewer, incident, replace(HARM, grounds=("widespread",)))
    team.wait(days=5)
    assert declared.is_overdue(format_time(team.clock.now()))
    assert team.record.incidents.report(reviewer, incident, comment="told").is_late
    in_time = team.record.incidents.report(reviewer, incident, reported_at=START, comment="completed")
    assert in_time.is_late


def test_overdue_incidents_come_first(place: Place) -> None:
    """Then what is due next, then what nobody declared, newest first; what is over is left out."""
    record = place.open()
    plain, other, ended, late, soon = (opened(record) for _ in range(5))
    record.incidents.close(OWNER, ended, comment="over")
    record.incidents.declare(OWNER, late, replace(HARM, grounds=("death",), aware_at=AWARE - timedelta(days=90)))
    record.incidents.declare(OWNER, soon, HARM)
    assert [one.id for one in record.incidents.incidents()] == [late, soon, other, plain]
    assert [one.id for one in record.incidents.open("default")] == [late, soon]
    assert record.incidents.open("shop") == ()


def test_a_program_proposes_once_and_declares_never(place: Place) -> None:
    """Its token may hold every scope: a person opens, declares, reports and closes."""
    team = begin_team(place)
    everything = frozenset({"alert:raise", "incident:open", "incident:declare"})
    service = replace(team.add("ci", Role.SERVICE, kind=PersonKind.SERVICE), method="token", scopes=everything)
    alert = team.record.alerts.raise_(service, ALERT).id
    incident = team.record.incidents.propose(service, alert)
    assert team.record.incidents.propose(service, alert) == incident
    assert not incident.is_serious
    reviewer = team.add("reviewer", Role.REVIEWER)
    by_token = replace(reviewer, method="token", scopes=everything)
    with pytest.raises(ForbiddenError):
        team.record.incidents.begin(service, "default", comment="by a program")
    team.record.incidents.take_up(reviewer, incident.id, comment="it is so")
    for actor in (service, by_token, team.add("engineer", Role.ENGINEER), team.admin):
        with pytest.raises(ForbiddenError):
            team.record.incidents.declare(actor, incident.id, HARM)
    assert team.record.incidents.declare(reviewer, incident.id, HARM).is_serious


def test_an_alert_leads_to_one_incident_of_its_own_system(place: Place) -> None:
    """A second one, one of another system, and one from nowhere are refused."""
    record = place.open()
    alert = record.alerts.raise_(OWNER, ALERT).id
    record.incidents.begin(OWNER, "default", comment="seen", alert=alert)
    with pytest.raises(InputError, match="comes from this alert already"):
        record.incidents.begin(OWNER, "default", comment="seen", alert=alert)
    with pytest.raises(InputError, match="another system"):
        record.incidents.begin(OWNER, "shop", comment="seen", alert=alert)
    with pytest.raises(MissingError):
        record.incidents.propose(OWNER, "alert-0")


@on_both_stores
def test_of_two_who_turn_at_once_one_is_refused(place: Place) -> None:
    """The state is asked in the change itself."""
    records = [place.open(), place.open()]
    incident = opened(records[0])
    outcomes = at_once(place, [partial(one.incidents.close, OWNER, incident, comment="over") for one in records])
    assert sorted(outcomes) == ["InputError", "done"]


def test_a_serious_incident_keeps_releases_of_its_system_in(place: Place) -> None:
    """Declared and reported it blocks, of another system or closed it does not; what is in use stays in use."""
    here = scene(place)
    record, release = here.team.record, here.approved()
    incident = record.incidents.begin(here.reviewer, "default", comment="it lied").id
    other = here.team.add("elsewhere", Role.REVIEWER, system="other")
    elsewhere = record.incidents.begin(other, "other", comment="it lied, too").id
    record.incidents.declare(other, elsewhere, HARM)
    record.incidents.declare(here.reviewer, incident, HARM)
    for state in ("declared", "reported"):
        with pytest.raises(InputError, match=f"is {state}: {incident}"):
            record.releases.ship(here.engineer, release.id)
        record.incidents.report(here.reviewer, incident, comment="told")
    record.incidents.close(here.reviewer, incident, comment="corrected")
    assert record.releases.ship(here.engineer, release.id).state is ReleaseState.RELEASED


def test_what_corrects_a_serious_incident_is_released_by_naming_it(place: Place) -> None:
    """Every one of them; the entry keeps which, and a stranger is refused."""
    here = scene(place)
    record, release = here.team.record, here.approved()
    one, two = (record.incidents.begin(here.reviewer, "default", comment=text).id for text in ("it lied", "again"))
    for incident in (one, two):
        record.incidents.declare(here.reviewer, incident, HARM)
    with pytest.raises(InputError, match=f"is declared: {two}"):
        record.releases.ship(here.engineer, release.id, settles=[one])
    with pytest.raises(InputError, match="'incident-0' is no serious incident"):
        record.releases.ship(here.engineer, release.id, settles=[one, two, "incident-0"])
    shipped = record.releases.ship(here.engineer, release.id, settles=[two, one])
    assert shipped.state is ReleaseState.RELEASED
    (entry,) = [found for found in record.entries(limit=1000) if found.action == "release.released"]
    assert entry.details["settles"] == sorted([one, two])


def test_an_incident_that_is_not_there_is_missing(place: Place) -> None:
    """Whatever is asked of it."""
    record = place.open()
    for step in STEPS.values():
        with pytest.raises(MissingError, match="no incident"):
            step(record, "incident-0")
    with pytest.raises(MissingError, match="no incident"):
        record.incidents.history("incident-0")
