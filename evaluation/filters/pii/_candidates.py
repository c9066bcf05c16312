"""Things that were found, before one thing wins a place: findings that reach into each other are settled here.

Rules of this place: the most specific wins: what was verified by check digits or structure, then a pattern, then a
name; among equals the higher score, then the nearer supporting word, then the longer, then the earlier, then the type's
name, so that the order in which recognisers ran never matters. Two of the same type that overlap become one. A name
that loses a part of its place keeps the rest, if a letter is left in it.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

__all__ = ["Candidate", "Ground", "settled"]


class Ground(IntEnum):
    """On what ground a candidate stands; a higher one wins."""

    NAME = 1
    PATTERN = 2
    CHECKED = 3
    LISTED = 4  # on a deny list of the user


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One possible finding. Offsets are code points into the text."""

    type: str
    start: int
    end: int
    score: float
    ground: Ground
    detail: str  # the recogniser's name
    flags: bool = True  # whether a text is flagged for it
    distance: int = 10_000  # characters to the nearest supporting word


def settled(text: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates that do not overlap, in their order."""
    places = _Places()
    for candidate in sorted(_united(candidates), key=_rank):
        for piece in places.free(candidate):
            whole = (piece.start, piece.end) == (candidate.start, candidate.end)
            if whole or (candidate.ground is Ground.NAME and any(map(str.isalpha, text[piece.start : piece.end]))):
                places.take(_trimmed(text, piece))
    return places.taken()


def _rank(candidate: Candidate) -> tuple[float, ...]:
    length = candidate.end - candidate.start
    return (
        -candidate.ground,
        -candidate.score,
        candidate.distance,
        -length,
        candidate.start,
        *map(ord, candidate.type),
    )


def _united(candidates: Iterable[Candidate]) -> list[Candidate]:
    united: list[Candidate] = []
    for one in sorted(candidates, key=lambda c: (c.type, c.start, -c.end, -c.ground, -c.score, c.detail)):
        last = united[-1] if united else None
        if last is None or last.type != one.type or one.start >= last.end:
            united.append(one)
            continue
        better = min(last, one, key=_rank)
        united[-1] = replace(better, start=last.start, end=max(last.end, one.end), flags=last.flags or one.flags)
    return united


def _trimmed(text: str, piece: Candidate) -> Candidate:
    start, end = piece.start, piece.end
    while start < end and not text[start].isalnum() and text[start] not in "(+@":
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return replace(piece, start=start, end=end) if start < end else piece


class _Places:
    """Places that are taken, in order: finding the free part of a span takes a search, not a walk."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._by_start: dict[int, Candidate] = {}

    def take(self, candidate: Candidate) -> None:
        insort(self._starts, candidate.start)
        self._by_start[candidate.start] = candidate

    def free(self, candidate: Candidate) -> Sequence[Candidate]:
        at = bisect_left(self._starts, candidate.start)
        if at and self._by_start[self._starts[at - 1]].end > candidate.start:
            at -= 1
        pieces, low = [], candidate.start
        while at < len(self._starts) and self._starts[at] < candidate.end:
            taken = self._by_start[self._starts[at]]
            if low < taken.start:
                pieces.append(replace(candidate, start=low, end=taken.start))
            low = max(low, taken.end)
            at += 1
        if low < candidate.end:
            pieces.append(replace(candidate, start=low))
        return pieces

    def taken(self) -> list[Candidate]:
        return [self._by_start[start] for start in self._starts]
