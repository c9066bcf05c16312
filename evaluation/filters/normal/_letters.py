"""Letters taken back to plain ones: hidden ones removed, compatibility forms, marks and look-alikes folded.

Rules of this place: text in ASCII passes untouched but for its controls. Of other text only the *distinct* letters are
looked at one by one. A look-alike of a living script is folded only where a whole word of Latin letters comes out: a
Russian sentence stays Russian, a Cyrillic `а` in `pаssword` does not. Marks are read thirty at a time (UAX #15, 12.1:
a letter with a million marks would be sorted in quadratic time).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

import yaml

from evaluation.filters.normal._rewriting import Edit, replaced, rewritten
from evaluation.filters.normal._types import Normalised, Step

__all__ = ["letters_bytes", "unfolded", "unhidden", "unmarked"]

_FILE: Final = resources.files("evaluation.filters.normal") / "data" / "letters.yaml"
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f]+")
# Format characters of the general category Cf, variation selectors, fillers, controls.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
# Marks that stand on letters of any script, and those of Hebrew and Arabic, which their readers leave out themselves.
_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+"
)
# Jamo, half-width jamo and compatibility jamo: letters that compose with the one before.
_JAMO: Final = re.compile("[\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\ud7b0-\ud7ff\uffa1-\uffdc]")
_MOST_MARKS: Final = 30
_WORD: Final = re.compile(r"[^\W_]+")
_ROUNDS: Final = 4  # folding twice is enough for all of Unicode 15; a bound, not a tuning


@dataclass(frozen=True, kw_only=True)
class _Tables:
    signs: Mapping[str, str]
    strokes: Mapping[str, str]
    punctuation: Mapping[str, str]
    lookalikes: Mapping[int, str]  # for `str.translate`
    faux: Mapping[int, str]


def letters_bytes() -> bytes:
    """Return the bytes of the data that shape the folding."""
    return _FILE.read_bytes()


def unhidden(normal: Normalised) -> Normalised:
    """Remove what is not seen."""
    pattern = _CONTROLS if normal.text.isascii() else _HIDDEN
    return rewritten(normal, [(*found.span(), "") for found in pattern.finditer(normal.text)])


def unmarked(normal: Normalised, steps: frozenset[Step]) -> Normalised:
    """Take letters and their marks back to plain letters, as far as the steps say."""
    if normal.text.isascii():
        return normal
    fold = _fold(steps & {Step.FORM, Step.MARKS, Step.CONFUSABLES})
    distinct = set(normal.text)
    joining = "".join(re.escape(letter) for letter in distinct if _joins(letter))
    if joining:
        normal = rewritten(normal, list(_clusters(normal.text, joining, fold)))
        distinct = set(normal.text)
    folded = {letter: fold(letter) for letter in distinct if letter > "\x7f"}
    changed = {letter: plain for letter, plain in folded.items() if plain != letter}
    if not changed:
        return normal
    if all(len(plain) == 1 for plain in changed.values()):
        return replaced(normal, normal.text.translate({ord(letter): plain for letter, plain in changed.items()}))
    pattern = re.compile("[" + "".join(map(re.escape, changed)) + "]")
    return rewritten(normal, [(*found.span(), changed[found[0]]) for found in pattern.finditer(normal.text)])


def unfolded(normal: Normalised) -> Normalised:
    """Fold look-alikes in words of which Latin letters come out; words without any Latin one only in a Latin text."""
    tables = _tables()
    distinct = {ord(letter) for letter in set(normal.text)} if not normal.text.isascii() else set()
    if tables.lookalikes.keys().isdisjoint(distinct) and tables.faux.keys().isdisjoint(distinct):
        return normal
    text = _WORD.sub(lambda found: _latin(found[0], mixed=True), normal.text)
    if sum(letter.isalpha() and letter.isascii() for letter in text.casefold()) > sum(
        map(_foreign, _WORD.findall(text))
    ):
        text = _WORD.sub(lambda found: _latin(found[0], mixed=False), text)
    return replaced(normal, text)


def _clusters(text: str, joining: str, fold: "_Fold") -> Iterator[Edit]:
    for found in re.finditer(f"[^{joining}]?[{joining}]{{1,{_MOST_MARKS}}}", text):
        plain = fold(found[0])
        if plain != found[0]:
            yield (*found.span(), plain)


def _joins(letter: str) -> bool:
    return letter > "\x7f" and (unicodedata.category(letter)[0] == "M" or _JAMO.match(letter) is not None)


def _latin(word: str, *, mixed: bool) -> str:
    """Return a word in Latin letters, if nothing else is left; `mixed`: only if it has some already."""
    if word.isascii() or mixed is not _has_latin(word):
        return word
    plain = word.translate(_tables().lookalikes)
    if mixed and not plain.isascii():
        plain = plain.translate(_tables().faux)
    return plain if plain.casefold().isascii() else word


def _foreign(word: str) -> int:
    """Return how many letters a word has of which no Latin ones come out."""
    return 0 if word.isascii() or _has_latin(word) or _latin(word, mixed=False) != word else len(word.casefold())


def _has_latin(word: str) -> bool:
    return any(letter.isascii() and letter.isalpha() for letter in word.casefold())


class _Fold:
    """Folds a letter with its marks until nothing changes; what it folded is kept, up to a bound."""

    def __init__(self, steps: frozenset[Step]) -> None:
        self._steps = steps
        self._known = lru_cache(maxsize=4096)(self._fixed)

    def __call__(self, cluster: str) -> str:
        return self._known(cluster)

    def _fixed(self, cluster: str) -> str:
        for _ in range(_ROUNDS):
            plain = self._once(cluster)
            if plain == cluster:
                break
            cluster = plain
        return cluster

    def _once(self, cluster: str) -> str:
        tables = _tables()
        if Step.CONFUSABLES in self._steps:
            cluster = "".join(tables.signs.get(letter, letter) for letter in cluster)
        if Step.FORM in self._steps:
            cluster = unicodedata.normalize("NFKC", cluster)
            cluster = "".join(tables.punctuation.get(letter, letter) for letter in cluster)
        if Step.MARKS in self._steps:
            cluster = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", cluster)))
            cluster = "".join(tables.strokes.get(letter, letter) for letter in cluster)
        return cluster


@cache
def _fold(steps: frozenset[Step]) -> _Fold:
    return _Fold(steps)


@cache
def _tables() -> _Tables:
    data = yaml.safe_load(_FILE.read_text("utf-8"))
    signs = _spread(data["signs"])
    for first in data["alphabets"]:
        signs |= {chr(int(first, 16) + place): chr(ord("a") + place) for place in range(26)}
    strokes = _spread(data["strokes"])
    return _Tables(
        signs=signs,
        strokes=strokes | {letter.upper(): plain for letter, plain in strokes.items() if len(letter.upper()) == 1},
        punctuation=_spread(data["punctuation"]),
        lookalikes=str.maketrans(_spread(data["lookalikes"])),
        faux=str.maketrans(_spread(data["faux"])),
    )


def _spread(grouped: Mapping[str, str]) -> dict[str, str]:
    return {letter: plain for plain, letters in grouped.items() for letter in letters}
