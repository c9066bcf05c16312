"""From stages to results: what they say of a text and of its encoded parts is weighed, the worst part decides.

Rules of this place: a text that was not read to its end is flagged where a part of it is, and is `timed_out` else,
never unflagged; findings of one text never overlap and are few; they are shown only where the text is flagged, with its
score: a rule alone weighs less than all that was seen, and no part may look surer than the whole.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evaluation.encoder import TextModel, Window, WindowScores
from evaluation.filters._types import FilterOutcome, FilterResult, FilterSpec, Finding, could_not, scored
from evaluation.filters.injection._evidence import Evidence, Stage
from evaluation.filters.injection._families import Family
from evaluation.filters.injection._parts import LONGEST, Part, parts_of
from evaluation.filters.injection._settings import Weighing

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["InjectionFilter", "Said"]

_TOGETHER: Final = 256  # texts read at a time
_MOST_WINDOWS: Final = 128  # of one text: about 50,000 letters
_MOST_FINDINGS: Final = 8
_CERTAIN: Final = 1e-6  # a logit is bounded by it
_LETTERS: Final = 0.25  # share of a window's code points
_SILENT: Final = -4.0  # the logit where no window says anything


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the stages say of one part of a text."""

    part: Part
    patterns: tuple[Evidence, ...]
    known: tuple[Evidence, ...]
    head: WindowScores | None

    def logit(self, windows: float) -> float:
        """Return the model's highest logit, less what the number of windows takes off."""
        every = self.head.windows if self.head else ()
        highest = max((_logit(window.probabilities[0]) for window in every if self._has_words(window)), default=_SILENT)
        return highest - windows * math.log2(max(1, len(every)))

    def _has_words(self, window: Window) -> bool:
        """Whether a window says something: of a heap of signs the model knows nothing."""
        stretch = self.part.normal.text[window.start : window.end]
        return sum(map(str.isalpha, stretch)) >= _LETTERS * len(stretch)

    @property
    def strongest(self) -> tuple[float, float]:
        """The strongest rule and the nearest known attack, 0..1 each."""
        rules = max((one.strength for one in self.patterns), default=0.0)
        return rules, max((one.strength for one in self.known), default=0.0)


class InjectionFilter:
    """The filter. Safe to share between threads."""

    def __init__(
        self,
        spec: FilterSpec,
        weighing: Weighing,
        *,
        patterns: Stage | None,
        known: Stage | None,
        head: TextModel | None,
    ) -> None:
        self._spec = spec
        self._weighing = weighing
        self._patterns = patterns
        self._known = known
        self._head = head

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
            found += [
                self._result(said, complete=len(text) <= LONGEST)
                for text, said in zip(some, self.said(some), strict=True)
            ]
        return found

    def said(self, texts: Sequence[str]) -> list[list[Said]]:
        """Return what the stages say of each text: of itself first, then of what is encoded in it."""
        parts = [parts_of(text) for text in texts]
        flat = [part for several in parts for part in several]
        heads: Sequence[WindowScores | None] = [None] * len(flat)
        if self._head is not None:
            heads = self._head.windows([part.normal.text for part in flat], _MOST_WINDOWS)
        every = iter([self._one(part, head) for part, head in zip(flat, heads, strict=True)])
        return [[next(every) for _ in several] for several in parts]

    def _one(self, part: Part, head: WindowScores | None) -> Said:
        patterns = self._patterns.find(part.normal.text) if self._patterns else []
        known = self._known.find(part.normal.text) if self._known else []
        return Said(part=part, patterns=tuple(patterns), known=tuple(known), head=head)

    def weighed(self, said: Said) -> float:
        """Return the score of one part, 0..1."""
        rules, near = said.strongest
        if self._head is None:
            return max(rules, near)
        weighing = self._weighing
        logit = weighing.head * said.logit(weighing.windows) + weighing.patterns * rules + weighing.known * near
        return 1 / (1 + math.exp(-(logit + weighing.bias)))

    def _result(self, every: Sequence[Said], *, complete: bool) -> FilterResult:
        scores = [self.weighed(said) for said in every]
        worst = max(range(len(scores)), key=scores.__getitem__)
        if scores[worst] < self._spec.threshold:
            if not complete or any(said.head is not None and not said.head.complete for said in every):
                return could_not(FilterOutcome.TIMED_OUT, "the text is longer than what is read of one text")
            return scored(self._spec, scores[worst])
        return scored(self._spec, scores[worst], _shown(every[worst], scores[worst]))


def _shown(said: Said, score: float) -> list[Finding]:
    """Return the stretches that speak for an attack, the surest first to be kept where two overlap."""
    kept: list[Finding] = []
    for evidence in [*sorted((*said.patterns, *said.known), key=lambda one: -one.strength), *_windows(said)]:
        start, end = said.part.span(evidence.start, evidence.end)
        if end > start and all(end <= other.start or start >= other.end for other in kept):
            encoded = "+".join(said.part.encodings)
            kept.append(Finding(
                type=(Family.ENCODING_SMUGGLING if encoded else evidence.family).value, start=start, end=end,
                score=score,
                detail=f"{evidence.rule} ({encoded})" if encoded else evidence.rule,
            ))  # fmt: skip
        if len(kept) == _MOST_FINDINGS:
            break
    return sorted(kept, key=lambda finding: finding.start)


def _windows(said: Said) -> Iterator[Evidence]:
    """Yield the windows that the model takes for an attack, or its worst one."""
    windows = sorted(said.head.windows if said.head else (), key=lambda window: -window.probabilities[0])
    for place, window in enumerate(windows):
        if place and window.probabilities[0] < 0.5:  # noqa: PLR2004 (even odds)
            break
        kinds = window.probabilities[1:]
        surest = max(range(len(kinds)), key=kinds.__getitem__) if kinds else 0
        yield Evidence(
            family=tuple(Family)[surest], start=window.start, end=window.end,
            strength=window.probabilities[0], rule="model",
        )  # fmt: skip


def _logit(probability: float) -> float:
    inside = min(1 - _CERTAIN, max(_CERTAIN, probability))
    return math.log(inside / (1 - inside))
