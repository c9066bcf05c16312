"""Many systems at once: the same as one by one, in as many reads as for one."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import event

import risks
from governance.actions import ActionDraft
from governance.evidence import Conclusion, Stated, SubmissionDraft
from governance.ledger import Actor
from governance.ratings import RatingDraft, Treatment
from governance.record import Record
from governance.waivers import WaiverDraft
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.governance.samples import Place, on_both_stores

FRAMEWORK = risks.framework()
OWNER = Actor(id="p-1")
LATER = 30 * 24 * 3600


def measured(place: Place, record: Record, system: str, version: str) -> None:
    """Record a run of a version of a system."""
    target = {"name": "shop", "version": version}
    plan = dataclasses.replace(plan_for(["a", "b"]), run=f"run-{system}-{version}", system=system, target=target)
    log = write_log(place.path / plan.run, plan, [row("a"), row("b")])
    record.ingest_run(log.directory, OWNER, mirror=False)


def handed_in(record: Record, system: str, *, accepted: bool) -> None:
    """Hand in a report about a dependency check."""
    stated = Stated(kind="vulnerability_scan", of="dependencies", conclusion=Conclusion.SATISFIED, open_findings=0)
    draft = SubmissionDraft(
        system=system,
        data=system.encode(),
        name="report.json",
        stated=(stated,),
        format="pip-audit",
        expires_at=datetime(2026, 9, 1, tzinfo=UTC),
    )
    made = record.evidence.submit(OWNER, draft)
    if accepted:
        record.evidence.accept(OWNER, made.evidence)


def waived(record: Record, system: str) -> None:
    """Do without a control, approved by the one user."""
    draft = WaiverDraft(system=system, control="DASF 3", risk=None, reason="no fixed network", days=60)
    made = record.waivers.ask(OWNER, draft, FRAMEWORK)
    record.approvals.approve(OWNER, made.request, seen=made.digest)


def neglected(record: Record, system: str) -> None:
    """Rate a risk and raise an action, both to be looked at soon."""
    rating = RatingDraft(
        system=system,
        risk="9.1",
        inherent_likelihood=4,
        inherent_impact=5,
        residual_likelihood=2,
        residual_impact=3,
        treatment=Treatment.MITIGATE,
        owner=OWNER.id,
        review_by="2026-01-10",
        reason="",
    )
    record.ratings.rate(OWNER, rating, FRAMEWORK)
    draft = ActionDraft(system=system, what="mend it", owner=OWNER.id, due="2026-01-09", risk="9.8")
    record.actions.raise_(OWNER, draft, FRAMEWORK)


def begun(place: Place) -> tuple[Record, tuple[str, ...]]:
    """Record something else of each system; return the record a month later, and the systems."""
    record = place.open()
    measured(place, record, "a", "1")
    measured(place, record, "b", "1")
    measured(place, record, "b", "2")
    handed_in(record, "b", accepted=True)
    handed_in(record, "c", accepted=False)
    waived(record, "c")
    neglected(record, "c")
    neglected(record, "a")
    record.close()
    return place.open(seconds=LATER), ("c", "a", "nobody", "b")


@on_both_stores
def test_systems_together_stand_as_each_does_alone(place: Place) -> None:
    """In the order in which they are asked for, those that nobody knows too."""
    record, systems = begun(place)
    alone = tuple(record.register.status(system, FRAMEWORK) for system in systems)
    assert record.register.statuses(systems, FRAMEWORK) == alone
    assert len({one.risks for one in alone}) == len(systems)
    record.close()


def test_what_is_overdue_together_is_what_is_alone(place: Place) -> None:
    """A system of which nothing is overdue is not there."""
    record, systems = begun(place)
    found = record.register.overdue_by_system()
    assert {system: record.register.overdue(system) for system in ("a", "c")} == found
    assert [len(found.get(system, ())) for system in systems] == [2, 2, 0, 0]
    record.close()


@on_both_stores
def test_facts_together_are_those_of_each(place: Place) -> None:
    """In the same order; a system of which nothing is stated is not there."""
    record, _ = begun(place)
    found = record.evidence.facts_by_system()
    assert {system: tuple(facts) for system, facts in found.items()} == {
        system: record.evidence.facts(system) for system in ("a", "b", "c")
    }
    record.close()


@contextmanager
def counted(record: Record) -> Iterator[list[str]]:
    """Collect the statements that are run."""
    found: list[str] = []

    def note(*told: object) -> None:
        found.append(str(told[2]))

    event.listen(record._door.engine, "before_cursor_execute", note)
    yield found
    event.remove(record._door.engine, "before_cursor_execute", note)


def everything(record: Record, systems: tuple[str, ...]) -> int:
    """Read all that a portfolio shows; return in how many statements."""
    with counted(record) as found:
        record.register.statuses(systems, FRAMEWORK)
        record.register.overdue_by_system()
    return len(found)


def test_more_systems_and_runs_are_no_more_reads(place: Place) -> None:
    """One read of all facts, one of all runs: a portfolio of hundreds is in as many as one of two."""
    record = place.open()
    measured(place, record, "a", "1")
    handed_in(record, "b", accepted=True)
    few = everything(record, ("a", "b"))
    for system in ("c", "d", "e"):
        measured(place, record, system, "1")
        handed_in(record, system, accepted=True)
    assert everything(record, ("a", "b", "c", "d", "e")) == few
    record.close()
