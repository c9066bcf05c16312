"""The descriptions that proposals for the AI Act's classification are measured with."""

import json
import re
from collections import Counter
from collections.abc import Iterable

import pytest

from benchmarks.act_systems import Described, Split, described_systems
from risks.act import ActClass, Classification, Kind, Question, Status, classify, parse_answers, tree

SYSTEMS = described_systems()
QUESTIONS = {question.id: question for question in tree().questions}


def of(split: Split) -> list[Described]:
    """Return the rows of one split."""
    return [row for row in SYSTEMS if row.split is split]


def options_of(question: str) -> set[str]:
    """Return the ids of a question's options."""
    return {option.id for option in QUESTIONS[question].options}


def labelled(rows: Iterable[Described], question: str) -> set[str]:
    """Return every answer to a question that a row is labelled with."""
    return {said for row in rows for said in row.answers.get(question, ())}


def given(question: Question, said: tuple[str, ...]) -> list[str] | str:
    """Write an answer as an answers file has it."""
    return list(said) if question.kind is Kind.MANY else said[0]


def classified(row: Described) -> Classification:
    """Classify by the labelled answers of somebody who markets it in the Union."""
    answers = {"scope": ("market",), **row.answers} if row.answers["subject"] != ("neither",) else row.answers
    document = {
        "format": "assay-act-answers/1",
        "person": "Ada",
        "date": "2026-11-21",
        "answers": {
            key: {"answer": given(QUESTIONS[key], said), "reason": "The description says so."}
            for key, said in answers.items()
        },
    }
    return classify(tree(), parse_answers(json.dumps(document), row.id, tree()))


def test_there_are_150_systems_and_each_is_described_once() -> None:
    """No id and no text comes twice, and both splits have their size."""
    assert Counter(row.split for row in SYSTEMS) == {Split.TUNE: 80, Split.HELD: 70}
    assert len({row.id for row in SYSTEMS}) == len({row.text for row in SYSTEMS}) == 150


def test_descriptions_are_a_sentence_a_paragraph_or_a_page() -> None:
    """Forty are of one sentence, seventy of three to six, forty of ten to twenty."""
    sentences = [len(re.findall(r"[.!?](?=\s|$)", row.text)) for row in SYSTEMS]

    assert sum(count == 1 for count in sentences) == 40
    assert sum(3 <= count <= 6 for count in sentences) == 70
    assert sum(10 <= count <= 20 for count in sentences) == 40


@pytest.mark.parametrize("split", Split)
def test_a_split_covers_every_class_every_use_and_every_practice(split: Split) -> None:
    """All classes, all uses of Annex III, all prohibited practices, ten product laws and every case of Article 50."""
    rows = of(split)

    assert {name for row in rows for name in row.classes} == set(ActClass)
    assert labelled(rows, "annex_iii") - {"none"} == options_of("annex_iii")
    assert labelled(rows, "prohibited") - {"none"} == options_of("prohibited")
    assert labelled(rows, "transparency") - {"none"} == options_of("transparency")
    assert labelled(rows, "exemption") - {"none"} == options_of("exemption")
    assert len(labelled(rows, "annex_i") - {"none"}) == 10


@pytest.mark.parametrize("question", sorted({key for row in SYSTEMS for key in row.answers}))
def test_an_answer_that_is_used_is_used_in_both_splits(question: str) -> None:
    """What can be tuned can be measured."""
    if QUESTIONS[question].kind is not Kind.AMOUNT:
        assert labelled(of(Split.TUNE), question) == labelled(of(Split.HELD), question)


@pytest.mark.parametrize("row", SYSTEMS, ids=lambda row: row.id)
def test_labelled_answers_contradict_no_labelled_class(row: Described) -> None:
    """Questions and options exist, and what follows from the answers is the label or a part of it."""
    found = classified(row)

    assert set(found.classes) <= row.classes
    assert found.status is Status.INCONCLUSIVE or set(found.classes) == row.classes
    assert not found.unused


def test_most_classes_follow_from_the_labelled_answers() -> None:
    """The answers say enough for a class to be right or wrong for a reason."""
    rows = [row for row in SYSTEMS if row.classes != {ActClass.NONE}]

    assert sum(set(classified(row).classes) == row.classes for row in rows) > len(rows) / 2


def test_hostile_texts_stand_in_both_splits() -> None:
    """Five descriptions address the model that reads them, dangerous systems and harmless ones."""
    hostile = [row for row in SYSTEMS if row.id.endswith("-hostile")]

    assert len(hostile) == 5
    assert {row.split for row in hostile} == set(Split)
    assert {ActClass.NONE, ActClass.PROHIBITED} <= {name for row in hostile for name in row.classes}
