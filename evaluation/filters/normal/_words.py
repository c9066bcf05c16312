"""Words taken back to plain ones: spelt-out letters joined, digits for letters, drawn-out letters.

Rules of this place: these steps guess, the letters' steps do not. What they would make of numbers, file names, mail
addresses and hashes is left alone as far as its form shows what it is. Every pattern is linear: it never looks at a
code point again from another start.
"""

import re
from collections.abc import Iterator
from typing import Final

from evaluation.filters.normal._rewriting import Edit, replaced, rewritten
from evaluation.filters.normal._types import Normalised

__all__ = ["joined", "squeezed", "unleeted"]

# Letters with the same sign between each two of them.
_SPELT: Final = re.compile(r"(?<![^\W_])[^\W_]([ .\-_*·|~/+,])[^\W_](?![^\W_])(?:\1[^\W_](?![^\W_]))*+")
_FEWEST_SPACED: Final = 4  # letters: `I a m` is no word
_FEWEST_SIGNED: Final = 3
_FEWEST_AFTER: Final = 2  # in a text that spells words out already
_NEAR: Final = 4  # code points between two words that are spelt out
_MOST_DIGITS: Final = 0.5  # of a word that is spelt out
_LEET: Final = re.compile(r"[^\W_]++(?:[@$!€][^\W_]++)*+|[$€][^\W_]++")
_SIGNS: Final = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g",
                 "@": "a", "$": "s", "!": "i", "€": "e"}  # fmt: skip
_NO_LETTERS: Final = frozenset("26")  # `b2b`, `sha256`
_BEFORE_L: Final = frozenset("aeou")
_FEWEST_LETTERS: Final = 0.4  # of a word
_INSIDE: Final = re.compile(r"[a-z][0-9@$!€]{1,3}[a-z]|^[a-z]{1,2}11$", re.IGNORECASE)
_LEADING: Final = re.compile(r"[013457$€][a-z]{4}", re.IGNORECASE)
_LONGEST: Final = 40  # code points of a word
_DRAWN: Final = re.compile(r"([^\W\d_])\1{2,}")
_VOWELS: Final = frozenset("aeiouyAEIOUY")


def joined(normal: Normalised) -> Normalised:
    """Join letters that are spelt out: at least four with spaces between, three with signs."""
    return rewritten(normal, list(_separators(normal.text)))


def _separators(text: str) -> Iterator[Edit]:
    last = -_NEAR - 1  # end of the last word that was joined
    for found in _SPELT.finditer(text):
        letters = found[0][::2]
        fewest = _FEWEST_SPACED if found[1] == " " else _FEWEST_SIGNED
        if found.start() - last <= _NEAR:
            fewest = _FEWEST_AFTER
        if len(letters) < fewest or sum(map(str.isdigit, letters)) > _MOST_DIGITS * len(letters):
            continue
        last = found.end()
        yield from ((place, place + 1, "") for place in range(found.start() + 1, found.end(), 2))


def unleeted(normal: Normalised) -> Normalised:
    """Read digits and signs inside a word as the letters that they stand for."""
    text = normal.text
    if not any(sign in text for sign in "012345678@$!€9"):
        return normal
    return replaced(normal, _LEET.sub(_letters, text))


def _letters(found: re.Match[str]) -> str:
    word = found[0]
    if len(word) > _LONGEST or word.isalpha() or not (_INSIDE.search(word) or _LEADING.match(word)):
        return word
    if not _FEWEST_LETTERS * len(word) <= sum(map(str.isalpha, word)) + 1 or not _NO_LETTERS.isdisjoint(word):
        return word
    if _is_address(found):
        return word
    return "".join(_SIGNS.get(sign, sign) if sign != "1" else _one(word, place) for place, sign in enumerate(word))


def _is_address(found: re.Match[str]) -> bool:
    after = found.string[found.end() : found.end() + 2]
    return "@" in found[0] and len(after) > 1 and after[0] in ".-_" and after[1].isalnum()


def _one(word: str, place: int) -> str:
    """Read 1 as l beside another 1, after an l, and between a vowel and another letter than l; else as i.

    `te11`, `ru1es`, but `1gnore`, `k1ll`, `ema1l`.
    """
    before, after = word[place - 1] if place else "", word[place + 1 : place + 2]
    return "l" if "1" in {before, after} or before == "l" or (before in _BEFORE_L and after != "l") else "i"


def squeezed(normal: Normalised) -> Normalised:
    """Write a letter that stands three times or more once if it is a vowel, else twice."""
    edits = [(*found.span(), found[1] * (1 if found[1] in _VOWELS else 2)) for found in _DRAWN.finditer(normal.text)]
    return rewritten(normal, edits)
