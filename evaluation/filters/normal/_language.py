"""Whether letters read as language, and which stretch of a text reads as language only once it is turned.

Rules of this place: decided by frequent words (`data/words.yaml`), not by a model, so the same text always decides the
same way. Words of two letters count for nothing: too many of them are words whichever way they are read.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from typing import Final

import yaml

__all__ = ["frequent_words", "reads", "turned_stretches", "words_bytes"]

_FILE: Final = resources.files("evaluation.filters.normal") / "data" / "words.yaml"
_WORD: Final = re.compile(r"[^\W\d_]{1,40}+")
_SHORTEST: Final = 3
_ENOUGH: Final = 2.0  # words, less what speaks against
_AGAINST: Final = 1.0  # a word that is a word as it stands
_UNKNOWN: Final = 0.35  # a word that is none either way
_SHARE_OF_LETTERS: Final = 0.7
_MOST_STRETCHES: Final = 4


def words_bytes() -> bytes:
    """Return the bytes of the words."""
    return _FILE.read_bytes()


@cache
def frequent_words() -> frozenset[str]:
    """Return words of three letters and more that nobody hides, casefolded, in several languages."""
    data = yaml.safe_load(_FILE.read_text("utf-8"))
    words = (word for listed in data["words"].values() for word in listed.split())
    return frozenset(word for word in words if len(word) >= _SHORTEST)


def reads(text: str) -> bool:
    """Whether a decoded text may be language: printable, and made of letters and spaces for the most part."""
    if not text.strip() or not all(map(_shows, text)):
        return False
    return sum(letter.isalpha() or letter.isspace() for letter in text) >= _SHARE_OF_LETTERS * len(text)


def _shows(letter: str) -> bool:
    return letter.isprintable() or letter in "\t\n\r"


def turned_stretches(text: str, turn: Callable[[str], str]) -> Iterator[tuple[int, int]]:
    """Yield the spans whose words are frequent words once each is turned, and are not as they stand; at most four."""
    known = frequent_words()
    spans: list[tuple[int, int]] = []
    weights: list[float] = []
    for found in _WORD.finditer(text):
        word = found[0].casefold()
        if len(word) >= _SHORTEST:
            spans.append(found.span())
            weights.append(-_AGAINST if word in known else 1.0 if turn(word) in known else -_UNKNOWN)
    for _ in range(_MOST_STRETCHES):
        first, last, weight = _heaviest(weights)
        if weight < _ENOUGH:
            return
        yield spans[first][0], spans[last][1]
        weights[first : last + 1] = [-_AGAINST] * (last + 1 - first)


def _heaviest(weights: list[float]) -> tuple[int, int, float]:
    """Return the first and last place of the run with the greatest sum (Kadane), and the sum."""
    best = (0, 0, 0.0)
    start, total = 0, 0.0
    for place, weight in enumerate(weights):
        if total <= 0:
            start, total = place, 0.0
        total += weight
        if total > best[2]:
            best = (start, place, total)
    return best
