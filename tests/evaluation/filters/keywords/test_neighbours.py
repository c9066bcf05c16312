"""The index of deletions gives exactly the words within the allowed edits."""

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from evaluation.filters.keywords._neighbours import Neighbours, edits_of

WORDS = st.text(alphabet="abcd", min_size=1, max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=30, unique=True), WORDS)
def test_it_finds_what_a_search_of_all_words_finds(known: list[str], word: str) -> None:
    """No neighbour is missed and none is invented; distances are right."""
    near = dict(Neighbours({name: number for number, name in enumerate(known)}).of(word))
    expected = {}
    for number, name in enumerate(known):
        distance = OSA.distance(word, name)
        if distance <= edits_of(len(name)):
            expected[number] = distance
    assert near == expected
