"""Whom a duty is for: owed, not owed or unknown, as a classification says."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError
from risks.act import Part, Reach, duties, parse_duties, reach_of, tree
from risks.act._header import shipped

PARTS = {one.part.id: one.part for one in duties().duties if one.part}
MARKS = ["annex_iii.1a", "annex_iii.5b", "annex_iii.2", "annex_iii.4b", "public_authority", "public_authority=no"]


@pytest.mark.parametrize(
    ("part", "marks", "reach"),
    [
        ("rights_assessment", ["annex_iii.5b"], Reach.OWED),
        ("rights_assessment", ["annex_iii.5c", "public_service=no"], Reach.OWED),
        ("rights_assessment", ["annex_iii.4a", "public_authority"], Reach.OWED),
        ("rights_assessment", ["annex_iii.4a", "public_authority=no"], Reach.UNKNOWN),
        ("rights_assessment", ["annex_iii.4a", "public_authority=no", "public_service=no"], Reach.NOT_OWED),
        ("rights_assessment", ["annex_iii.2", "public_authority"], Reach.NOT_OWED),
        ("rights_assessment", ["annex_i.a11"], Reach.NOT_OWED),
        ("literacy", ["no_class"], Reach.OWED),
        ("literacy", ["excluded.military"], Reach.NOT_OWED),
        ("literacy", ["annex_i_section_b.b19"], Reach.NOT_OWED),
        ("exempt", ["not_high_risk.a"], Reach.OWED),
        ("exempt", ["annex_iii.4a"], Reach.NOT_OWED),
        ("employers", ["annex_iii.4b"], Reach.OWED),
        ("employers", ["annex_iii.3a"], Reach.UNKNOWN),
        ("public_bodies", [], Reach.UNKNOWN),
        ("points_2_to_8", ["annex_iii.1a"], Reach.NOT_OWED),
        ("closed_models", ["gpai", "gpai_open"], Reach.NOT_OWED),
        ("value_chain", ["role_change=none"], Reach.NOT_OWED),
        ("images", ["prohibited_images.bb"], Reach.NOT_OWED),
    ],
)
def test_a_part_is_owed_as_the_act_says(part: str, marks: list[str], reach: Reach) -> None:
    """Written by hand from the Act."""
    assert reach_of(PARTS[part], marks) is reach


def test_what_is_for_all_is_owed() -> None:
    """Whatever the classification says, and where it says nothing."""
    assert reach_of(None, []) is Reach.OWED


@given(st.sampled_from(sorted(PARTS)), st.sets(st.sampled_from(MARKS)), st.randoms())
def test_the_order_of_marks_is_nothing(part: str, marks: set[str], order: Random) -> None:
    """A classification is a set."""
    shuffled = sorted(marks)
    order.shuffle(shuffled)
    assert reach_of(PARTS[part], shuffled) is reach_of(PARTS[part], marks)


def test_every_pattern_names_a_case_or_an_answer_of_the_tree() -> None:
    """No pattern is a slip of the pen: each could fit something that a classification can hold."""
    questions = {one.id: one for one in tree().questions}
    cases = {one.id: one.each for one in tree().cases}
    provisions = {one.id for one in duties().duties}
    for pattern in sorted({name for part in PARTS.values() for name in _patterns(part)} | _remarked()):
        name, equals, answer = pattern.partition("=")
        if name == "incident":  # a mark of the record, by the provision that sets the deadline
            assert not equals or answer in provisions, pattern
        elif equals:
            assert answer in questions[name].outcomes, pattern
        else:
            case, _, option = pattern.rstrip("*").partition(".")
            assert case in cases, pattern
            assert not option or any(one.id.startswith(option) for one in questions[cases[case]].options), pattern


def _patterns(part: Part) -> tuple[str, ...]:
    return (*part.needs, *part.owed_by, *part.not_for)


def _remarked() -> set[str]:
    return {pattern for one in duties().remarks for pattern in one.when}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("part: employers", "part: employees", "/part: expected one of parts: literacy,"),
        ("- {id: employers,", "- {id: public_bodies,", "the id 'public_bodies' comes twice"),
        ("otherwise: owed}", "otherwise: maybe}", "/otherwise: expected one of owed, not_owed, unknown, got 'maybe'"),
        ("parts:\n", "parts:\n  - {id: idle, says: nobody, otherwise: owed}\n", "no duty is for 'idle'"),
        ("kind: eval_run, recorded", "kind: eval_walk, recorded", "/kind: expected one of evidence_kinds"),
        ("recorded: [metric]", "recorded: [metre]", "/recorded: expected some of metric,"),
        ("recorded: [metric]", "recorded: [document]", "a document counts anyway, got 'document'"),
        ("kind: red_team_run, recorded", "kind: eval_run, recorded", "the kind 'eval_run' comes 2 times"),
        ("days: 365}", "days: 0}", "/days: expected for how many days it counts"),
        ('says: "In a financial', 'sings: "In a financial', "/says: expected a text"),
    ],
)
def test_what_is_wrong_with_parts_and_recorded_kinds_is_told(old: str, new: str, message: str) -> None:
    """Each mistake is named with its place."""
    text = shipped("duties.yaml")
    assert old in text
    with pytest.raises(InputError) as caught:
        parse_duties(text.replace(old, new, 1), "mine.yaml")
    assert re.search(re.escape(message), str(caught.value))
