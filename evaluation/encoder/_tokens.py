"""Pairs of texts as rows of token numbers.

Rules of this place: no word of a text is ever read as a mark of the model (`[SEP]` in a text is a bracket, three
letters and a bracket); the second text, which is judged, keeps up to `LONGEST_SECOND` tokens, the first fills what is
left; every head has a mark of its own at the front, so that the same two texts can be asked different things.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from evaluation.encoder._heads import Head

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["LONGEST", "LONGEST_SECOND", "Row", "encodable", "plain_tokenizer", "rows_of"]

Row = tuple[list[int], int]
"""Token numbers of a pair, and where the second text begins."""

LONGEST: Final = 256  # tokens of a pair with its marks
LONGEST_SECOND: Final = 112
_MARKS: Final = 4  # [CLS], the head's mark, and [SEP] twice
_CLS: Final = 101
_SEP: Final = 102
_FIRST_UNUSED: Final = 1  # [unused0] … are the vocabulary's free places
_CODE_POINTS: Final = 12  # a token is rarely longer; what is beyond cannot matter


def plain_tokenizer(description: str) -> "Tokenizer":
    """Build the tokenizer from its JSON; raise `ValueError` when texts could write the model's own marks."""
    from tokenizers import Tokenizer  # noqa: PLC0415 (dear)

    tokenizer = Tokenizer.from_str(description)
    if tokenizer.get_added_tokens_decoder():
        raise ValueError("the tokenizer knows added tokens: a text could forge the border between two texts")
    return tokenizer


def rows_of(tokenizer: "Tokenizer", head: Head, pairs: Sequence[tuple[str, str]]) -> list[Row]:
    """Return each pair as `[CLS] mark first [SEP] second [SEP]`, at most `LONGEST` tokens."""
    mark = _FIRST_UNUSED + list(Head).index(head)
    room = LONGEST * _CODE_POINTS
    firsts = tokenizer.encode_batch([encodable(first[:room]) for first, _ in pairs], add_special_tokens=False)
    seconds = tokenizer.encode_batch([encodable(second[:room]) for _, second in pairs], add_special_tokens=False)
    rows = []
    for first, second in zip(firsts, seconds, strict=True):
        judged = second.ids[:LONGEST_SECOND]
        known = first.ids[: LONGEST - _MARKS - len(judged)]
        rows.append(([_CLS, mark, *known, _SEP, *judged, _SEP], len(known) + 3))
    return rows


def encodable(text: str) -> str:
    """Replace lone surrogates: no UTF-8 can carry them."""
    return text.encode("utf-8", "replace").decode("utf-8")
