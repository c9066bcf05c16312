"""What an answer is held against: the statements of the reference, or the parts of the question.

Rules of this place: cut by code, so that the denominator is what was sent and no judge can drop a part. A reference of
several alternatives ("1991; 1990-91") is one statement. Offsets are code points of the text that was cut.
"""

import re
from itertools import pairwise
from typing import Final

from evaluation.judges._sentences import Span, claims, split_sentences

__all__ = ["SHORT", "alternatives", "is_short", "question_parts", "statements"]

SHORT: Final = 120  # code points of a reference that names something instead of telling it
_OR: Final = re.compile(r"\s*(?:\n|\|{1,2}|;)\s*|\s+/\s+|\s+or\s+", re.IGNORECASE)
_ASKS: Final = (
    r"(?:how|what|when|where|which|who|whom|whose|why|is|are|was|were|do|does|did|can|could|should|must|may|will)"
)
_NEXT: Final = re.compile(
    rf"(?:[,;]\s*)?\s+(?:and|as well as|und|et|y|e)\s+(?={_ASKS}\b)|;\s*(?={_ASKS}\b)", re.IGNORECASE
)


def statements(reference: str) -> tuple[Span, ...]:
    """Return the reference's sentences that say something; a short one whole; () for nothing."""
    if not any(character.isalnum() for character in reference):
        return ()
    return (_trimmed(reference, 0, len(reference)),) if is_short(reference) else claims(reference)


def is_short(reference: str) -> bool:
    """Whether a reference is a name, a number or a phrase rather than sentences."""
    bare = reference.strip()
    return len(bare) <= SHORT and len(split_sentences(bare.replace("\n", "; "))) <= 1


def alternatives(reference: str) -> tuple[str, ...]:
    """Return the texts of which a short reference accepts any, the whole first."""
    parts = [part.strip() for part in _OR.split(reference) if any(character.isalnum() for character in part)]
    return tuple(dict.fromkeys([reference.strip(), *parts]))


def question_parts(question: str) -> tuple[Span, ...]:
    """Return what a question asks for, cut at its question marks and at "and how", "and when"…; () for nothing."""
    found = []
    asked = [span for span in split_sentences(question) if span.of(question).rstrip("\"'”’) ").endswith("?")]
    for span in asked or split_sentences(question):
        cuts = [span.start]
        for match in _NEXT.finditer(question, span.start, span.end):
            cuts += [match.start(), match.end()]
        edges = list(pairwise([*cuts, span.end]))[::2]
        found += [_trimmed(question, start, end) for start, end in edges]
    return tuple(span for span in found if any(character.isalnum() for character in span.of(question)))


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    return Span(start=start + len(part) - len(part.lstrip()), end=start + len(part.rstrip()))
