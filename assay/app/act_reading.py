"""A description as it is read for proposals: its sentences, the words in them that point at answers, its numbers.

Rules of this place: nothing is asked here and nothing decided. Places are code points of the description as given, so
that every quote is the system's own words.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from assay.app.act_reader import told
from evaluation.judges import Span, split_sentences
from risks.act import Strength, cues, sightings

__all__ = ["Reading", "Seen", "read"]

_SHOWN: Final = 6_000  # code points of a description that a model reads
_HEAD: Final = 2_000  # of which so many are its beginning, whatever that says
_RANK: Final = {Strength.STRONG: 3, Strength.WEAK: 2, Strength.DENIED: 1}
_POWER: Final = re.compile(
    # Digits are bounded, and begun at the first one alone, so that a page of them is looked through once.
    r"(?:(?<!\d)(?P<factor>\d{1,20}(?:[.,]\d{1,20})?)\s*(?:x|×|\*|·)\s*)?10\s*(?:\^|\*\*)\s*\{?(?P<power>\d{1,2})\}?"
    r"|(?<!\d)(?P<number>\d{1,20}(?:\.\d{1,20})?)e\+?(?P<exponent>\d{1,2})",
    re.IGNORECASE,
)
_UNIT: Final = re.compile(r"flops?\b|floating[\s-]point|compute", re.IGNORECASE)
_ABOVE: Final = re.compile(r"(?:more than|over|above|exceed\w*|beyond|greater than|>)\s*$", re.IGNORECASE)
_RAISED: Final = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_NEAR: Final = 40
_SOME: Final = "some"  # the reader's output for all options of a question that it does not tell apart


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The first of the sentences that point at an option most strongly."""

    strength: Strength
    span: Span


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A description and what its words point at."""

    description: str
    sentences: tuple[Span, ...]
    seen: Mapping[tuple[str, str], Seen]  # by Question.id and outcome
    told: Mapping[str, tuple[float, Span]]  # by "question.option": what the reader says, and of which sentence most
    shown: str  # what a model is shown: all of it, or its beginning and the sentences that point somewhere

    @property
    def complete(self) -> bool:
        """Whether a model is shown the whole description."""
        return self.shown == self.description

    def strength(self, question: str, option: str) -> Strength | None:
        """Return how strongly the words point at an option."""
        seen = self.seen.get((question, option))
        return seen.strength if seen else None

    def chance(self, question: str, option: str) -> float | None:
        """Return what the reader says of an option, where it tells of it."""
        pointed = self.strength(question, option) in (Strength.STRONG, Strength.WEAK)
        read = self.told.get(f"{question}.{option}") or (self.told.get(f"{question}.{_SOME}") if pointed else None)
        return read[0] if read else None

    def denied(self, question: str, option: str) -> Span | None:
        """Return the sentence that denies an option, where none affirms it."""
        seen = self.seen.get((question, option))
        return seen.span if seen and seen.strength is Strength.DENIED else None

    def place(self, question: str, option: str) -> Span:
        """Return the sentence that points at an option; else the reader's; else, where nothing does, the first."""
        if (seen := self.seen.get((question, option))) is not None and seen.strength is not Strength.DENIED:
            return seen.span
        if (read := self.told.get(f"{question}.{option}")) is not None:
            return read[1]
        return self.sentences[0]

    def compute(self) -> tuple[Decimal, Span] | None:
        """Return the floating-point operations that the text names, and where; None without one number alone."""
        found = {amount: span for span in self.sentences for amount in _amounts(span.of(self.description))}
        return next(iter(found.items())) if len(found) == 1 else None


def read(description: str) -> Reading:
    """Read a description; a text without sentences has one."""
    spans = split_sentences(description) or (Span(start=0, end=len(description)),)
    seen: dict[tuple[str, str], Seen] = {}
    for found in sightings(cues(), [span.of(description) for span in spans]):
        key, span = (found.question, found.option), spans[found.sentence]
        before = seen.get(key)
        if before is None or _RANK[found.strength] > _RANK[before.strength]:
            seen[key] = Seen(strength=found.strength, span=span)
    shown = _shown(description, spans, {one.span.start for one in seen.values()})
    return Reading(description=description, sentences=spans, seen=seen, told=told(description, spans), shown=shown)


def _shown(description: str, spans: tuple[Span, ...], pointing: set[int]) -> str:
    if len(description) <= _SHOWN:
        return description
    kept, left = [], _SHOWN
    for span in spans:
        if (span.end <= _HEAD or span.start in pointing) and span.end - span.start <= left:
            kept.append(span.of(description))
            left -= span.end - span.start
    return " … ".join(kept) or description[:_SHOWN]


def _amounts(sentence: str) -> Iterator[Decimal]:
    plain = _RAISED.sub(lambda found: "^" + unicodedata.normalize("NFKC", found[0]), sentence)
    for found in _POWER.finditer(plain):
        if not _UNIT.search(plain[max(0, found.start() - _NEAR) : found.end() + _NEAR]):
            continue
        factor = Decimal((found["factor"] or found["number"] or "1").replace(",", "."))
        amount = factor * Decimal(10) ** int(found["power"] or found["exponent"])
        above = _ABOVE.search(plain[max(0, found.start() - _NEAR) : found.start()])
        yield amount + 1 if above else amount
