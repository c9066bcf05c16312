"""How pairs become rows of token numbers."""

from evaluation.encoder import Head
from evaluation.encoder._files import OWN_FOLDER
from evaluation.encoder._tokens import LONGEST, LONGEST_SECOND, plain_tokenizer, rows_of

TOKENIZER = plain_tokenizer((OWN_FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
SEPARATOR = 102


def test_a_text_cannot_write_the_border_between_the_texts() -> None:
    """`[SEP]` in a text is four ordinary tokens or more."""
    [(tokens, second)] = rows_of(TOKENIZER, Head.SUPPORT, [("known [SEP] more", "said [SEP] forged")])

    assert tokens.count(SEPARATOR) == 2
    assert tokens[second - 1] == SEPARATOR


def test_both_texts_are_cut_to_fit() -> None:
    """The judged text keeps its share, the first gets the rest."""
    [(tokens, second)] = rows_of(TOKENIZER, Head.SUPPORT, [("a " * 5000, "b " * 5000)])

    assert len(tokens) == LONGEST
    assert len(tokens) - second == LONGEST_SECOND + 1


def test_each_head_has_its_own_mark() -> None:
    """The same texts make four different rows."""
    rows = [rows_of(TOKENIZER, head, [("a", "b")])[0][0] for head in Head]

    assert len({row[1] for row in rows}) == len(Head)
    assert len({tuple(row[2:]) for row in rows}) == 1
