"""Where an answer cites its contexts, and which sentence each citation stands for.

Rules of this place: contexts count from 1, or as they do themselves where each begins with its number in brackets.
`[1]`, `[1, 2]`, `[1-3]`, `[^1]`, `【1】`, `(source 2)` and `[source: 2]` are citations; a bracketed label is one where
contexts begin with labels (`[handbook-3] …`). A citation stands for the sentence around it, else for the one before it
on its line, else for the one after it; but where an answer cites in its sentences, a line that begins with a citation
is an entry of its list of sources. A citation beside nothing that is said ("Sources: [1]") stands for no sentence.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.judges._sentences import Span, claims, split_sentences

__all__ = ["CitedSentence", "cited_sentences"]

_WORD: Final = r"(?:sources?|context|passages?|documents?|docs?|ref(?:erence)?s?|quellen?|fuentes?|fonti?|dokumente?)"
_GAP: Final = r"\s{0,3}"  # bounded: two gaps side by side would try every way to part a long one
_NUMBERS: Final = rf"\d{{1,3}}(?:{_GAP}(?:,|;|&|-|–|and|und|et|y|e){_GAP}\d{{1,3}})*"
_NUMBERED: Final = re.compile(
    rf"\[\^?(?:{_WORD}{_GAP}[:#]?{_GAP})?({_NUMBERS})\]|【(\d{{1,3}})[^【】]{{0,40}}】"
    rf"|\({_WORD}{_GAP}[:#]?{_GAP}({_NUMBERS})\)",
    re.IGNORECASE,
)
_LABELLED: Final = re.compile(r"\[([^\[\]\s]{1,80})\]")
_NUMBER: Final = re.compile(r"[0-9]{1,3}")
_RANGE: Final = re.compile(r"(\d+)\s*[-–]\s*(\d+)|(\d+)")
_WIDEST: Final = 50  # contexts that one range may name; [1-999] is a number, not a list
_HEADING: Final = re.compile(rf"\W*{_WORD}\W*", re.IGNORECASE)
_LOOSE_END: Final = re.compile(r"\s+([.,;:!?…])")
_LINE_ENDS: Final = "\n\r\u2028\u2029\x85"


@dataclass(frozen=True, kw_only=True)
class CitedSentence:
    """A sentence with the contexts that it cites."""

    span: Span
    text: str  # without the marks
    cited: tuple[int | None, ...]  # 0-based places among the contexts; None: there is no such context


@dataclass(frozen=True, kw_only=True)
class _Mark:
    start: int
    end: int
    cited: tuple[int | None, ...]


def cited_sentences(answer: str, contexts: Sequence[str]) -> tuple[CitedSentence, ...]:
    """Return the sentences that carry a citation, in order."""
    marks = tuple(_marks(answer, contexts))
    masked = _masked(answer, marks)
    spans = split_sentences(masked)
    inner: dict[Span, list[_Mark]] = {}
    opening: dict[Span, list[_Mark]] = {}
    for mark in marks:
        place = bisect_right(spans, mark.start, key=_start)
        before, after = spans[place - 1] if place else None, spans[place] if place < len(spans) else None
        if before is not None and not _breaks(answer[before.end : mark.start]):
            inner.setdefault(before, []).append(mark)
        elif after is not None and not _breaks(answer[mark.end : after.start]):
            opening.setdefault(after, []).append(mark)
    chosen = inner if any(_says_something(span.of(masked)) for span in inner) else {**opening, **inner}
    cited = (_cited(masked, span, chosen[span]) for span in spans if span in chosen)
    return tuple(sentence for sentence in cited if _says_something(sentence.text))


def _marks(answer: str, contexts: Sequence[str]) -> Iterator[_Mark]:
    labels = {match.group(1): place for place, text in enumerate(contexts) if (match := _LABELLED.match(text.lstrip()))}
    own = {int(label): place for label, place in labels.items() if _NUMBER.fullmatch(label)}
    places = own if len(own) == len(contexts) else {place + 1: place for place in range(len(contexts))}
    for match in _NUMBERED.finditer(answer):
        numbers = next(group for group in match.groups() if group is not None)
        cited = tuple(places.get(number) for number in _expanded(numbers))
        yield _Mark(start=match.start(), end=match.end(), cited=cited)
    for match in _LABELLED.finditer(answer) if labels else ():
        if not _NUMBERED.fullmatch(match.group()):
            yield _Mark(start=match.start(), end=match.end(), cited=(labels.get(match.group(1)),))


def _expanded(numbers: str) -> Iterator[int]:
    for match in _RANGE.finditer(numbers):
        first, last, single = match.groups()
        if single is not None:
            yield int(single)
        elif 0 <= int(last) - int(first) < _WIDEST:
            yield from range(int(first), int(last) + 1)
        else:
            yield -1  # no context has this number


def _masked(answer: str, marks: Sequence[_Mark]) -> str:
    """Return the answer with spaces for citations: every other character stays where it is."""
    characters = list(answer)
    for mark in marks:
        characters[mark.start : mark.end] = " " * (mark.end - mark.start)
    return "".join(characters)


def _cited(masked: str, span: Span, marks: Sequence[_Mark]) -> CitedSentence:
    text = _LOOSE_END.sub(r"\1", " ".join(span.of(masked).split()))
    return CitedSentence(span=span, text=text, cited=tuple(dict.fromkeys(at for mark in marks for at in mark.cited)))


def _says_something(sentence: str) -> bool:
    return not _HEADING.fullmatch(sentence) and bool(claims(sentence))


def _start(span: Span) -> int:
    return span.start


def _breaks(between: str) -> bool:
    return any(mark in _LINE_ENDS for mark in between)
