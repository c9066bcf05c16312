"""The stretches of the contexts that matter for one sentence: what a small reader can hold in its window.

Rules of this place: whole sentences of the contexts, in their order, never a cut inside one that fits; first the one
that shares most with the sentence (a word counts the more, the fewer context sentences hold it), then those that cover
what is still uncovered, then neighbours, because a pronoun leans on the sentence before. What fits whole is taken
whole. Pure text, no model.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from evaluation.judges._overlap import content_words
from evaluation.judges._quotes import Block, Piece
from evaluation.judges._sentences import Span, split_sentences

__all__ = ["evidence_for", "evidence_text"]

_LONGEST_SEGMENT: Final = 600  # code points; a longer sentence, or text without sentences, is cut into windows
_ALREADY: Final = 0.15  # what a word still counts after another segment has covered it


@dataclass(frozen=True, kw_only=True)
class _Segment:
    """One sentence of one context."""

    context: int
    span: Span
    stems: frozenset[str]

    @property
    def size(self) -> int:
        """Code points, and one for what joins it to the next."""
        return self.span.end - self.span.start + 1


@dataclass(frozen=True, kw_only=True)
class _Contexts:
    """Contexts cut once for all sentences of a row."""

    segments: tuple[_Segment, ...]
    weight: dict[str, float]  # stem → log((segments + 1) / (segments that hold it + ½))
    size: int


def evidence_for(sentence: str, contexts: Sequence[str], limit: int) -> Block:
    """Return pieces of the contexts of at most `limit` code points together (one segment at least), in their order."""
    known = _cut(tuple(contexts))
    if known.size <= limit:
        return tuple(Piece(context=at, offset=0, text=text) for at, text in enumerate(contexts) if text.strip())
    chosen = _choose(frozenset(content_words(sentence)), known, limit)
    return _joined([known.segments[at] for at in sorted(chosen)], contexts)


def evidence_text(pieces: Block) -> str:
    """Return the pieces as one text; a gap between two of them is an ellipsis."""
    return " … ".join(piece.text.strip() for piece in pieces)


def _choose(wanted: frozenset[str], known: _Contexts, limit: int) -> set[int]:
    """Greedy cover, then the neighbours of what was chosen while there is room."""
    chosen: set[int] = set()
    covered: set[str] = set()
    room = limit
    while best := _best(wanted, covered, chosen, known, room if chosen else None):
        chosen.add(best[1])
        covered |= known.segments[best[1]].stems & wanted
        room -= known.segments[best[1]].size
    for at in sorted(chosen, key=lambda one: -_gain(wanted, set(), known.segments[one], known.weight)):
        for beside in (at - 1, at + 1):
            if 0 <= beside < len(known.segments) and beside not in chosen and known.segments[beside].size <= room:
                chosen.add(beside)
                room -= known.segments[beside].size
    return chosen or {0}


def _best(
    wanted: frozenset[str], covered: set[str], chosen: set[int], known: _Contexts, room: int | None
) -> tuple[float, int] | None:
    gains = (
        (_gain(wanted, covered, segment, known.weight), -at)
        for at, segment in enumerate(known.segments)
        if at not in chosen and (room is None or segment.size <= room)
    )
    gain, at = max(gains, default=(0.0, 0))
    return (gain, -at) if gain > 0 else None


def _gain(wanted: frozenset[str], covered: set[str], segment: _Segment, weight: dict[str, float]) -> float:
    shared = segment.stems & wanted
    return math.fsum(weight[stem] * (_ALREADY if stem in covered else 1.0) for stem in shared)


@lru_cache(maxsize=64)
def _cut(contexts: tuple[str, ...]) -> _Contexts:
    segments = tuple(
        _Segment(context=at, span=span, stems=frozenset(content_words(span.of(text))))
        for at, text in enumerate(contexts)
        for whole in split_sentences(text)
        for span in _windows(whole, text)
    )
    holders = Counter(stem for segment in segments for stem in segment.stems)
    weight = {stem: math.log((len(segments) + 1) / (count + 0.5)) for stem, count in holders.items()}
    size = sum(len(text) + 1 for text in contexts if text.strip())
    return _Contexts(segments=segments, weight=weight, size=size)


def _windows(span: Span, text: str) -> list[Span]:
    """Cut what is longer than a segment may be, at white space where there is some."""
    found = []
    start = span.start
    while span.end - start > _LONGEST_SEGMENT:
        space = text.rfind(" ", start + _LONGEST_SEGMENT // 2, start + _LONGEST_SEGMENT)
        end = space if space > 0 else start + _LONGEST_SEGMENT
        found.append(Span(start=start, end=end))
        start = end + (space > 0)
    return [*found, Span(start=start, end=span.end)]


def _joined(segments: Sequence[_Segment], contexts: Sequence[str]) -> Block:
    """Join segments that stand side by side into one piece."""
    pieces: list[tuple[int, int, int]] = []
    for segment in segments:
        context, start, end = segment.context, segment.span.start, segment.span.end
        if pieces and pieces[-1][0] == context and not contexts[context][pieces[-1][2] : start].strip():
            pieces[-1] = (context, pieces[-1][1], end)
        else:
            pieces.append((context, start, end))
    return tuple(Piece(context=at, offset=start, text=contexts[at][start:end]) for at, start, end in pieces)
