"""Laws of the classification, over random answers: what is open is never no, and an answer takes nothing away.

What people said rests on questions; to *change* an answer may change anything, to *add* one never takes away what held.
"""

from collections.abc import Mapping
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risks.act import ActClass, Case, Classification, Kind, Question, Status, classify, tree
from risks.act._answers import Answer, Answers
from tests.risks.act.systems import EXAMPLES, classified

QUESTIONS: Final = {question.id: question for question in tree().questions}
EARLIEST: Final = {  # the first day of each provision, written by hand from Article 113
    "prohibited": "2025-02-02",
    "prohibited_images": "2026-12-02",
    "prohibited_identification": "2025-02-02",
    "annex_i": "2028-08-02",
    "annex_i_section_b": "2028-08-02",
    "annex_iii": "2027-12-02",
    "tells_people": "2026-08-02",
    "marks_output": "2026-08-02",
    "tells_exposed": "2026-08-02",
    "discloses_fake": "2026-08-02",
    "discloses_text": "2026-08-02",
    "gpai": "2025-08-02",
    "gpai_open": "2025-08-02",
    "gpai_systemic": "2025-08-02",
}
Said = Mapping[str, frozenset[str]]


def any_answer(question: Question) -> st.SearchStrategy[frozenset[str]]:
    """Return answers that a question takes; half of them lead on."""
    if question.kind is not Kind.MANY:
        return st.sampled_from(question.outcomes).map(lambda one: frozenset({one}))
    listed = st.sampled_from([option.id for option in question.options])
    return st.one_of(st.just(frozenset({"none"})), st.sets(listed, min_size=1, max_size=3).map(frozenset))


WHOLE: Final = st.fixed_dictionaries({question.id: any_answer(question) for question in tree().questions})
SOME: Final = st.sets(st.sampled_from(sorted(QUESTIONS)))


def found(said: Said) -> Classification:
    """Classify by outcomes, as the reader of a file would make them."""
    given = {
        key: Answer(question=key, outcomes=outcomes, given="", reason="so", person="alex", date="2026-11-20")
        for key, outcomes in said.items()
    }
    return classify(tree(), Answers(system="", given=given, digest=""))


def without(said: Said, hidden: set[str]) -> Said:
    """Return the answers but some."""
    return {key: outcomes for key, outcomes in said.items() if key not in hidden}


@given(WHOLE, SOME)
def test_an_added_answer_takes_no_case_class_role_or_day_away(said: Said, hidden: set[str]) -> None:
    """All answers decide; fewer find a part of it."""
    whole, part = found(said), found(without(said, hidden))
    days = {case.id: case.applies_from for case in whole.cases}
    assert {case.id for case in part.cases} <= set(days)
    assert all(case.applies_from in ("", days[case.id]) for case in part.cases)
    assert set(part.classes) <= set(whole.classes)
    assert set(part.roles) <= set(whole.roles)
    assert (whole.status, bool(whole.classes)) == (Status.DECIDED, True)


@given(WHOLE, SOME)
def test_what_is_open_is_never_none_and_what_is_decided_leaves_nothing_open(said: Said, hidden: set[str]) -> None:
    """`none` stands alone, and for what is decided."""
    part = found(without(said, hidden))
    assert (part.status is Status.DECIDED) == (part.open_questions == ())
    assert (ActClass.NONE in part.classes) <= (part.status is Status.DECIDED and part.classes == (ActClass.NONE,))
    assert {one.id for one in part.open_questions} <= hidden
    assert bool(part.askable) == bool(part.open_questions)


@given(WHOLE, SOME, st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(said: Said, hidden: set[str], shuffle: Random) -> None:
    """Not for cases, days, roles, nor for what is open."""
    part = list(without(said, hidden).items())
    one = found(dict(part))
    shuffle.shuffle(part)
    other = found(dict(part))
    assert (one.cases, one.roles, one.open_questions) == (other.cases, other.roles, other.open_questions)


@given(WHOLE, SOME)
def test_an_answer_that_was_not_asked_for_changes_nothing(said: Said, hidden: set[str]) -> None:
    """It is listed, and the rest is as if it were not there."""
    part = without(said, hidden)
    one = found(part)
    other = found(without(part, set(one.unused)))
    assert (one.cases, one.roles, one.status, other.unused) == (other.cases, other.roles, other.status, ())


@given(WHOLE)
def test_whoever_answers_what_is_askable_comes_to_an_end_and_is_asked_nothing_in_vain(said: Said) -> None:
    """Step by step, as people do; what no answer needs is never asked."""
    answered: dict[str, frozenset[str]] = {}
    while (step := found(answered)).status is Status.INCONCLUSIVE:
        answered[step.askable[0].id] = said[step.askable[0].id]
    assert step.unused == ()
    assert (step.cases, step.roles) == (found(said).cases, found(said).roles)


@given(WHOLE)
def test_nothing_applies_before_its_provision(said: Said) -> None:
    """A date is that of the provision, a later one for what was there before, or none."""
    for case in found(said).cases:
        if case.act_class is not ActClass.NONE:
            assert case.applies_from == "" or case.applies_from >= EARLIEST[case.id.partition(".")[0]]
            assert case.applies_from or case.note


@given(WHOLE, SOME)
def test_each_case_names_its_ground_and_the_answers_it_rests_on(said: Said, hidden: set[str]) -> None:
    """Whoever reads it can look both up."""
    part = found(without(said, hidden))
    for case in part.cases:
        assert case.answers
        assert set(case.answers) <= set(said) - hidden
        assert f", ground {case.ground}. Because: so." in case.explanation


def test_every_question_is_asked_of_an_example() -> None:
    """Of each there is a system that is asked it; the missing ones are named."""
    asked = {key for example in EXAMPLES.values() for key in example.said if key not in classified(example.said).unused}
    assert set(QUESTIONS) - asked == set()


@pytest.mark.parametrize("case", [case for case in tree().cases if case.each], ids=lambda case: case.id)
def test_a_case_of_options_is_reached_by_each_of_them(case: Case) -> None:
    """Nothing that people can choose is left without a consequence: an example of the case, with another option."""
    examples = (classified(example.said) for example in EXAMPLES.values())
    base = next(one for one in examples if any(held.id.startswith(f"{case.id}.") for held in one.cases))
    said = {key: answer.outcomes for key, answer in base.answers.given.items()}
    for option in case.only or QUESTIONS[case.each].outcomes:
        if option != "none":
            held = found({**said, case.each: frozenset({option})}).cases
            assert f"{case.id}.{option}" in {one.id for one in held}
