"""Windows of single texts: nothing is skipped in silence, and places are the text's own."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.encoder._files import OWN_FOLDER
from evaluation.encoder._texts import Casing, Piece, pieces_of
from evaluation.encoder._tokens import plain_tokenizer

TOKENIZER = plain_tokenizer((OWN_FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
LENGTH = 32


def _pieces(*texts: str, most: int = 64) -> tuple[list[Piece], list[bool]]:
    complete = [True] * len(texts)
    return list(pieces_of(TOKENIZER, texts, LENGTH, most, complete)), complete


@given(st.text(max_size=400))
def test_every_token_stands_in_a_window_at_its_place(text: str) -> None:
    """Offsets are code points of the text as it came, and windows leave no token out."""
    pieces, complete = _pieces(text)
    clean = text.encode("utf-8", "replace").decode("utf-8")
    wanted = TOKENIZER.encode(clean, add_special_tokens=False).offsets
    assert sorted({offset for piece in pieces for offset in piece.offsets}) == sorted(set(wanted))
    assert complete == [True]
    assert all(0 <= start <= end <= len(text) for start, end in wanted)


def test_neighbouring_windows_share_tokens() -> None:
    """What stands across a border is whole in one of the two windows."""
    pieces, _ = _pieces(" ".join(f"word{number}" for number in range(60)))
    for one, other in itertools.pairwise(pieces):
        assert set(one.offsets) & set(other.offsets)
    assert all(len(piece.ids) <= LENGTH for piece in pieces)


def test_a_text_that_is_too_long_is_said_to_be_incomplete() -> None:
    """What was not read is never passed over in silence."""
    pieces, complete = _pieces("short", "word " * 5000, most=3)
    assert complete == [True, False]
    assert len([piece for piece in pieces if piece.text == 1]) == 3


def test_a_text_without_tokens_has_no_window() -> None:
    """Nothing is made up for an empty text."""
    assert _pieces("", " \u200b", "\x00")[0] == []


@pytest.mark.parametrize(
    ("word", "casing"),
    [
        ("anna", Casing.LOWER),
        ("Anna", Casing.CAPITALISED),
        ("NATO", Casing.UPPER),
        ("I", Casing.CAPITALISED),
        ("42", Casing.LOWER),
        ("cAt", Casing.MIXED),
    ],
)
def test_how_a_token_was_written_is_kept(word: str, casing: Casing) -> None:
    """The vocabulary is uncased; the model sees the casing beside it."""
    (piece,), _ = _pieces(word)
    assert piece.casings[1] == casing
    assert piece.casings[0] == piece.casings[-1] == Casing.LOWER


def test_a_text_cannot_write_the_models_marks() -> None:
    """`[SEP]` in a text is three letters in brackets."""
    (piece,), _ = _pieces("[SEP] [CLS]")
    assert 102 not in piece.ids[1:-1]
    assert 101 not in piece.ids[1:-1]
