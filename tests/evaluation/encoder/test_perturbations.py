"""Sentences made untrue, and sentences that stay true, for the encoder's training."""

import random
import re

import pytest

from benchmarks.training import corruption, rephrasing
from benchmarks.training.answers import closest, kind_of
from benchmarks.training.lexicon import HOSTILE

SENTENCE = "In 1999, the painter Anna Weber moved from Berlin to Rome, where she lived with all three sisters."


def draw() -> random.Random:
    """Return the same chance for every test."""
    return random.Random(7)  # noqa: S311 (repeatable, not secret)


def test_another_name_stands_in_the_place_of_one() -> None:
    """Length and other words stay."""
    changed = corruption.swap_name(SENTENCE, ["Oslo", "Maria Lopez"], draw())

    assert changed is not None
    assert changed != SENTENCE
    assert len(changed.split()) == len(SENTENCE.split())


def test_a_sentence_without_names_has_none_to_swap() -> None:
    """There is nothing to change, and that is said."""
    assert corruption.swap_name("It rains.", ["Oslo"], draw()) is None
    assert corruption.swap_names_inside("It rains in Oslo.", draw()) is None


def test_two_names_change_places() -> None:
    """The words are the same, the statement is not."""
    changed = corruption.swap_names_inside("The ship sailed from Berlin to Rome.", draw())

    assert changed == "The ship sailed from Rome to Berlin."


@pytest.mark.parametrize("text", ["It has 1,200 seats.", "It has three seats.", "It opened in May."])
def test_a_changed_number_differs(text: str) -> None:
    """Digits, words and months are numbers alike."""
    changed = corruption.change_number(text, draw())

    assert changed is not None
    assert changed != text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is open.", "It is not open."),
        ("It is not open.", "It is open."),
        ("It isn't open.", "It is open."),
        ("They cannot leave.", "They can leave."),
        ("It rains.", None),
    ],
)
def test_a_negation_comes_or_goes(text: str, expected: str | None) -> None:
    """Denied becomes affirmed and the other way round."""
    assert corruption.flip_negation(text, draw()) == expected


def test_an_opposite_replaces_a_word() -> None:
    """One word decides."""
    assert corruption.opposite_word("He left before noon.", draw()) in {"He left after noon.", "He right before noon."}


def test_a_wrong_cut_keeps_words_and_their_order() -> None:
    """All words are from the sentence, some are missing."""
    changed = corruption.splice(SENTENCE, draw())

    assert changed is not None
    rest = iter(SENTENCE.split())
    assert all(word in rest for word in changed.split())
    assert len(changed) < len(SENTENCE)


def test_words_for_the_judge_are_added_to_the_sentence() -> None:
    """The sentence itself stays whole."""
    changed = corruption.address_judge(SENTENCE, draw())

    assert SENTENCE in changed
    assert any(text in changed for text in HOSTILE)


def test_a_shortened_sentence_says_nothing_new() -> None:
    """Only words of the sentence are left."""
    for change in (rephrasing.drop_clause, rephrasing.drop_opening):
        shorter = change(SENTENCE, draw())
        assert shorter is not None
        assert set(re.findall(r"\w+", shorter.lower())) <= set(re.findall(r"\w+", SENTENCE.lower()))
        assert "Anna Weber moved" in shorter


def test_a_number_is_written_in_another_form() -> None:
    """The value stays."""
    assert rephrasing.number_form("It has 1,200 seats.", draw()) == "It has 1200 seats."
    assert rephrasing.number_form("It has three seats.", draw()) == "It has 3 seats."


def test_rephrasing_is_the_same_for_the_same_seed() -> None:
    """A training run can be repeated."""
    assert rephrasing.rephrased(SENTENCE, draw()) == rephrasing.rephrased(SENTENCE, draw())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("yes", "yes or no"), ("May 1987", "date"), ("42 km", "number"), ("Anna Weber", "name"), ("by boat", "words")],
)
def test_answers_have_a_kind(answer: str, kind: str) -> None:
    """Wrong answers are drawn from the same kind."""
    assert kind_of(answer) == kind


def test_the_closest_reference_shares_words() -> None:
    """One of several right answers is the one that was meant."""
    assert closest(["Berlin", "New York City"], "in New York") == "New York City"
