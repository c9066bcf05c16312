"""Sentences of an answer, as spans of code points.

Rules of this place: spans are ordered and disjoint, and together they cover every character that is not white space,
so nothing that an answer says can fall between two sentences. When in doubt, do not cut: a long sentence is judged
whole, half a sentence is judged wrongly.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from evaluation.judges._phrases import phrases, plain

__all__ = ["Span", "claims", "split_sentences"]

# Scripts whose sentence ends need no white space after them: CJK, and the half-width full stop.
_TIGHT_END = re.compile(r"[。！？｡]+[”’」』）》]*")
# Ends that count before white space only: Latin, Arabic, Urdu, Devanagari, Armenian, Ethiopic, Khmer, Burmese.
_LOOSE_END = re.compile(r"[.․!?…؟۔।॥։።፧។၊။]+[\"'”’»)\]*_]*(?=\s|$)")
_LINE = re.compile(r"\r\n|\r|\n|\u2028|\u2029|\x85")
_BULLET = re.compile(r"\s*(?:[-*+•‣◦▪–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|#{1,6}|>)\s+")
_ACRONYM = re.compile(r"(?:^|[\s(\"'“‘])(?:[^\W\d_]\.){2,}$")
_INITIAL = re.compile(r"(?:^|[\s(])[^\W\d_]\.$")
_LAST_WORD = re.compile(r"[^\s(\"'“‘]+$")
_STARTERS = frozenset(
    {
        "the",
        "this",
        "that",
        "these",
        "those",
        "it",
        "its",
        "in",
        "on",
        "at",
        "for",
        "if",
        "we",
        "they",
        "he",
        "she",
        "you",
        "a",
        "an",
        "and",
        "but",
        "however",
    }
)

_NEAR = 40  # code points looked at on either side of a mark


@dataclass(frozen=True, kw_only=True)
class Span:
    """Code points `start` to `end` (exclusive) of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words."""
        return text[self.start : self.end]


def split_sentences(text: str) -> tuple[Span, ...]:
    """Cut at line breaks that are meant and at sentence ends; abbreviations, decimals, URLs and list marks hold."""
    cuts = {0, len(text)}
    lowercase = not any(character.isupper() for character in text)
    for start, end in _lines(text):
        cuts.add(start)
        cuts.update(_ends(text, start, end, lowercase=lowercase))
    ordered = sorted(cuts)
    spans = (_strip(text, start, end) for start, end in pairwise(ordered))
    return tuple(span for span in spans if span.start < span.end)


@lru_cache(maxsize=256)  # a row's answer is read by every judge and check, and rows under way take turns
def claims(text: str) -> tuple[Span, ...]:
    """Return the sentences that say something: not plain questions, courtesies, lead-ins, headings or bare marks."""
    return tuple(span for span in split_sentences(text) if _says_something(span.of(text)))


def _says_something(sentence: str) -> bool:
    bare = _BULLET.sub("", sentence, count=1) if _BULLET.match(sentence) else sentence
    bare = bare.strip(" \t*_#>\"'“”‘’")
    if not any(character.isalnum() for character in bare):
        return False
    if bare.endswith(("?", "？", "؟")) and not phrases().asserting.match(plain(bare)):
        return False
    if sentence.lstrip().startswith("#"):
        return False
    return not phrases().is_courtesy(bare)


def _lines(text: str) -> list[tuple[int, int]]:
    """Lines of the text; a wrapped line of prose is joined with its continuation."""
    breaks = [match.span() for match in _LINE.finditer(text)]
    lines: list[tuple[int, int]] = []
    start = 0
    for end, after in breaks:
        if not _continues(text[max(start, end - _NEAR) : end], text[after : after + _NEAR]):
            lines.append((start, end))
            start = after
    lines.append((start, len(text)))
    return lines


def _continues(line: str, rest: str) -> bool:
    following = rest[:1]
    last = line.rstrip()[-1:]
    return following.islower() and bool(last) and (last.isalnum() or last in ",;–—-") and not _BULLET.match(rest)


def _ends(text: str, start: int, end: int, *, lowercase: bool) -> list[int]:
    line = text[start:end]
    ends = [start + match.end() for match in _TIGHT_END.finditer(line)]
    mark = _BULLET.match(line)
    for match in _LOOSE_END.finditer(line, mark.end() if mark else 0):
        before = line[max(0, match.start() + 1 - _NEAR) : match.start() + 1]
        if _closes(before, line[match.end() : match.end() + _NEAR], match.group(), lowercase=lowercase):
            ends.append(start + match.end())
    return ends


def _closes(before: str, after: str, mark: str, *, lowercase: bool) -> bool:
    """Whether a mark before white space ends a sentence."""
    following = after.lstrip().lstrip("\"'“‘«([*_")
    if not following:
        return True
    spaced = len(before) > 1 and before[-2].isspace()  # tokenised text: "a star . it shines"
    if following[0].islower() and not lowercase and not spaced:
        return False
    if mark[0] != "." or spaced or mark.startswith(".."):
        return True
    return not _abbreviates(before, following)


def _abbreviates(before: str, following: str) -> bool:
    if _ACRONYM.search(before):
        return re.split(r"\W", following, maxsplit=1)[0].casefold() not in _STARTERS
    if _INITIAL.search(before):
        return not before.rstrip(".").endswith((" I", " i"))
    word = _LAST_WORD.search(before)
    known = phrases().abbreviations | (phrases().numbered if following[0].isdigit() else frozenset())
    return word is not None and word.group().rstrip(".").casefold() in known


def _strip(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start=start, end=end)
