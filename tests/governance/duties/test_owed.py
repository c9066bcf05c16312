"""What a classification asks: nothing that could be owed is left out in silence."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from governance.classifications import ClassificationState, RecordedClassification
from governance.classifications._types import RecordedCase
from governance.duties import DutyShown, Owed, duty_statuses, not_owed, owed_by, unreported
from governance.evidence import Conclusion, Fact, FactStanding
from governance.incidents import Incident, IncidentState
from risks.act import Reach, Role, Status, duties
from tests.governance.duties.test_duties import document
from tests.governance.status.samples import MOMENT, fact
from tests.risks.act.systems import EXAMPLES, Example, classified

ON = date(2029, 3, 1)


def confirmed(example: Mapping[str, object], **changes: Any) -> RecordedClassification:  # noqa: ANN401  fields of it
    """Return a classification as the record holds it once it is confirmed."""
    found = classified(example)
    plain: dict[str, Any] = {
        "id": "classification-1",
        "seq": 2,
        "system": "default",
        "status": Status.DECIDED,
        "classes": found.classes,
        "cases": tuple(
            RecordedCase(**{field.name: getattr(one, field.name) for field in fields(RecordedCase)})
            for one in found.cases
        ),
        "roles": tuple(dict.fromkeys(one.role for one in found.roles)),
        "open_questions": (),
        "marketed": "",
        "text_version": found.text_version,
        "tree": found.catalogue,
        "digest": "sha256:0",
        "rests_on": {},
        "state": ClassificationState.CONFIRMED,
        "changed": (),
        "recorder": "a",
        "confirmer": "b",
        "four_eyes": True,
        "recorded_at": "2026-11-01T00:00:00.000000Z",
        "confirmed_at": "2026-11-02T00:00:00.000000Z",
        "answers": {key: {"answer": one.given} for key, one in found.answers.given.items()},
    }
    return RecordedClassification(**{**plain, **changes})


def reaches(owed: Owed, facts: tuple[Fact, ...] = ()) -> dict[str, Reach]:
    """Return by provision whether a duty is owed."""
    return {one.found.duty.id: one.reach for one in duty_statuses(owed, duties(), facts, MOMENT)}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_every_duty_of_an_example_is_listed_once_and_in_order(example: Example) -> None:
    """Whatever the system is, the list has no duty twice, and the order of the Act."""
    listed = [one.duty.id for one in owed_by(confirmed(example.said), duties(), on=ON).duties]
    order = [one.id for one in duties().duties]
    assert listed == sorted(set(listed), key=order.index)


def test_literacy_is_owed_without_a_class_and_not_outside_the_act() -> None:
    """A spam filter's people learn, too; a target tracker of an army is excluded."""
    spam = reaches(owed_by(confirmed(EXAMPLES["a filter that sorts spam"].said), duties(), on=ON))
    army = reaches(owed_by(confirmed(EXAMPLES["a drone's target tracking for an army"].said), duties(), on=ON))
    assert (spam["Article 4(1)"], army["Article 4(1)"]) == (Reach.OWED, Reach.NOT_OWED)


def test_a_listed_system_that_is_exempt_owes_its_assessment_and_registration() -> None:
    """Articles 6(4) and 49(2), also beside a case of Article 50."""
    said = EXAMPLES["a tool that turns applications into a table"].said
    talks = {**said, "transparency": ["interaction"], "interaction_exception": "none", "roles": ["provider"]}
    for answers in (said, talks):
        exempt = reaches(owed_by(confirmed(answers), duties(), on=ON))
        assert (exempt["Article 6(4)"], exempt["Article 49(2)"]) == (Reach.OWED, Reach.OWED)


def test_a_product_of_section_b_owes_none_of_this_and_it_is_said() -> None:
    """Of the Act only Articles 6(1), 60a and 102 to 112 count for it."""
    owed = owed_by(confirmed(EXAMPLES["a car's emergency brake"].said), duties(), on=ON)
    assert {one for one, reach in reaches(owed).items() if reach is Reach.OWED} == set()
    assert any("Section B" in one for one in owed.remarks)


def test_where_nobody_was_asked_who_they_are_both_sides_are_listed() -> None:
    """What a provider and what a deployer owes, with a remark."""
    owed = owed_by(confirmed(EXAMPLES["screening of job applications"].said, roles=()), duties(), on=ON)
    listed = {one.duty.id for one in owed.duties}
    assert {"Article 9(1)", "Article 26(1)"} <= listed
    assert any("was not asked" in one for one in owed.remarks)


def test_the_rights_assessment_is_never_silently_absent() -> None:
    """Owed for credit; unknown for a recruiter, whose answers were erased; not owed for a product."""
    said = EXAMPLES["screening of job applications"].said
    jobs = confirmed(said, roles=(Role.DEPLOYER,))
    erased = confirmed(said, roles=(Role.DEPLOYER,), answers=None)
    credit = confirmed({**said, "annex_iii": ["5b"]}, roles=(Role.DEPLOYER,))
    found = [reaches(owed_by(one, duties(), on=ON))["Article 27(1)(a)"] for one in (jobs, erased, credit)]
    assert found == [Reach.UNKNOWN, Reach.UNKNOWN, Reach.OWED]


@pytest.mark.parametrize(
    ("standing", "shown"),
    [(FactStanding.ACCEPTED, DutyShown.NOT_APPLICABLE), (FactStanding.SUBMITTED, DutyShown.UNDECIDED)],
)
def test_who_says_why_something_is_not_owed_is_heard_once_somebody_else_accepts(
    standing: FactStanding, shown: DutyShown
) -> None:
    """What is only said, and what is owed for sure, is not."""
    said = EXAMPLES["screening of job applications"].said
    words = document(not_owed("rights_assessment"), standing=standing)
    for annex, expected in (("4a", shown), ("5b", DutyShown.MISSING)):
        owed = owed_by(confirmed({**said, "annex_iii": [annex]}, roles=(Role.DEPLOYER,)), duties(), on=ON)
        statuses = {one.found.duty.id: one for one in duty_statuses(owed, duties(), [words], MOMENT)}
        assert statuses["Article 27(1)(a)"].shown is expected


def test_a_measurement_that_shows_one_half_needs_a_document() -> None:
    """A verified ledger says nothing of the application's own logs; a document alone does."""
    owed = owed_by(confirmed(EXAMPLES["screening of job applications"].said, roles=(Role.PROVIDER,)), duties(), on=ON)
    ledger = {"kind": "ledger_verification", "of": "own_log", "lower": None, "upper": None}
    verified = fact(**ledger, conclusion=Conclusion.SATISFIED)
    tampered = fact(**ledger, conclusion=Conclusion.NOT_SATISFIED)
    paper = document("log_integrity")
    found = []
    for facts in ([verified], [paper], [verified, paper], [tampered, paper], []):
        (status,) = [
            one for one in duty_statuses(owed, duties(), facts, MOMENT) if one.found.duty.id == "Article 19(1)"
        ]
        found.append(next(piece.shown for piece in status.pieces if piece.kind == "log_integrity"))
    assert [one.name for one in found] == ["UNDECIDED", "COMPLETE", "COMPLETE", "UNDECIDED", "MISSING"]


def incident(**changes: Any) -> Incident:  # noqa: ANN401  fields of it
    """Return an incident that somebody declared serious, unless changed."""
    plain: dict[str, Any] = {
        "id": "incident-1",
        "seq": 3,
        "system": "default",
        "state": IncidentState.DECLARED,
        "alert": None,
        "grounds": ("death",),
        "aware_at": "2026-11-20T22:30:00.000000Z",
        "zone": "Europe/Berlin",
        "duty": "Article 73(4)",
        "due_at": "2026-11-30T23:00:00.000000Z",
        "reported_at": None,
        "opened_at": "2026-11-20T22:30:00.000000Z",
        "recorded_at": "2026-11-20T22:30:00.000000Z",
        "comment": None,
    }
    return Incident(**{**plain, **changes})


def test_reports_are_owed_once_an_incident_is_serious() -> None:
    """By the deadline that its grounds set; one that nobody declared asks for none."""
    provider = confirmed(EXAMPLES["screening of job applications"].said, roles=(Role.PROVIDER,))
    provisions = [f"Article 73({number})" for number in (1, 2, 3, 4)]
    found = []
    for known in ([], [incident(grounds=(), duty=None, state=IncidentState.OPEN)], [incident()]):
        listed = reaches(owed_by(provider, duties(), on=ON, incidents=known))
        found.append([listed[one] is Reach.OWED for one in provisions])
    assert found == [[False] * 4, [False] * 4, [True, True, False, True]]


def test_what_is_still_to_be_reported_is_told_with_its_day() -> None:
    """Until it is reported."""
    told = unreported([incident(), incident(id="incident-2", state=IncidentState.REPORTED)])
    words = ("incident-1 is to be reported before 2026-11-30T23:00Z: assay incidents report incident-1",)
    assert told == {"Article 73(1)": words, "Article 73(4)": words}
