"""From shares of classes at every token to spans.

Rules of this place: pieces of one word share their mean, so no span ends inside a word; a word names something from a
share that favours finding over missing (`Thresholds`); words of one type that touch are one span; a span begins and
ends with a letter or a digit, a person's with the title before it; no list of names is consulted.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from evaluation.filters.pii.names._types import NameSpan, NameType

__all__ = ["OUTPUTS", "Thresholds", "spans_of"]

OUTPUTS: Final = ("none", "person", "location", "address", "organisation", "thing")
"""The model's classes, in their order."""

_PERSON, _LOCATION, _ADDRESS = 1, 2, 3
_JOINTS: Final = {  # what may stand between two words of one span
    NameType.PERSON: re.compile(r"[^\S\n]*(?:[.,'’`-][^\S\n]*)?"),
    NameType.LOCATION: re.compile(r"[^\S\n]*(?:[.'’`-][^\S\n]*)?"),
    NameType.ADDRESS: re.compile(r"\s*(?:[^\w\s]\s*){0,2}"),
}
_INSIDE: Final = 0.4  # share from which a mark between two words belongs to their span
_TITLE: Final = re.compile(
    r"\b(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|rev|hon|herr|frau|mme|mlle|monsieur|madame"
    r"|se[ñn]ora?|sra?|dhr|mevr|mevrouw|pani?|sig|signora?)\.?\s{1,2}$",
    re.IGNORECASE,
)
_LONGEST_TITLE: Final = 12
_ENDING: Final = re.compile(r"(?:['’`]\s?s|['’`])$", re.IGNORECASE)  # of a possessive


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """From which share on a word names something, 0..1."""

    person: float
    person_lower: float  # of a word without a capital: rare words of chats look like names
    place: float  # of locations and addresses together


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    shares: Sequence[float]
    named: bool  # letters or digits, not a mark
    lower: bool


def spans_of(
    text: str,
    offsets: npt.NDArray[np.int32],
    shares: npt.NDArray[np.float32],
    thresholds: Thresholds,
) -> list[NameSpan]:
    """Return the text's spans, sorted, never overlapping; `shares` are tokens × `OUTPUTS`."""
    if not _promising(shares, thresholds):
        return []
    found: list[NameSpan] = []
    run: list[_Word] = []
    marks: list[_Word] = []  # since the last word
    kind: NameType | None = None
    for word in _words(text, offsets, shares):
        if not word.named:
            marks.append(word)
            continue
        type_ = _type(word, thresholds)
        if kind is NameType.PERSON and not marks and _continues(text, run[-1], word, thresholds):
            type_ = kind
        if run and (type_ is not kind or not _touch(text, run[-1], word, marks, kind)):
            found += _span(text, run, kind, thresholds, found[-1].end if found else 0)
            run = []
        kind, marks = type_, []
        if type_ is not None:
            run.append(word)
    return found + _span(text, run, kind, thresholds, found[-1].end if found else 0)


def _promising(shares: npt.NDArray[np.float32], thresholds: Thresholds) -> bool:
    """Whether any token reaches a threshold: most texts name nobody, and are done."""
    if not len(shares):
        return False
    least = min(thresholds.person, thresholds.person_lower, thresholds.place)
    return bool((shares[:, _PERSON] >= least).any() or (shares[:, _LOCATION] + shares[:, _ADDRESS] >= least).any())


def _words(text: str, offsets: npt.NDArray[np.int32], shares: npt.NDArray[np.float32]) -> Iterator[_Word]:
    """Yield words: neighbouring tokens without a space or mark between them."""
    places: Sequence[Sequence[int]] = offsets.tolist()
    firsts = [at for at in range(len(places)) if not (at and _one_word(text, places[at - 1][1], places[at][0]))]
    lasts = [*(first - 1 for first in firsts[1:]), len(places) - 1]
    sizes = np.diff(firsts, append=len(places)).astype(np.float32)
    means = np.add.reduceat(shares, firsts, axis=0) / sizes[:, None]  # at once: a mean for each word costs 7 times that
    for first, last, of_word in zip(firsts, lasts, means.tolist(), strict=True):
        start, end = places[first][0], places[last][1]
        letters = text[start:end]
        named = letters.isalnum() or any(map(str.isalnum, letters))
        yield _Word(start, end, of_word, named, letters.islower())


def _one_word(text: str, end: int, start: int) -> bool:
    return end == start and 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum()


def _type(word: _Word, thresholds: Thresholds) -> NameType | None:
    person = word.shares[_PERSON]
    place = word.shares[_LOCATION] + word.shares[_ADDRESS]
    if person >= _least_person(word, thresholds) and person >= place:
        return NameType.PERSON
    if place >= thresholds.place:
        return NameType.LOCATION if word.shares[_LOCATION] >= word.shares[_ADDRESS] else NameType.ADDRESS
    return None


def _continues(text: str, one: _Word, other: _Word, thresholds: Thresholds) -> bool:
    """Whether a word right after a person's name belongs to it, though a place is likelier: "Jane Doe, 1 Elm St"."""
    person = other.shares[_PERSON]
    return person >= thresholds.person and text[one.end : other.start] == " "


def _touch(text: str, one: _Word, other: _Word, marks: Sequence[_Word], kind: NameType | None) -> bool:
    """Whether two words are one span: the comma of "Doe, Jane" is part of a name, that of "Jane, John" is none."""
    if kind is None or not _JOINTS[kind].fullmatch(text, one.end, other.start):
        return False
    return all(_share(mark, kind) >= _INSIDE for mark in marks)


def _share(word: _Word, kind: NameType) -> float:
    if kind is NameType.PERSON:
        return word.shares[_PERSON]
    return word.shares[_LOCATION] + word.shares[_ADDRESS]


def _span(text: str, run: Sequence[_Word], kind: NameType | None, thresholds: Thresholds, after: int) -> list[NameSpan]:
    if not run or kind is None:
        return []
    score = sum(_score(word, kind, thresholds) for word in run) / len(run)
    start, end = run[0].start, run[-1].end
    if kind is NameType.PERSON and (title := _TITLE.search(text[max(after, start - _LONGEST_TITLE) : start])):
        start -= len(title[0])
    end -= len(found[0]) if (found := _ENDING.search(text, start, end)) else 0
    return [NameSpan(type=kind, start=start, end=end, score=score)] if end > start else []


def _score(word: _Word, kind: NameType, thresholds: Thresholds) -> float:
    """Return 0.5 at the word's threshold and 1 where the model is sure; between them a line."""
    least = thresholds.place if kind is not NameType.PERSON else _least_person(word, thresholds)
    return min(1.0, max(0.5, 0.5 + 0.5 * (_share(word, kind) - least) / (1 - least)))


def _least_person(word: _Word, thresholds: Thresholds) -> float:
    return thresholds.person_lower if word.lower else thresholds.person
