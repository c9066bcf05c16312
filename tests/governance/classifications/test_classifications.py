"""Classifications: recorded by one, confirmed by another, outdated when what they rest on changes."""

import dataclasses
from pathlib import Path

import pytest

from assay.kernel import ForbiddenError, InputError, JsonValue, MissingError
from governance.access import Role
from governance.classifications import ClassificationState, RecordedClassification
from governance.ledger import Actor
from governance.record import Record
from governance.retention import ErasureDraft, ErasureGround, ErasureSubject
from governance.systems import SystemProfile
from risks.act import ActClass, Status, classify, parse_answers, tree
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.governance.people.teams import OWNER, Team, begin_team
from tests.governance.samples import Place, on_both_stores
from tests.risks.act.systems import LISTED, PLAIN, answers_text, classified


def high_risk() -> dict[str, object]:
    """Return answers by which a system is high-risk under the first point of Annex III that the tree knows."""
    options = next(one for one in tree().questions if one.id == "annex_iii").options
    return {**LISTED, "annex_iii": [options[0].id], "profiling": "yes"}


def recorded(team: Team, said: dict[str, object] | None = None) -> RecordedClassification:
    """Record as an engineer."""
    found = classified(dict(PLAIN) if said is None else said)
    return team.record.classifications.record(team.add("recorder", Role.ENGINEER), "default", found)


def erasure_of(entry: int) -> ErasureDraft:
    """Return the erasure of what people wrote with an entry."""
    return ErasureDraft(
        subject_type=ErasureSubject.TEXT,
        subject="text",
        ground=ErasureGround.REQUEST,
        places={"payloads": 1},
        withheld={},
        payloads=(entry,),
    )


@on_both_stores
def test_a_second_person_confirms_what_they_saw(place: Place) -> None:
    """Then it counts; what people answered can be read with it."""
    team = begin_team(place)
    made = recorded(team)
    assert (made.state, made.classes, made.four_eyes) == (ClassificationState.RECORDED, (ActClass.NONE,), None)
    reviewer = team.add("reviewer", Role.REVIEWER)
    confirmed = team.record.classifications.confirm(reviewer, made.id, seen=made.digest, tree=tree())
    assert (confirmed.state, confirmed.confirmer, confirmed.four_eyes) == (
        ClassificationState.CONFIRMED,
        reviewer.id,
        True,
    )
    assert confirmed == team.record.classifications.classification("default", tree())
    assert confirmed.answers is not None
    assert confirmed.answers["subject"]["person"] == "alex"
    with pytest.raises(InputError, match="is confirmed"):
        team.record.classifications.confirm(reviewer, made.id, seen=made.digest, tree=tree())
    team.record.close()


def test_the_same_again_is_refused_and_leaves_the_confirmed_one(place: Place) -> None:
    """A copy would wait for a second person, and until then nobody would know what the system owes."""
    team = begin_team(place)
    service, engineer, said = team.record.classifications, team.add("recorder", Role.ENGINEER), classified(dict(PLAIN))
    made = service.record(engineer, "default", said)
    with pytest.raises(InputError, match=f"{made.id} says the same and is recorded"):
        service.record(engineer, "default", said)
    service.confirm(team.add("reviewer", Role.REVIEWER), made.id, seen=made.digest, tree=tree())
    with pytest.raises(InputError, match=f"{made.id} says the same and is confirmed"):
        service.record(engineer, "default", said)
    standing = service.classification("default", tree())
    assert standing is not None
    assert (standing.id, standing.state) == (made.id, ClassificationState.CONFIRMED)
    team.record.close()


@on_both_stores
def test_whoever_recorded_it_does_not_confirm_it(place: Place) -> None:
    """Whatever their roles; the database says the same."""
    team = begin_team(place)
    both = team.add("both", Role.ENGINEER, Role.REVIEWER)
    made = team.record.classifications.record(both, "default", classified(dict(PLAIN)))
    with pytest.raises(ForbiddenError, match="does not confirm"):
        team.record.classifications.confirm(both, made.id, seen=made.digest, tree=tree())
    team.record.close()


def test_whoever_answered_for_it_does_not_confirm_it(place: Place) -> None:
    """A colleague who types the answers in makes nobody a second person."""
    team = begin_team(place)
    reviewer, engineer = team.add("reviewer", Role.REVIEWER), team.add("recorder", Role.ENGINEER)
    text = answers_text(PLAIN).replace('"alex"', f'"{reviewer.id}"')
    said = classify(tree(), parse_answers(text, "answers.json", tree()))
    made = team.record.classifications.record(engineer, "default", said)
    with pytest.raises(ForbiddenError, match="answered for a classification does not confirm"):
        team.record.classifications.confirm(reviewer, made.id, seen=made.digest, tree=tree())
    team.record.close()


def test_another_digest_an_open_question_and_a_stranger_are_refused(place: Place) -> None:
    """Nothing is decided while a question is open."""
    team = begin_team(place)
    reviewer = team.add("reviewer", Role.REVIEWER)
    made = recorded(team)
    with pytest.raises(InputError, match="you saw sha256:0"):
        team.record.classifications.confirm(reviewer, made.id, seen="sha256:0", tree=tree())
    with pytest.raises(MissingError, match="no classification"):
        team.record.classifications.confirm(reviewer, "classification-0", seen=made.digest, tree=tree())
    said = {key: value for key, value in PLAIN.items() if key != "transparency"}
    half = team.record.classifications.record(team.add("again", Role.ENGINEER), "default", classified(said))
    assert (half.status, half.open_questions[0]) == (Status.INCONCLUSIVE, "transparency")
    with pytest.raises(InputError, match="questions are open"):
        team.record.classifications.confirm(reviewer, half.id, seen=half.digest, tree=tree())
    superseded = team.record.classifications.classifications(tree())[1]
    assert (superseded.id, superseded.state) == (made.id, ClassificationState.SUPERSEDED)
    team.record.close()


def test_a_changed_purpose_or_application_outdates_it(place: Place) -> None:
    """Another version of the same application does not; another prompt or model does."""
    team = begin_team(place)
    engineer = team.add("engineer", Role.ENGINEER)
    inventory, made = team.record.inventory, recorded(team)
    profile = SystemProfile(name="Shop", purpose="answers about orders", owner=engineer.id)
    inventory.add(engineer, "default", profile)
    found = team.record.classifications.classification("default", tree())
    assert found is not None
    assert (found.id, found.state, found.changed) == (made.id, ClassificationState.OUTDATED, ("description",))
    again = team.record.classifications.record(engineer, "default", classified(dict(PLAIN)))
    assert again.state is ClassificationState.RECORDED
    states = []
    for number, (version, model) in enumerate((("1", "a"), ("2", "a"), ("2", "b"))):
        target: dict[str, JsonValue] = {"name": "shop", "kind": "http", "version": version, "options": {"model": model}}
        plan = dataclasses.replace(plan_for(["a"]), run=f"run-{number}", system="default", target=target)
        log = write_log(place.path / plan.run, plan, [row("a")])
        team.record.ingest_run(log.directory, engineer, mirror=False)
        if number == 0:
            again = team.record.classifications.record(engineer, "default", classified(dict(PLAIN)))
        newest = team.record.classifications.classification("default", tree())
        assert newest is not None
        states.append((newest.state, newest.changed))
    assert states == [
        (ClassificationState.RECORDED, ()),
        (ClassificationState.RECORDED, ()),
        (ClassificationState.OUTDATED, ("application",)),
    ]
    team.record.close()


def test_other_questions_outdate_it(place: Place) -> None:
    """A newer text of the Act asks anew."""
    team = begin_team(place)
    recorded(team)
    newer = dataclasses.replace(tree(), header=dataclasses.replace(tree().header, digest="sha256:new"))
    found = team.record.classifications.classification("default", newer)
    assert found is not None
    assert (found.state, found.changed) == (ClassificationState.OUTDATED, ("questions",))
    team.record.close()


def test_what_people_answered_is_nowhere_but_in_the_payload(place: Place) -> None:
    """Names and reasons can be erased; what follows from them stays."""
    team = begin_team(place)
    recorded(team)
    bodies = b"".join(one.body for one in team.record.entries(limit=1000))
    assert b"alex" not in bodies
    assert b"because of" not in bodies
    assert "alex" not in repr(place.sql("SELECT * FROM classification"))
    team.record.close()


def test_a_recorded_case_tells_its_ground_who_assessed_it_and_nothing_that_was_erased(place: Place) -> None:
    """Title, ground and days stay; names and reasons go. Who confirms does not change when it was recorded."""
    team = begin_team(place)
    made = recorded(team)
    text = tree().header.text
    case = next(one for one in made.cases if one.id == "unlisted")
    assert case.title == "Not high-risk: under no product law of Annex I and no use of Annex III"
    assert f"Assessed by alex on 2026-11-20 under text version {text}, ground Article 6(1) and (2)." in case.explanation
    reviewer = team.add("reviewer", Role.REVIEWER, system="*")
    team.wait(hours=2)
    confirmed = team.record.classifications.confirm(reviewer, made.id, seen=made.digest, tree=tree())
    assert (confirmed.recorded_at, confirmed.cases) == (made.recorded_at, made.cases)
    assert confirmed.confirmed_at is not None
    assert confirmed.confirmed_at > made.recorded_at
    team.record.retention.erase(reviewer, erasure_of(made.seq), system=None)
    left = team.record.classifications.classification("default", tree())
    assert left is not None
    assert (left.answers, "alex" in repr(left.cases)) == (None, False)
    assert left.cases[0].explanation.endswith("who assessed it and why was erased.")
    team.record.close()


def test_a_single_user_confirms_their_own_and_that_is_said(tmp_path: Path) -> None:
    """Not four eyes, for ever."""
    place = Place(tmp_path)
    record, owner = Record.open(place.url, place.keys), Actor(id="p-1")
    made = record.classifications.record(owner, "default", classified(dict(PLAIN)))
    confirmed = record.classifications.confirm(owner, made.id, seen=made.digest, tree=tree())
    assert (confirmed.state, confirmed.four_eyes) == (ClassificationState.CONFIRMED, False)
    record.close()


def test_what_one_user_confirmed_waits_for_a_second_person_once_there_is_a_team(tmp_path: Path) -> None:
    """It counted as long as nobody else was there."""
    place = Place(tmp_path)
    record = Record.open(place.url, place.keys)
    made = record.classifications.record(OWNER, "default", classified(dict(PLAIN)))
    record.classifications.confirm(OWNER, made.id, seen=made.digest, tree=tree())
    record.close()
    team = begin_team(place)
    found = team.record.classifications.classification("default", tree())
    assert found is not None
    assert found.state is ClassificationState.RECORDED
    reviewer = team.add("reviewer", Role.REVIEWER)
    confirmed = team.record.classifications.confirm(reviewer, made.id, seen=made.digest, tree=tree())
    assert (confirmed.state, confirmed.four_eyes) == (ClassificationState.CONFIRMED, True)
    team.record.close()


def test_answers_about_another_system_are_refused(place: Place) -> None:
    """An answers file can say what it is about."""
    team = begin_team(place)
    found = classified(dict(PLAIN))
    other = dataclasses.replace(found, answers=dataclasses.replace(found.answers, system="crm"))
    with pytest.raises(InputError, match="about 'crm'"):
        team.record.classifications.record(team.add("recorder", Role.ENGINEER), "default", other)
    team.record.close()
