"""Phrases with typos, left-out small words and words in between; phrases with alternatives.

Rules of this place: a phrase is found from its rarest word, then to the left and to the right, taking the nearest word
that fits. Each word may have the edits that its length allows; small words (`the`, `all`) may be missing beside three
others; up to two other words may stand between two of the phrase, four in all. A phrase of more than a dozen words is
found in pieces: half of them, and at least two. What is not fuzzy has no edits, gaps or missing words. A single fuzzy
word must be long and be no frequent word itself.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, TypeAlias

import yaml

from evaluation.filters.keywords._neighbours import Neighbours
from evaluation.filters.keywords._tokens import plain_words
from evaluation.filters.keywords._types import Entry
from evaluation.filters.normal import frequent_words

__all__ = ["PhraseHit", "PhraseIndex", "has_alternatives", "small_words_bytes"]

_SMALL: Final = resources.files("evaluation.filters.keywords") / "data" / "small_words.yaml"
_GAP: Final = 2  # words between two of a phrase
_SHORT: Final = 3  # words of a phrase with at most one other word between two
_MOST_GAPS: Final = 4
_ENOUGH: Final = 3  # words of a phrase beside which its small ones may be missing
_PIECE: Final = 6  # words
_LONG: Final = 12
_STRETCH: Final = 6  # times the length of the pieces that are needed: as far as they may lie apart
_SHORTEST_FUZZY: Final = 6  # letters of a single word that may have edits

Near: TypeAlias = Sequence[tuple[tuple[int, int], ...]]  # for each word of a text: number and distance of known words


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words in order; each is a set of alternatives, by number."""

    owner: int  # which entry
    fuzzy: bool
    words: tuple[frozenset[int], ...]
    small: tuple[bool, ...]
    anchor: int  # the place whose words are rarest
    part: int  # which piece of its entry
    partner: int  # a word that must be there besides the anchor, -1 if none must: most pieces end with this look

    @property
    def gap(self) -> int:
        """How many other words may stand between two."""
        return (_GAP if len(self.words) > _SHORT else 1) if self.fuzzy else 0


@dataclass(frozen=True, slots=True)
class PhraseHit:
    """Where an entry was found, in words of the text."""

    owner: int
    first: int
    last: int  # inclusive
    exact: bool


def small_words_bytes() -> bytes:
    """Return the data that shape what is found beside the lists."""
    return _SMALL.read_bytes()


@cache
def _small_words() -> frozenset[str]:
    data = yaml.safe_load(_SMALL.read_text("utf-8"))
    return frozenset(word for said in data["words"].values() for word in plain_words(said)[0])


def has_alternatives(text: str) -> bool:
    """Whether an entry says `a|b` of a word."""
    return any("|" in word.strip("|") for word in text.split())


class PhraseIndex:
    """Finds fuzzy entries and those with alternatives, by their number."""

    def __init__(self, entries: Iterable[tuple[int, Entry]]) -> None:
        """Give each word a number, index their neighbours, and hang each piece on its rarest word."""
        numbers: dict[str, int] = {}
        read = [(owner, entry, _alternatives(entry.text, numbers)) for owner, entry in entries]
        times = Counter(number for _, _, words in read for either in words for number in either)
        names = list(numbers)
        small = {number for number, name in enumerate(names) if name in _small_words()}
        self.known = frozenset(names)
        self._neighbours = Neighbours(numbers)
        self._long: dict[int, int] = {}  # pieces of an entry that are needed
        self._hung: dict[int, list[_Piece]] = {}
        for owner, entry, words in read:
            for part, piece in enumerate(self._pieces(owner, entry, words)):
                self._hang(_piece(owner, part, piece, times, small, fuzzy=entry.fuzzy))

    def _pieces(self, owner: int, entry: Entry, words: Sequence[frozenset[int]]) -> Iterator[Sequence[frozenset[int]]]:
        if not entry.fuzzy or len(words) <= _LONG:
            yield words
            return
        pieces = [words[start : start + _PIECE] for start in range(0, len(words) - _PIECE // 2, _PIECE)]
        self._long[owner] = max(2, (len(pieces) + 1) // 2)
        yield from pieces

    def _hang(self, piece: _Piece) -> None:
        for number in piece.words[piece.anchor]:
            self._hung.setdefault(number, []).append(piece)

    def find(self, words: Sequence[str]) -> Iterator[PhraseHit]:
        """Yield hits in the words of a text."""
        near = [self._neighbours.of(word) for word in words]
        pieces: dict[int, list[tuple[int, PhraseHit]]] = {}
        for piece, hit in self._hits(near, words):
            if piece.owner in self._long:
                pieces.setdefault(piece.owner, []).append((piece.part, hit))
            else:
                yield hit
        for owner, parts in pieces.items():
            yield from _joined(sorted(parts, key=lambda part: part[1].first), self._long[owner])

    def _hits(self, near: Near, words: Sequence[str]) -> Iterator[tuple[_Piece, PhraseHit]]:
        present = {number for said in near for number, _ in said}
        possible: dict[tuple[int, int], bool] = {}
        for place, said in enumerate(near):
            hung = (piece for number, _ in said for piece in self._hung.get(number, ()))
            for piece in (piece for piece in hung if piece.partner < 0 or piece.partner in present):
                key = piece.owner, piece.part
                if key not in possible:
                    possible[key] = _possible(piece, present)
                hit = _align(piece, place, near, words) if possible[key] else None
                if hit is not None:
                    yield piece, hit


def _piece(
    owner: int, part: int, words: Sequence[frozenset[int]], times: Counter[int], small: AbstractSet[int], *, fuzzy: bool
) -> _Piece:
    minor = tuple(either <= small for either in words)
    if minor.count(False) < _ENOUGH:
        minor = (False,) * len(words)
    weights = [(minor[place], sum(times[number] for number in either)) for place, either in enumerate(words)]
    anchor = min(range(len(words)), key=weights.__getitem__)
    lone = [place for place, either in enumerate(words) if len(either) == 1 and place != anchor and not minor[place]]
    partner = next(iter(words[min(lone, key=weights.__getitem__)])) if lone else -1
    return _Piece(owner=owner, fuzzy=fuzzy, words=tuple(words), small=minor, anchor=anchor, part=part, partner=partner)


def _joined(parts: Sequence[tuple[int, PhraseHit]], needed: int) -> Iterator[PhraseHit]:
    """Yield the first stretch in which enough different pieces of an entry stand near each other, if there is one."""
    near: deque[tuple[int, PhraseHit]] = deque()
    for part, hit in parts:
        near.append((part, hit))
        while hit.last - near[0][1].first > _STRETCH * _PIECE * needed:
            near.popleft()
        if len({one for one, _ in near}) >= needed:
            yield PhraseHit(hit.owner, near[0][1].first, max(one.last for _, one in near), exact=False)
            return


def _alternatives(text: str, numbers: dict[str, int]) -> list[frozenset[int]]:
    words: list[frozenset[int]] = []
    for stretch in text.split():
        if "|" in stretch.strip("|"):
            either = {word for choice in stretch.split("|") for word in plain_words(choice)[0][:1]}
            words.append(frozenset(numbers.setdefault(word, len(numbers)) for word in sorted(either)))
        else:
            words += (frozenset({numbers.setdefault(word, len(numbers))}) for word in plain_words(stretch)[0])
    return words


def _possible(piece: _Piece, present: set[int]) -> bool:
    return all(small or not either.isdisjoint(present) for either, small in zip(piece.words, piece.small, strict=True))


def _align(piece: _Piece, place: int, near: Near, words: Sequence[str]) -> PhraseHit | None:
    distance = _distance(piece, piece.anchor, place, near)
    if distance is None or (len(piece.words) == 1 and distance and not _may_err(words[place])):
        return None
    right = _walk(piece, place, 1, near)
    left = _walk(piece, place, -1, near) if right else None
    if right is None or left is None or (piece.fuzzy and left[1] + right[1] > _MOST_GAPS):
        return None
    edits = distance + left[2] + right[2] + left[1] + right[1] + left[3] + right[3]
    return PhraseHit(piece.owner, left[0], right[0], exact=edits == 0)


def _walk(piece: _Piece, place: int, step: int, near: Near) -> tuple[int, int, int, int] | None:
    """Return the last place, words in between, edits, and words left out, to one side; None where a word is missing."""
    gaps = edits = missing = 0
    order = range(piece.anchor + 1, len(piece.words)) if step > 0 else range(piece.anchor - 1, -1, -1)
    for wanted in order:
        for skipped in range(piece.gap + 1):
            there = place + step * (skipped + 1)
            distance = _distance(piece, wanted, there, near) if 0 <= there < len(near) else None
            if distance is not None:
                place, gaps, edits = there, gaps + skipped, edits + distance
                break
        else:
            if not (piece.fuzzy and piece.small[wanted]):
                return None
            missing += 1
    return place, gaps, edits, missing


def _distance(piece: _Piece, wanted: int, place: int, near: Near) -> int | None:
    found = [distance for number, distance in near[place] if number in piece.words[wanted]]
    found = found if piece.fuzzy else [distance for distance in found if distance == 0]
    return min(found, default=None)


def _may_err(word: str) -> bool:
    return len(word) >= _SHORTEST_FUZZY and word not in frequent_words()
