"""The free checks against their plain definitions."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.judges._overlap import _LONGEST_KEPT, _names, _vocabulary, content_words, features, words

WORDS = st.lists(st.sampled_from(["cat", "dog", "not", "mat", "the", "saw", "12"]), max_size=25)


def stands_in(part: list[str], whole: list[str]) -> bool:
    """Whether the words stand in the whole in this order, without a gap."""
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


@given(WORDS.filter(bool), WORDS)
def test_run_and_pairs_are_what_a_plain_search_finds(sentence: list[str], source: list[str]) -> None:
    """The longest stretch that stands in the source, and the share of neighbours that do."""
    count = len(sentence)
    stretches = [sentence[start:end] for start in range(count) for end in range(start + 1, count + 1)]
    longest = max((len(part) for part in stretches if stands_in(part, source)), default=0)
    steps = [stands_in(list(step), source) for step in pairwise(sentence)]

    found = features(" ".join(sentence), [" ".join(source)])

    assert found["run"] == longest / count
    assert found["pairs"] == (sum(steps) / len(steps) if steps else 1.0)


@given(st.text(st.sampled_from("aB1,.' n't-ßİ本"), max_size=40))
def test_words_are_the_same_whether_looked_up_or_read_anew(text: str) -> None:
    """A stretch without white space that is too long to keep is read the same way."""
    long = "x" * (_LONGEST_KEPT + 1)

    assert words(f"{text} {long}") == (*words(text), long)
    assert content_words(f"{text} {long}") == [*content_words(text), long]


@given(st.text(st.sampled_from("aBC1,.' _-\n"), max_size=40))
def test_names_are_the_same_with_and_without_a_letter_beyond_ascii(text: str) -> None:
    """The quick pattern for plain sentences finds what the one for all scripts finds."""
    assert _names(f"{text} ß") == _names(text)


def test_what_is_kept_of_words_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many different words come, few are remembered, and they are read as before."""
    monkeypatch.setattr("evaluation.judges._overlap._MOST_KEPT", 3)
    _vocabulary.clear()

    assert words("one two three four five one") == ("one", "two", "three", "four", "five", "one")
    assert len(_vocabulary) <= 3
