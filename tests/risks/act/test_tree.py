"""The tree as a file: what must hold of it, and what becomes of a broken one."""

import re

import pytest

from assay.kernel import InputError
from risks.act import Question, parse_tree, tree
from risks.act._header import shipped

TEXT = shipped("tree.yaml")


def broken(old: str, new: str) -> str:
    """Return the message that a changed tree is refused with."""
    assert old in TEXT
    with pytest.raises(InputError) as caught:
        parse_tree(TEXT.replace(old, new, 1), "mine.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("questions: 36", "questions: 33", "#/counts/questions: 33 are stated, 36 are there"),
        ("id: scope", "id: subject", "#/steps: the id 'subject' comes 2 times"),
        ("{system_in: [", "{sistem_in: [", "no earlier step is called 'sistem_in'"),
        ("asked_when: [{subject: [ai_system", "asked_when: [{subject: [robot", "'robot' is no outcome of 'subject'"),
        ("kind: many", "kind: several", "expected one of choice, many"),
        ("ask: What is it?", "asks: What is it?", "#/steps/0/asks: unknown key"),
        ("{id: research, text", "{id: military, text", "#/steps/2/options: the id 'military' comes 2 times"),
        ("only: [ba, bb]", "only: [ba, bz]", "#/cases/4/only/prohibited: 'bz' is no outcome"),
        ("decided_by: [subject]", "decided_by: [subjects]", "#/cases/0: there is no question 'subjects'"),
        ("class: prohibited", "class: limited_risk", "#/cases/3/class: expected one of prohibited, high_risk"),
        ("role: deployer,", "role: user,", "#/roles/5/role: expected one of provider"),
        ("from: 2026-12-02, ground: Article 113(a)", "from: 2026-12-32, ground: Article 113(a)", "expected a day"),
        ("before: 2027-12-02", "before: 2026-01-01", "the bands are not in order"),
        ("      - {id: later}", "      - {id: later, before: 2029-01-01}", "every band but the last has an end"),
        ('up_to: "1e25"', 'up_to: "much"', "expected a number in quotes, got 'much'"),
        ("assay-act-tree/1", "assay-act-tree/2", "#/format: expected 'assay-act-tree/1'"),
    ],
)
def test_a_broken_tree_never_loads(old: str, new: str, message: str) -> None:
    """Each mistake is named with its place."""
    assert message in broken(old, new)


def test_all_mistakes_are_told_at_once() -> None:
    """Two changes are two lines."""
    text = TEXT.replace("questions: 36", "questions: 3").replace("class: prohibited", "class: minimal_risk", 1)
    with pytest.raises(InputError, match=r"^2 mistakes in mine\.yaml:"):
        parse_tree(text, "mine.yaml")


def test_every_question_and_case_has_a_provision() -> None:
    """A ground cites the Act, the GDPR or says that it is a guideline."""
    grounds = [case.ground for case in tree().cases] + [rule.ground for rule in tree().roles]
    for question in tree().questions:
        grounds += [question.ground, *(option.ground for option in question.options)]
    assert [ground for ground in grounds if not re.match(r"Articles? \d|Annex (I|III)\b|guidelines", ground)] == []


def test_a_fact_is_no_question() -> None:
    """Only questions are put to people."""
    assert {step.id for step in tree().steps if isinstance(step, Question)} == {one.id for one in tree().questions}
    assert "high_risk" not in {one.id for one in tree().questions}


def test_annex_iii_has_all_its_points_and_annex_i_all_its_laws() -> None:
    """25 uses in 8 points; 11 laws in Section A, machinery among the 9 of Section B."""
    options = {question.id: question.options for question in tree().questions}
    assert [len([one for one in options["annex_iii"] if one.id[0] == point]) for point in "12345678"] == [
        *(3, 1, 4, 2, 4, 5, 4, 2)
    ]
    assert len([one for one in options["annex_i"] if one.id[0] == "a"]) == 11
    assert [one.id for one in options["annex_i"] if "Machinery" in one.text] == ["b21"]


def test_the_words_of_no_legal_class_are_not_used() -> None:
    """Limited and minimal risk are not classes of the Act."""
    assert not re.search(r"(limited|minimal)[ _-]risk|compliant", TEXT, re.IGNORECASE)
