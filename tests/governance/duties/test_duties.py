"""Duties with their evidence: complete, missing, undecided; due or not yet; and what a gate is told."""

from datetime import date

import pytest

import risks
from governance.access import Role
from governance.duties import DutyShown, DutyStatus, Owed, duty_statuses, incomplete
from governance.evidence import Conclusion, Fact, FactStanding
from governance.register import NOT_CLASSIFIED
from risks.act import ActClass, Duty, duties, duties_of, tree
from risks.act import Role as ActRole
from tests.governance.classifications.test_classifications import high_risk
from tests.governance.people.teams import begin_team
from tests.governance.samples import Place
from tests.governance.status.samples import MOMENT, days_ago, fact
from tests.risks.act.systems import classified

ON = date(2028, 3, 1)


def owed(on: date = ON, *marks: str) -> Owed:
    """Return what a provider of a high-risk system owes."""
    found = duties_of(duties(), ActClass.HIGH_RISK, ActRole.PROVIDER, on=on)
    return Owed(duties=tuple(found), marks=frozenset(marks), remarks=())


def document(of: str, **changes: object) -> Fact:
    """Return an accepted document."""
    plain = {"kind": "document", "of": of, "evidence": f"evidence-{of}", "standing": FactStanding.ACCEPTED}
    return fact(**{**plain, "expires_at": days_ago(-100), "lower": None, "upper": None, "n": 0, **changes})


def status(facts: list[Fact], provision: str) -> DutyStatus:
    """Return one duty's status."""
    return next(one for one in duty_statuses(owed(), duties(), facts, MOMENT) if one.found.duty.id == provision)


def two_pieces() -> Duty:
    """Return a duty that names several documents and is owed by all."""
    by_hand = [one.duty for one in owed().duties if not set(one.duty.evidence) & set(duties().recorded)]
    return next(one for one in by_hand if len(one.evidence) > 1 and one.part is None)


def test_evidence_is_complete_when_every_piece_is_there() -> None:
    """One piece missing leaves the duty missing; nothing at all, too."""
    duty = two_pieces()
    first, *rest = duty.evidence
    assert status([], duty.id).shown is DutyShown.MISSING
    assert status([document(first)], duty.id).shown is DutyShown.MISSING
    whole = [document(kind) for kind in (first, *rest)]
    found = status(whole, duty.id)
    assert (found.shown, {one.shown for one in found.pieces}) == (DutyShown.COMPLETE, {DutyShown.COMPLETE})


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"standing": FactStanding.SUBMITTED}, DutyShown.UNDECIDED),
        ({"standing": FactStanding.RETURNED}, DutyShown.UNDECIDED),
        ({"expires_at": days_ago(1)}, DutyShown.UNDECIDED),
        ({"conclusion": Conclusion.NOT_SATISFIED}, DutyShown.UNDECIDED),
        ({"conclusion": Conclusion.ERROR}, DutyShown.ERROR),
        ({"issued_at": days_ago(3000)}, DutyShown.COMPLETE),
    ],
)
def test_a_piece_that_does_not_count_leaves_its_duty_undecided(changes: dict[str, object], shown: DutyShown) -> None:
    """A document counts until it expires, however old it is."""
    duty = two_pieces()
    first, *rest = duty.evidence
    found = status([document(first, **changes), *(document(kind) for kind in rest)], duty.id)
    assert found.shown is shown


def test_a_measurement_counts_for_a_year() -> None:
    """Where the product measures, its figures are there without anybody handing them in."""
    pieces = {one.kind: one for one in status([fact()], "Article 9(6)").pieces}
    assert pieces["eval_run"].shown is DutyShown.COMPLETE
    old = {one.kind: one for one in status([fact(issued_at=days_ago(366))], "Article 9(6)").pieces}
    assert old["eval_run"].shown is DutyShown.UNDECIDED


def test_only_duties_that_are_due_are_incomplete() -> None:
    """Before its day a duty blocks nothing."""
    early, late = (duty_statuses(owed(day), duties(), [], MOMENT) for day in (date(2026, 11, 21), ON))
    assert len(incomplete(early)) < len(incomplete(late))
    assert not any(one.is_due for one in early if one.found.duty.article == "9")


def test_a_gate_is_told_what_is_open(place: Place) -> None:
    """Without a confirmed classification nobody knows what is owed, and that is what is incomplete."""
    team = begin_team(place)
    framework, engineer = risks.framework(), team.add("engineer", Role.ENGINEER)
    before = team.record.register.obligations("default", framework, duties(), tree())
    assert before.incomplete_duties == (NOT_CLASSIFIED,)
    assert len(before.open_risks) == 55
    made = team.record.classifications.record(engineer, "default", classified(high_risk()))
    assert made.classes == (ActClass.HIGH_RISK,)
    still = team.record.register.obligations("default", framework, duties(), tree())
    assert still.incomplete_duties == (NOT_CLASSIFIED,)
    reviewer = team.add("reviewer", Role.REVIEWER)
    team.record.classifications.confirm(reviewer, made.id, seen=made.digest, tree=tree())
    found = team.record.register.duties("default", duties(), tree(), on=ON)
    assert found.is_known
    owed_by_all = {one.shown for one in found.duties if one.found.duty.part is None}
    assert owed_by_all == {DutyShown.MISSING}
    team.record.close()
