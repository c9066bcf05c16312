"""Words of a normalised text and of an entry: the same cut for both.

Rules of this place: a word is a run of letters and digits; what stands between words (spaces, hyphens, full stops) does
not count, so `do-not-distribute` is found by `do not distribute`. Scripts that write without spaces have no words here:
their entries are found as substrings. A very long word is cut into the entries' words, for who leaves out the spaces.
"""

import re
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from evaluation.filters.normal import EVERY, normalise

__all__ = ["Spans", "cut", "plain_words", "unspaced", "words_in"]

Spans: TypeAlias = list[tuple[int, int]]

_WORD: Final = re.compile(r"[^\W_]+")
_BETWEEN: Final = re.compile(r"[\s\-'.,:;/!?()\"_]+")
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)
_LONG: Final = 14  # code points of a word that may be several
_VERY_LONG: Final = 5_000  # code points of a word that is none
_LONGEST_PART: Final = 20
_KNOWN: Final = 0.7  # of a long word that must be made of known words


def words_in(text: str) -> tuple[list[str], Spans]:
    """Return the words of a normalised text and their spans in it."""
    return _WORD.findall(text), [found.span() for found in _WORD.finditer(text)]


def plain_words(entry: str) -> tuple[list[str], str]:
    """Return an entry's words and its normalised text."""
    text = " ".join(normalise(entry, EVERY).text.split())
    return _WORD.findall(text), text


def unspaced(text: str, words: list[str]) -> bool:
    """Whether an entry is more than its words: signs that count (`c++`), or a script without spaces."""
    return _BETWEEN.sub("", text) != "".join(words) or _UNSPACED.search(text) is not None


def cut(words: list[str], spans: Spans, known: AbstractSet[str]) -> tuple[list[str], Spans]:
    """Cut very long words into known ones, where hardly anything else is left."""
    long = {word for word in words if _LONG <= len(word) <= _VERY_LONG and word not in known}
    parts = {word: found for word in long if (found := _parts(word, known))}
    if not parts:
        return words, spans
    pieces: list[str] = []
    places: Spans = []
    for word, span in zip(words, spans, strict=True):
        for start, end in parts.get(word, [(0, len(word))]):
            pieces.append(word[start:end])
            places.append((span[0] + start, span[0] + end))
    return pieces, places


def _parts(word: str, known: AbstractSet[str]) -> Spans:
    """Return spans of known words, the longest at each place; none where too little of the word is known."""
    parts: Spans = []
    place = covered = 0
    while place < len(word):
        longest = min(_LONGEST_PART, len(word) - place)
        size = next((size for size in range(longest, 1, -1) if word[place : place + size] in known), 0)
        if size:
            parts.append((place, place + size))
        covered, place = covered + size, place + (size or 1)
    return parts if covered >= _KNOWN * len(word) else []
