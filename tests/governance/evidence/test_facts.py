"""Facts: what runs, scans, reports and documents state, as gates and statuses read it."""

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event

from assay.kernel import InputError, JsonValue
from evaluation.runs import RunPlan
from evaluation.scans import ScanOutcome, scan_bytes
from governance.access import Role
from governance.evidence import Conclusion, EvidenceOrigin, Fact, FactStanding
from governance.people import PersonKind
from governance.record import Record
from tests.evaluation.runs.samples import plan_for, row, verdict, write_log
from tests.governance.evidence.documents import EXPIRES, document, report
from tests.governance.labels import labels_of
from tests.governance.people.teams import begin_team
from tests.governance.samples import ME, Place, on_both_stores
from tests.governance.test_scans import SCAN

SUITE_METRIC = "leak_resistance"


def facts(record: Record, kind: str) -> list[Fact]:
    """Return the facts of a kind."""
    return [fact for fact in record.evidence.facts("default") if fact.kind == kind]


def ingest(record: Record, folder: Path, plan: RunPlan, *values: float) -> None:
    """Record a run with a verdict of each metric for each of these values."""
    rows = [
        dataclasses.replace(row(f"q{number}"), verdicts=tuple(verdict(metric, value) for metric in plan.metrics))
        for number, value in enumerate(values)
    ]
    record.ingest_run(write_log(folder / "runs" / plan.run, plan, rows).directory, ME, mirror=False)


@on_both_stores
def test_a_run_states_its_estimates(place: Place) -> None:
    """Value, interval, rows and rows without a number, by whom it was handed in."""
    record = place.open()
    record.ingest_run(place.run("a", "b").directory, ME, mirror=False)
    (fact,) = facts(record, "metric")
    (estimate,) = record.estimates("run-1")
    assert (fact.of, fact.subject, fact.n, fact.failures) == ("faithfulness", "run-1", 2, 0)
    assert estimate.mean is not None
    assert float(fact.value or 0) == pytest.approx(estimate.mean)
    assert (fact.standing, fact.origin, fact.submitter) == (FactStanding.RECORDED, EvidenceOrigin.PERSON, ME.id)
    assert (fact.conclusion, fact.digest) == (None, record.run("run-1").digest)
    assert record.evidence.facts("another") == ()


def test_a_run_that_stopped_early_is_inconclusive(place: Place) -> None:
    """Its rows that are missing are counted, and no number of it decides."""
    record = place.open()
    record.ingest_run(place.run("a", of=3).directory, ME, mirror=False)
    (fact,) = facts(record, "metric")
    assert (fact.conclusion, fact.n, fact.failures) == (Conclusion.INCONCLUSIVE, 1, 2)


def test_a_run_of_tomorrow_is_inconclusive(place: Place) -> None:
    """Nothing can have been measured then; five minutes are a clock that goes wrong."""
    record = place.open()  # its clock begins on 2 January 2026
    for name, time in (("run-near", "2026-01-02T00:04:00Z"), ("run-far", "2026-01-03T00:00:00Z")):
        ingest(record, place.path, dataclasses.replace(plan_for(["q0"]), run=name, created_at=time), 1.0)
    assert {fact.subject: fact.conclusion for fact in facts(record, "metric")} == {
        "run-near": None,
        "run-far": Conclusion.INCONCLUSIVE,
    }


def test_asking_a_question_five_times_does_not_make_five(place: Place) -> None:
    """Rows behind a number are questions."""
    record = place.open()
    plan = plan_for(["a"], repeats=5)
    rows = [dataclasses.replace(row("a"), repeat=number) for number in range(5)]
    record.ingest_run(write_log(place.path / "runs" / plan.run, plan, rows).directory, ME, mirror=False)
    (fact,) = facts(record, "metric")
    assert (fact.n, fact.failures) == (1, 0)


@pytest.mark.parametrize(
    ("suites", "of"),
    [(["own"], ["own"]), (["attacks-leak"], ["leak"]), (["attacks-leak", "own"], ["leak+own"]), ([], [])],
)
def test_a_run_of_a_suite_states_its_resistance(place: Place, suites: list[str], of: list[str]) -> None:
    """Under the suite's own id, a shipped one as commands name it; several in one number are neither of them."""
    record = place.open()
    plan = plan_for(["q0", "q1"], metrics=(SUITE_METRIC,))
    judge = {**plan.judges[0], "options": {"suites": [{"id": one, "version": "1", "digest": "x"} for one in suites]}}
    rows = [dataclasses.replace(row(name), verdicts=(verdict(SUITE_METRIC, 1.0),)) for name in ("q0", "q1")]
    log = write_log(place.path / "runs" / plan.run, dataclasses.replace(plan, judges=(judge,)), rows)
    record.ingest_run(log.directory, ME, mirror=False)
    assert [fact.of for fact in facts(record, "metric")] == [SUITE_METRIC]
    assert [fact.of for fact in facts(record, "suite")] == of


def test_a_number_that_people_corrected_is_the_fact(place: Place) -> None:
    """From the import of the labels on; as of before, it is the judge's, who found everything good."""
    record = place.open()
    names = [f"q{number}" for number in range(60)]
    ingest(record, place.path, plan_for(names), *[1.0] * len(names))
    (before,) = facts(record, "metric")
    size = record.checkpoint().size
    record.import_labels(labels_of(place.log(), 60), place.log().directory, ME)
    (after,) = facts(record, "metric")
    (estimate,) = record.estimates("run-1")
    assert estimate.corrected is not None
    assert float(after.value or 0) == pytest.approx(estimate.corrected.mean)
    assert before.value == Decimal(1)
    assert after.seq > before.seq
    assert float(after.value or 1) < 0.9
    assert record.evidence.facts("default", as_of=size) == (before,)


@on_both_stores
def test_a_scan_states_the_share_of_flagged_rows(place: Place) -> None:
    """By filter, with its interval; a partial one is inconclusive until it is whole."""
    record = place.open()
    result: dict[str, JsonValue] = {
        "filter": "pii",
        "rows": 10,
        "scored": 8,
        "flagged": 2,
        "rate": "0.25",
        "lower": "0.1",
        "upper": "0.5",
    }
    scan = dataclasses.replace(SCAN, system="default", rows=10, results=(result,))
    partial = dataclasses.replace(scan, outcome=ScanOutcome.PARTIAL, reason="stopped")
    record.record_scan(scan_bytes(partial), ME)
    assert [fact.conclusion for fact in facts(record, "scan")] == [Conclusion.INCONCLUSIVE]
    record.record_scan(scan_bytes(scan), ME)
    (fact,) = facts(record, "scan")
    assert (fact.of, fact.value, fact.lower, fact.upper) == ("pii", Decimal("0.25"), Decimal("0.1"), Decimal("0.5"))
    assert (fact.n, fact.failures, fact.conclusion, fact.subject) == (8, 2, None, SCAN.scan)


def test_what_a_service_account_hands_in_is_from_ci(place: Place) -> None:
    """The entry's word, not that of the scan, which says whatever its maker wrote."""
    team = begin_team(place)
    service = team.add("ci", Role.SERVICE, kind=PersonKind.SERVICE)
    engineer = team.add("eve", Role.ENGINEER)
    scan = dataclasses.replace(SCAN, system="default", origin={"kind": "ci", "actor": "x", "job": "", "commit": ""})
    team.record.record_scan(scan_bytes(scan), engineer)
    team.record.evidence.submit(service, report())
    found = {fact.kind: fact.origin for fact in team.record.evidence.facts("default")}
    assert found == {"scan": EvidenceOrigin.PERSON, "vulnerability_scan": EvidenceOrigin.CI}


@on_both_stores
def test_a_report_states_what_it_was_read_as(place: Place) -> None:
    """Numbers come back as they went in, severities too; it waits for somebody."""
    record = place.open()
    record.evidence.submit(ME, report(open_findings=3))
    (fact,) = record.evidence.facts("default")
    assert (fact.value, fact.lower, fact.upper) == (Decimal("0.5"), Decimal("0.4"), Decimal("0.6"))
    assert (fact.n, fact.failures, fact.open_findings, fact.by_severity) == (10, 1, 3, {"high": 3})
    assert (fact.standing, fact.conclusion) == (FactStanding.SUBMITTED, Conclusion.NOT_SATISFIED)


def test_what_expired_is_shown_and_inconclusive(place: Place) -> None:
    """It stays among the facts with its end; as of the days before, it held."""
    record = place.open()
    made = record.evidence.submit(ME, document())
    record.evidence.accept(ME, made.evidence)
    size = record.checkpoint().size
    assert [fact.conclusion for fact in record.evidence.facts("default")] == [Conclusion.SATISFIED]
    record.close()
    later = place.open(seconds=int(timedelta(days=400).total_seconds()))
    (fact,) = later.evidence.facts("default")
    assert (fact.conclusion, fact.standing) == (Conclusion.INCONCLUSIVE, FactStanding.ACCEPTED)
    assert (fact.expires_at or "")[:10] == EXPIRES.date().isoformat()
    assert [one.conclusion for one in later.evidence.facts("default", as_of=size)] == [Conclusion.SATISFIED]


def test_a_report_of_tomorrow_is_inconclusive(place: Place) -> None:
    """Whatever it says; the day comes, and then it counts."""
    record = place.open()
    record.evidence.submit(ME, report(issued_at=datetime(2026, 1, 3, tzinfo=UTC)))
    assert [fact.conclusion for fact in record.evidence.facts("default")] == [Conclusion.INCONCLUSIVE]
    record.close()
    later = place.open(seconds=int(timedelta(days=2).total_seconds()))
    assert [fact.conclusion for fact in later.evidence.facts("default")] == [Conclusion.SATISFIED]


@on_both_stores
def test_what_was_said_later_changes_nothing_of_before(place: Place) -> None:
    """As of each size of the ledger: handed in, accepted, given back."""
    record = place.open()
    made = record.evidence.submit(ME, document())
    record.evidence.accept(ME, made.evidence)
    record.evidence.return_(ME, made.evidence, comment="it is a draft")
    found = [record.evidence.facts("default", as_of=made.seq + size)[0].standing for size in (1, 2, 3)]
    assert found == [FactStanding.SUBMITTED, FactStanding.ACCEPTED, FactStanding.RETURNED]


@pytest.mark.parametrize("size", [-1, 0, 1000])
def test_a_size_that_the_ledger_never_had_is_refused(place: Place, size: int) -> None:
    """There is no state to show."""
    with pytest.raises(InputError, match="never had the size"):
        place.open().evidence.facts("default", as_of=size)


def test_facts_take_the_same_statements_however_many_there_are(place: Place) -> None:
    """One for each kind of source, none for each fact."""
    record = place.open()
    counts = []
    for number in range(2):
        ingest(record, place.path, dataclasses.replace(plan_for(["q0"]), run=f"run-{number}"), 1.0)
        record.evidence.submit(ME, document(part=f"part {number}"))
        executed: list[object] = []
        event.listen(record._door.engine, "before_cursor_execute", lambda *args, to=executed: to.append(args[2]))
        record.evidence.facts("default")
        counts.append(sum(str(one).startswith("SELECT") for one in executed))
    assert counts[0] == counts[1] == 5
