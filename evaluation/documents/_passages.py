"""Passages: a section cut at paragraphs, at sentences where a paragraph is too long, at words where a sentence is.

Rules of this place, each proved in the tests: a passage never crosses a section border; `document.text[start:end]` is
its text; passages come in order and together hold every visible character of every section; a passage is at most
`size` code points long unless it is a single longer word; no cut falls inside a word. Scripts that write without
spaces (Chinese, Japanese) may be cut between any two characters.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from assay.kernel import InputError, content_id
from evaluation.documents._types import Document, Passage, Section

__all__ = ["PassageOptions", "split_passages"]

Span: TypeAlias = tuple[int, int]

_SMALLEST = 20
_UNSPACED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PARAGRAPH_BREAK = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*(?:\r\n|\r|\n)\s*")
_SENTENCE_BREAK = re.compile(
    r"""(?<=[.!?])["'”’)\]]*\s+(?=["'“‘(\[]?[^\W_a-z])|(?<=[。！？])|[\r\n]+[^\S\r\n]*(?=[-*+•]\s|\d{1,3}[.)]\s)"""
)
_ABBREVIATED = re.compile(r"(?:\b[A-Za-z]|\b(?:e\.g|i\.e|cf|vs|Mr|Mrs|Ms|Dr|Prof|St|No|Art|Fig|Sec|para))\.$")
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")


@dataclass(frozen=True, kw_only=True)
class PassageOptions:
    """How long passages are and how much of the one before they repeat, in code points."""

    size: int = 900
    overlap: int = 120

    def __post_init__(self) -> None:
        """Refuse sizes that cannot work."""
        if self.size < _SMALLEST:
            raise InputError(f"the passage size is {self.size!r}, expected at least {_SMALLEST} characters")
        if not 0 <= self.overlap <= self.size // 2:
            raise InputError(
                f"the overlap is {self.overlap!r}, expected 0 to half of the passage size ({self.size // 2})"
            )


def split_passages(document: Document, options: PassageOptions | None = None) -> tuple[Passage, ...]:
    """Return the passages of all sections in order."""
    chosen = options or PassageOptions()
    return tuple(
        _passage(document, section, span, chosen)
        for section in document.sections
        for span in _spans(document.text, section, chosen)
    )


def _passage(document: Document, section: Section, span: Span, options: PassageOptions) -> Passage:
    start, end = span
    return Passage(
        id=content_id("p", document.id, str(start), str(end), str(options.size), str(options.overlap)),
        document=document.id,
        section=section.id,
        path=section.path,
        text=document.text[start:end],
        start=start,
        end=end,
        page=bisect_right(document.page_starts, start) or None,
        source=document.source,
        title=document.title,
    )


def _spans(text: str, section: Section, options: PassageOptions) -> Iterator[Span]:
    """Pack atoms greedily; each passage takes at least one atom that the one before did not have."""
    atoms = list(_atoms(text, section.start, section.end, options.size))
    if not atoms:
        return
    start, end = atoms[0]
    for following in atoms[1:]:
        if following[1] - start <= options.size:
            end = following[1]
            continue
        yield start, end
        start = _overlap_start(text, (start, end), following, options)
        end = following[1]
    yield start, end


def _overlap_start(text: str, done: Span, following: Span, options: PassageOptions) -> int:
    """Return where the next passage begins: at a sentence of the last one if one is near enough, else at a word."""
    earliest = max(done[1] - options.overlap, following[1] - options.size, done[0] + 1)
    if earliest >= done[1]:
        return following[0]
    window = max(done[0], earliest - options.overlap)  # far enough back to see the break before the first sentence
    for pieces in (_sentences(text, (window, done[1])), _words(text, (_word_start(text, window, done[0]), done[1]))):
        starts = [piece[0] for piece in pieces if piece[0] > window]
        position = bisect_left(starts, earliest)
        if position < len(starts):
            return starts[position]
    return following[0]


def _word_start(text: str, position: int, lowest: int) -> int:
    while position > lowest and not text[position - 1].isspace():
        position -= 1
    return position


def _atoms(text: str, start: int, end: int, size: int) -> Iterator[Span]:
    for paragraph in _pieces(text, (start, end), _PARAGRAPH_BREAK):
        if paragraph[1] - paragraph[0] <= size:
            yield paragraph
            continue
        for sentence in _sentences(text, paragraph):
            if sentence[1] - sentence[0] <= size:
                yield sentence
            else:
                yield from _words(text, sentence)


def _sentences(text: str, span: Span) -> Sequence[Span]:
    return list(_pieces(text, span, _SENTENCE_BREAK, unless_after=_ABBREVIATED))


def _words(text: str, span: Span) -> Sequence[Span]:
    return [found.span() for found in _WORD.finditer(text, *span)]


def _pieces(
    text: str, span: Span, border: re.Pattern[str], unless_after: re.Pattern[str] | None = None
) -> Iterator[Span]:
    """Yield the stretches between borders, without the white space around them; blank ones are left out."""
    start, end = span
    for found in border.finditer(text, start, end):
        if unless_after and unless_after.search(text[max(start, found.start() - 8) : found.start()]):
            continue
        yield from _trimmed(text, start, found.start() + _kept(found))
        start = found.end()
    yield from _trimmed(text, start, end)


def _kept(found: re.Match[str]) -> int:
    """Count the closing quotes and brackets that a break begins with: they belong to the sentence before."""
    return len(found[0].rstrip())


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    visible = piece.strip()
    if visible:
        begin = start + len(piece) - len(piece.lstrip())
        yield begin, begin + len(visible)
