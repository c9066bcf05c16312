"""Finding a judge's quote in the contexts by code.

Rules of this place: a quote counts only when it stands in a context; case, white space, quote marks and dashes may
differ, and a few characters may (rapidfuzz partial alignment), a word may not. A quote that is not there is a free
test of the judge, and it failed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from evaluation.judges._overlap import denies, words
from evaluation.verdicts import QuoteSpan

__all__ = ["Block", "Piece", "closest_stretch", "find_quote"]

_SIMILAR: Final = 93.0  # of 100: about one character in fourteen may differ
_SIMILAR_WORD: Final = 75.0
_SHORTEST_FUZZY: Final = 24  # code points; a shorter quote must match exactly
_SHORTEST: Final = 2
_PLAIN: Final = str.maketrans(dict.fromkeys("“”„«»″", '"') | dict.fromkeys("‘’‚`′", "'") | dict.fromkeys("–—‐‑−", "-"))


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of one context: `text` begins at code point `offset` of context number `context`."""

    context: int
    offset: int
    text: str


Block = tuple[Piece, ...]


def find_quote(quote: str, pieces: Sequence[Piece]) -> QuoteSpan | None:
    """Return where the quote stands in the original context, or None."""
    wanted, _ = _folded(quote.strip().strip("\"'“”‘’«»").removesuffix("...").removesuffix("…"))
    if len(wanted) < _SHORTEST or not any(character.isalnum() for character in wanted):
        return None
    folded = [(piece, *_folded(piece.text)) for piece in pieces]
    for piece, text, origins in folded:
        at = text.find(wanted)
        if at >= 0:
            return _span(piece, origins, at, at + len(wanted))
    if len(wanted) < _SHORTEST_FUZZY:
        return None
    for piece, text, origins in folded:
        near = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=_SIMILAR) if len(text) >= len(wanted) else None
        if near is not None:
            start, end = _whole_words(text, near.dest_start, near.dest_end)
            if _same_words(wanted, text[start:end]):
                return _span(piece, origins, start, end)
    return None


def closest_stretch(sentence: str, pieces: Sequence[Piece]) -> QuoteSpan | None:
    """Return the stretch of the contexts that is most like the sentence, in whole words; None where nothing is."""
    wanted, _ = _folded(sentence)
    best = max(
        ((fuzz.partial_ratio_alignment(wanted, _folded(piece.text)[0]), piece) for piece in pieces),
        key=lambda found: found[0].score if found[0] is not None else -1.0,
        default=(None, None),
    )
    near, piece = best
    if near is None or piece is None or near.dest_end <= near.dest_start or near.score <= 0:
        return None
    text, origins = _folded(piece.text)
    start, end = _whole_words(text, near.dest_start, near.dest_end)
    while start < end and text[start] == " ":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    return _span(piece, origins, start, end) if end > start else None


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _same_words(quote: str, found: str) -> bool:
    """Whether every word has its counterpart, spelt nearly the same; figures and negations exactly."""
    one, other = words(quote), words(found)
    return len(one) == len(other) and all(map(_same_word, one, other))


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    exact = denies(one) or denies(other) or one[0].isdigit() or other[0].isdigit()
    return not exact and fuzz.ratio(one, other) >= _SIMILAR_WORD


def _folded(text: str) -> tuple[str, list[int]]:
    """Lower case, single spaces, plain quotes and dashes; with the origin of each remaining code point."""
    kept: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        plain = " " if character.isspace() else character.translate(_PLAIN).lower()
        if plain == " " and (not kept or kept[-1] == " "):
            continue
        for part in plain:  # `İ` lowers to two code points
            kept.append(part)
            origins.append(index)
    return "".join(kept).rstrip(), origins


def _span(piece: Piece, origins: list[int], start: int, end: int) -> QuoteSpan:
    return QuoteSpan(
        context=piece.context, start=piece.offset + origins[start], end=piece.offset + origins[end - 1] + 1
    )
