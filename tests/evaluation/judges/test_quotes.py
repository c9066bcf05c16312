"""Quotes are found by code or do not count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.judges._blocks import pack
from evaluation.judges._quotes import Piece, find_quote

_TEXT = "The  “Board” reviews\nall AI systems each year – it never skips 2024 audits of high-risk models."


def _pieces(*texts: str) -> tuple[Piece, ...]:
    return tuple(Piece(context=number, offset=0, text=text) for number, text in enumerate(texts))


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ('the "board" REVIEWS all ai', "The  “Board” reviews\nall AI"),
        ("each year - it never skips 2024 audits…", "each year – it never skips 2024 audits"),
        ("it never skips 2024 audit of high-risk models", "it never skips 2024 audits of high-risk models"),
    ],
)
def test_quote_is_found_past_case_space_and_marks(quote: str, words: str) -> None:
    """The span is in code points of the original context."""
    span = find_quote(quote, _pieces("Nothing here.", _TEXT))

    assert span is not None
    assert span.context == 1
    assert words == _TEXT[span.start : span.end]


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "…",
        "it skips 2024 audits of high-risk models",
        "each year - it not never skips 2024 audits of high-risk",
        "the board reviews no AI systems at all",
        "it never skips 2025 audits of high-risk models",
        "the moon",
        "?!",
    ],
)
def test_quote_that_does_not_stand_there_is_not_found(quote: str) -> None:
    """Other words and other figures are another text."""
    assert find_quote(quote, _pieces(_TEXT)) is None


@given(st.text(min_size=1, max_size=120), st.data())
def test_any_slice_of_a_context_is_found(text: str, data: st.DataObject) -> None:
    """Whatever is copied exactly and holds a letter or digit has a span inside the context."""
    start = data.draw(st.integers(0, len(text) - 1))
    quote = text[start : data.draw(st.integers(start + 1, len(text)))]

    span = find_quote("x" + quote + "x", _pieces("x" + text[:start] + "x" + quote + "x"))

    assert span is not None
    assert 0 <= span.start < span.end <= len(text) + 3


@given(st.lists(st.text(alphabet="ab ", max_size=900), max_size=6), st.integers(450, 700))
def test_blocks_keep_order_and_lose_nothing(contexts: list[str], budget: int) -> None:
    """Pieces come in the order of their contexts, fit the budget, and cover each context that is not blank."""
    blocks = pack(contexts, budget)

    pieces = [piece for block in blocks for piece in block]
    assert pieces == sorted(pieces, key=lambda piece: (piece.context, piece.offset))
    assert all(sum(len(piece.text) for piece in block) <= budget for block in blocks)
    for number, text in enumerate(contexts):
        seen = {piece.offset + at for piece in pieces if piece.context == number for at in range(len(piece.text))}
        assert seen == (set(range(len(text))) if text.strip() else set())


def test_short_contexts_share_one_call() -> None:
    """Packing goes on while the budget lasts."""
    assert len(pack(["a" * 10] * 5, 1000)) == 1
    assert len(pack(["a" * 600] * 3, 1000)) == 3
