"""From readings to results: the highest stretch decides, and the sentence that carries it is shown.

Rules of this place: a text that was not read to its end is flagged where a part of it is, and is `timed_out` else,
never unflagged; findings of one text never overlap and are few.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from evaluation.filters._types import FilterOutcome, FilterResult, FilterSpec, Finding, could_not, scored
from evaluation.filters.toxicity._categories import SPECIFIC, Category
from evaluation.filters.toxicity._reading import Reader, Reading, Stretch

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ToxicityFilter"]

_TOGETHER: Final = 256  # texts read at a time
_MOST_FINDINGS: Final = 8
_MOST_SENTENCES: Final = 12  # of one stretch, looked at one by one
_SURE: Final = 0.5  # of a category, to be named by it
_NEAR: Final = 0.1  # to the surest category, for a more specific one to be named
_SENTENCE: Final = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")


class ToxicityFilter:
    """A filter over an engine. Safe to share between threads where its engine is."""

    def __init__(self, spec: FilterSpec, reader: Reader) -> None:
        self._spec = spec
        self._reader = reader

    @property
    def spec(self) -> FilterSpec:
        """What shapes its results."""
        return self._spec

    def scan(self, texts: "pa.StringArray") -> list[FilterResult]:
        """Return one result for each text, in their order."""
        every: list[str] = texts.to_pylist()
        found: list[FilterResult] = []
        for start in range(0, len(every), _TOGETHER):
            some = every[start : start + _TOGETHER]
            found += [self._result(text, reading) for text, reading in zip(some, self._reader.read(some), strict=True)]
        return found

    def _result(self, text: str, reading: Reading) -> FilterResult:
        score = max((stretch.score for stretch in reading.stretches), default=0.0)
        if score < self._spec.threshold and not reading.complete:
            return could_not(FilterOutcome.TIMED_OUT, "the text is longer than what is read of one text")
        categories = {
            category.value: max((stretch.categories[category] for stretch in reading.stretches), default=0.0)
            for category in Category
        }
        return scored(self._spec, score, self._findings(text, reading.stretches), categories)

    def _findings(self, text: str, stretches: Sequence[Stretch]) -> list[Finding]:
        found: list[Finding] = []
        for stretch in sorted(stretches, key=lambda one: -one.score):
            if stretch.score < self._spec.threshold or len(found) == _MOST_FINDINGS:
                break
            if all(stretch.end <= other.start or stretch.start >= other.end for other in found):
                found.append(_finding(self._narrowed(text, stretch), stretch.score))
        return sorted(found, key=lambda finding: finding.start)

    def _narrowed(self, text: str, stretch: Stretch) -> Stretch:
        """Return the sentence that is flagged by itself and most surely, or the stretch where none is."""
        sentences = list(_sentences(text, stretch.start, stretch.end))[:_MOST_SENTENCES]
        if len(sentences) < 2:  # noqa: PLR2004 (nothing to choose from)
            return stretch
        readings = self._reader.read([text[start:end] for start, end in sentences])
        alone = [
            Stretch(start=start, end=end, score=part.score, categories=part.categories)
            for (start, end), reading in zip(sentences, readings, strict=True)
            for part in reading.stretches[:1]
        ]
        best = max(alone, key=lambda one: one.score, default=stretch)
        return best if best.score >= self._spec.threshold else stretch


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in _SENTENCE.finditer(text, start, end):
        said = found[0].strip()
        if said:
            begin = found.start() + found[0].index(said)
            yield begin, begin + len(said)


def _finding(stretch: Stretch, most: float) -> Finding:
    """Name what was found; its score is at most that of the stretch it was found in."""
    least = max(_SURE, max(stretch.categories[category] for category in SPECIFIC) - _NEAR)
    kind = next((category for category in SPECIFIC if stretch.categories[category] >= least), Category.TOXICITY)
    score = min(stretch.score, most)
    return Finding(type=kind.value, start=stretch.start, end=stretch.end, score=score, detail="model")
