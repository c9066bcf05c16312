"""What of the contexts is shown to a small reader."""

from hypothesis import given
from hypothesis import strategies as st

from evaluation.judges._evidence import evidence_for, evidence_text

FILLER = "The committee met on a Tuesday and talked about other matters. " * 30


def test_short_contexts_are_taken_whole() -> None:
    """What fits is not cut."""
    found = evidence_for("The fee is 12 euros.", ["The fee is 12 euros. It is due in May.", "  "], 200)
    assert [piece.text for piece in found] == ["The fee is 12 euros. It is due in May."]


def test_the_sentence_that_shares_the_rare_words_is_found() -> None:
    """A rare word leads to its place in long contexts."""
    contexts = [FILLER, FILLER + "The library closes at nine on weekdays. " + FILLER]
    found = evidence_for("On weekdays the library closes at nine.", contexts, 200)
    assert "closes at nine" in evidence_text(found)
    assert {piece.context for piece in found} == {1}


def test_a_sentence_that_mixes_two_places_gets_both() -> None:
    """What the first place does not cover is looked for elsewhere."""
    contexts = ["The zebra lives in Kenya. " + FILLER, FILLER + "Its keeper wrote a novel about glaciers."]
    text = evidence_text(evidence_for("The zebra's keeper wrote about glaciers in Kenya.", contexts, 260))
    assert "zebra lives" in text
    assert "glaciers" in text


def test_the_sentence_before_comes_along() -> None:
    """A pronoun leans on the sentence before it."""
    contexts = [FILLER + "Marie Curie was born in Warsaw. She won two prizes for her work. " + FILLER]
    assert "Marie Curie" in evidence_text(evidence_for("She won two prizes.", contexts, 200))


def test_nothing_shared_still_shows_something() -> None:
    """The reader is never shown an empty page."""
    assert evidence_text(evidence_for("Xylophones hum.", [FILLER], 100))


@given(
    st.text(max_size=200),
    st.lists(st.text(max_size=900), min_size=1, max_size=4),
    st.integers(min_value=700, max_value=1500),
)
def test_pieces_stand_in_their_contexts_in_order_and_within_the_limit(
    sentence: str, contexts: list[str], limit: int
) -> None:
    """Each piece is where it says it is."""
    found = evidence_for(sentence, contexts, limit)
    for piece in found:
        assert contexts[piece.context][piece.offset : piece.offset + len(piece.text)] == piece.text
    assert [(piece.context, piece.offset) for piece in found] == sorted((p.context, p.offset) for p in found)
    assert sum(len(piece.text) for piece in found) <= limit
