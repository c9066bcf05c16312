"""Words by which sentences point at answers of the tree: which, where, how strongly, and what a sentence denies.

Rules of this place: words propose and decide nothing. Only what one sentence says counts, so that its words can be
shown; what it denies ("does not score applicants") is told apart from what it says nothing about.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from risks.act._header import Header

__all__ = ["Cue", "Cues", "Pointer", "Sighting", "Strength", "compiled", "sightings"]

_SCOPE: Final = 45  # characters before a word in which a denial still means it
_BREAK: Final = re.compile(r"[;:.!?]|,\s*(?:but|and|it|which|who|instead|only)\b|\bbut\b", re.IGNORECASE)


class Strength(StrEnum):
    """How much a cue says; a denied one says that its option is not the answer."""

    STRONG = "strong"
    WEAK = "weak"
    DENIED = "denied"


@dataclass(frozen=True, kw_only=True)
class Cue:
    """Terms that must all stand in one sentence."""

    strength: Strength
    terms: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """The cues of one option."""

    question: str  # Question.id
    option: str  # one of Question.outcomes
    cues: tuple[Cue, ...]  # the strong ones first
    unless: tuple[Cue, ...]


@dataclass(frozen=True, kw_only=True)
class Cues:
    """The file, checked against the tree."""

    header: Header
    denials: re.Pattern[str]
    affirmations: re.Pattern[str]
    pointers: tuple[Pointer, ...]
    silent: Mapping[str, tuple[str, ...]]  # Question.id → what a proposal assumes where nothing points anywhere


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A sentence that points at an option."""

    question: str
    option: str
    sentence: int  # its index
    strength: Strength


def compiled(term: str) -> re.Pattern[str]:
    """Return what finds a term: `|` parts alternatives, `*` is any letters of a word, a space is also a hyphen."""
    alternatives = (re.escape(one.strip()).replace(r"\*", r"\w*") for one in term.split("|"))
    loose = (re.sub(r"(?:\\ |\\-)", r"[\\s\\-]+", one) for one in alternatives)
    return re.compile(rf"(?<!\w)(?:{'|'.join(loose)})(?!\w)", re.IGNORECASE)


def sightings(cues: Cues, sentences: Sequence[str]) -> tuple[Sighting, ...]:
    """Return what each sentence points at; of one option in one sentence, the strongest."""
    return tuple(found for index, sentence in enumerate(sentences) for found in _of(cues, index, sentence))


def _of(cues: Cues, index: int, sentence: str) -> Iterator[Sighting]:
    scopes = tuple(_denied(cues, sentence))
    for pointer in cues.pointers:
        strength = _strength(pointer, sentence, scopes)
        if strength is not None:
            yield Sighting(question=pointer.question, option=pointer.option, sentence=index, strength=strength)


def _strength(pointer: Pointer, sentence: str, scopes: Sequence[tuple[int, int]]) -> Strength | None:
    denied = False
    for cue in pointer.cues:
        if (places := _places(cue, sentence)) is None:
            continue
        if any(_places(one, sentence) is not None for one in pointer.unless):
            return None
        if not any(start <= place < end for start, end in scopes for place in places):
            return cue.strength
        denied = True
    return Strength.DENIED if denied else None


def _places(cue: Cue, sentence: str) -> list[int] | None:
    """Return where the terms begin; None unless each stands there."""
    found = [term.search(sentence) for term in cue.terms]
    return [one.start() for one in found if one] if all(found) else None


def _denied(cues: Cues, sentence: str) -> Iterable[tuple[int, int]]:
    """Return the parts of a sentence that are under a denial: from it to the end of its clause."""
    held = [one.span() for one in cues.affirmations.finditer(sentence)]
    for found in cues.denials.finditer(sentence):
        if any(start <= found.start() < end for start, end in held):
            continue
        ahead = sentence[found.end() : found.end() + _SCOPE]
        stop = _BREAK.search(ahead)
        yield found.end(), found.end() + (stop.start() if stop else len(ahead))
