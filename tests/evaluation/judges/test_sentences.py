"""Sentences of answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.judges import claims, split_sentences

_PIECES = st.sampled_from(
    [
        "Dr. Lee",
        "3.5",
        "e.g. this",
        ". ",
        "! ",
        "? ",
        "…",
        "\n",
        "\n\n- ",
        "\r\n1. ",
        "。",
        "？」",
        "\u2028",
        "I ",
        "The ",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join)))
def test_spans_are_ordered_disjoint_and_cover_every_visible_character(text: str) -> None:
    """Nothing that an answer says falls between two sentences."""
    spans = split_sentences(text)

    ends = [0, *(span.end for span in spans)]
    assert all(end <= span.start < span.end for end, span in zip(ends, spans, strict=False))
    covered = {at for span in spans for at in range(span.start, span.end)}
    assert all(text[at].isspace() for at in range(len(text)) if at not in covered)
    assert not any(text[span.start].isspace() or text[span.end - 1].isspace() for span in spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs 3.5 euros. See https://a.b/c.d?e=1. Done.", 3),
        ("Dr. Lee met Mr. Poe. They spoke, e.g. of U.S. Government rules.", 2),
        ("See No. 5 of Art. 9. The answer is no. It stays so.", 3),
        ('"Really?" he asked. "Yes!" She left.', 3),
        ("J. R. Tolkien wrote it.", 1),
        ("これは本です。あれは山です。", 2),
        ("यह एक वाक्य है। यह दूसरा है।", 2),
        ("هل هذا صحيح؟ نعم هذا صحيح.", 2),
        ("1. Map the risks\n2. Measure them\n- Manage them", 3),
        ("a wrapped line of\nprose goes on.", 1),
        ("the max is 300 . you need 12 strikes .", 2),
        ("Das gilt z.B. für Dr. Meier. Es ist Nr. 3.", 2),
        ("Wait... what happens? Nothing", 2),
    ],
)
def test_sentence_ends_are_told_from_other_full_stops(text: str, expected: int) -> None:
    """Abbreviations, decimals, URLs, list marks and initials do not end a sentence."""
    assert len(split_sentences(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Sure!",
        "Hello there,",
        "Here are the three steps:",
        "Sure, here is the answer:",
        "Is that all?",
        "I hope this helps!",
        "## Overview",
        "***",
        "Let me know if you have more questions.",
        "Voici la réponse :",
        "Gern!",
    ],
)
def test_what_says_nothing_is_not_sent(text: str) -> None:
    """Courtesies, lead-ins, questions, headings and bare marks carry no claim."""
    assert claims(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Sure, the sky is green.",
        "Hello is a magazine.",
        "Here is the fee: 12 €. It rose.",
        "No.",
        "Yes",
        "2006",
        "- Paris",
        "Thank you notes are due by May.",
        "Is it not true that the fee is 12 €?",
        "Wussten Sie, dass die Gebühr entfällt?",
    ],
)
def test_what_may_be_a_claim_is_sent(text: str) -> None:
    """When in doubt a sentence is judged."""
    assert claims(text)


def test_long_text_is_split_in_linear_time() -> None:
    """Two thousand sentences on one line and two thousand lines come out as many."""
    assert len(split_sentences("The sky is blue. " * 2000)) == 2000
    assert len(split_sentences("The sky is blue\n" * 2000)) == 2000


def test_the_sentences_of_one_answer_are_found_once() -> None:
    """Every judge of a row asks for them."""
    assert claims("The fee is 12 euro. It is due.") is claims("The fee is 12 euro. It is due.")
