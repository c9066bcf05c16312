"""Exact match and token F1 against SQuAD's definition, and where they part from it."""

import re
import string
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.metrics.samples import value

WORDS = ["The", "a", "an", "cat", "Cat", "cat's", "sat,", "on", "mat.", "U.S.", "12", "(yes)", "well-known", "1,000"]
TEXT = st.lists(st.sampled_from(WORDS), max_size=8).map(lambda words: " ".join([*words, "dog"]))


def squad(text: str) -> list[str]:
    """Return the tokens by SQuAD's own four steps, in their order."""
    bare = "".join(mark for mark in text.lower() if mark not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


@given(TEXT, TEXT)
def test_both_are_squad_s_where_text_is_left_after_normalisation(answer: str, reference: str) -> None:
    """An implementation of the definition, step by step, agrees."""
    said, expected = squad(answer), squad(reference)
    shared = sum((Counter(said) & Counter(expected)).values())
    precision, recall = shared / len(said), shared / len(expected)
    assert value("exact_match", answer, reference) == float(said == expected)
    assert value("token_f1", answer, reference) == pytest.approx(2 * precision * recall / (precision + recall))


@pytest.mark.parametrize(
    ("answer", "reference", "same"),
    [
        ("The Eiffel Tower.", "eiffel tower", 1),
        ("«Tour Eiffel»", "tour eiffel", 1),
        ("1,000", "1000", 1),
        ("3.5", "35", 0),
        ("-5", "5", 0),
        ("\u22125", "-5", 1),
        ("A", "The", 0),
        ("a", "A", 1),
        ("A.", "a", 1),
        ("!", "?", 0),
        ("Straße", "STRASSE", 1),
        ("東京", "東京。", 1),
    ],
)
def test_what_counts_as_the_same(answer: str, reference: str, same: float) -> None:
    """Case, width, articles and marks do not matter; numbers and choices do."""
    assert value("exact_match", answer, reference) == same


def test_f1_counts_each_token_as_often_as_it_stands() -> None:
    """Two of three tokens said, two of four expected: 4/7."""
    assert value("token_f1", "red red blue", "red blue green grey") == pytest.approx(4 / 7)
