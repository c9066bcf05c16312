"""The filter: texts normalised once, entries found exactly and approximately, the heaviest of what overlaps kept."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from assay.kernel import JsonValue, digest_bytes, digest_json
from evaluation.filters._apart import apart
from evaluation.filters._registry import FilterSetting
from evaluation.filters._types import FilterResult, FilterSpec, Finding, scored
from evaluation.filters.keywords._exact import ExactIndex
from evaluation.filters.keywords._phrases import PhraseIndex, has_alternatives, small_words_bytes
from evaluation.filters.keywords._reading import read_list
from evaluation.filters.keywords._settings import settings_of
from evaluation.filters.keywords._tokens import cut, words_in
from evaluation.filters.keywords._types import FUZZY_SHARE, SCORES, Entry, KeywordList, Severity
from evaluation.filters.normal import data_bytes, normalise

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["KeywordFilter", "build"]

_VERSION: Final = "1"
_BESIDE: Final = 60  # code points within which a line must begin and end
_BRACKETS: Final = "()[]{}<>*_=#-–—| \t"


def build(setting: FilterSetting) -> "KeywordFilter":
    """Build the filter; raise `ConfigurationError` for an option, `InputError` for a list."""
    settings = settings_of(setting)
    lists = tuple(read_list(one) for one in settings.lists)
    named: list[JsonValue] = [[one.name, one.digest] for one in lists]
    spec = FilterSpec(
        name="keywords",
        version=_VERSION,
        threshold=settings.threshold,
        data_digest=digest_json([named, list(settings.allowed), digest_bytes(data_bytes() + small_words_bytes())]),
        options={"lists": [one.name for one in lists], "allowed": len(settings.allowed)},
    )
    return KeywordFilter(spec, _index(lists, settings.allowed))


class _Index:
    """All lists, ready to be looked for."""

    def __init__(self, lists: Sequence[KeywordList], allowed: Sequence[str]) -> None:
        rows = [(one.name, entry) for one in lists for entry in one.entries]
        numbered = list(enumerate(entry for _, entry in rows))
        self.names = [name for name, _ in rows]
        self.entries = [entry for _, entry in rows]
        self.exact = ExactIndex((number, entry) for number, entry in numbered if not has_alternatives(entry.text))
        self.phrases = PhraseIndex(
            (number, entry) for number, entry in numbered if entry.fuzzy or has_alternatives(entry.text)
        )
        exceptions = [*allowed, *(phrase for one in lists for phrase in one.allowed)]
        self.allowed = ExactIndex(enumerate(map(_exception, exceptions)))


@lru_cache(maxsize=4)  # an index is built once a process, whoever builds the filter again
def _index(lists: tuple[KeywordList, ...], allowed: tuple[str, ...]) -> _Index:
    return _Index(lists, allowed)


def _exception(phrase: str) -> Entry:
    return Entry(id="", text=phrase, severity=Severity.LOW, fuzzy=False, whole_word=True, marking=False)


class KeywordFilter:
    """Finds what lists name."""

    def __init__(self, spec: FilterSpec, index: _Index) -> None:
        """Take what `build` read."""
        self.spec = spec
        self._index = index

    def scan(self, texts: "pa.StringArray") -> Sequence[FilterResult]:
        """Return one result a text; its score is that of its heaviest finding."""
        return [self._read(text) for text in texts.to_pylist()]

    def _read(self, text: str) -> FilterResult:
        findings = apart(self._found(text))
        return scored(self.spec, max((finding.score for finding in findings), default=0.0), findings)

    def _found(self, text: str) -> Iterator[Finding]:
        normal = normalise(text)
        words, spans = words_in(normal.text)
        excepted = _Excepted(self._index.allowed.find(normal.text, words, spans))
        for number, start, end in self._index.exact.find(normal.text, words, spans):
            if not excepted.covers(start, end):
                yield self._finding(number, text, normal.span(start, end), exact=True)
        words, spans = cut(words, spans, self._index.phrases.known)
        for hit in self._index.phrases.find(words):
            start, end = spans[hit.first][0], spans[hit.last][1]
            if not excepted.covers(start, end):
                yield self._finding(hit.owner, text, normal.span(start, end), exact=hit.exact)

    def _finding(self, number: int, text: str, span: tuple[int, int], *, exact: bool) -> Finding:
        entry = self._index.entries[number]
        severity = entry.severity if not entry.marking or _stands_out(text, *span) else Severity.LOW
        score = SCORES[severity] * (1.0 if exact else FUZZY_SHARE)
        return Finding(
            type=self._index.names[number], start=span[0], end=span[1], score=round(score, 6), detail=entry.id
        )


class _Excepted:
    """Spans within which nothing is found."""

    def __init__(self, hits: Iterable[tuple[int, int, int]]) -> None:
        spans = sorted((start, end) for _, start, end in hits)
        self._starts = [start for start, _ in spans]
        self._furthest = list(accumulate((end for _, end in spans), max))

    def covers(self, start: int, end: int) -> bool:
        place = bisect_right(self._starts, start)
        return place > 0 and self._furthest[place - 1] >= end


def _stands_out(text: str, start: int, end: int) -> bool:
    """Whether a marking is written like one: in capitals, or alone on its line but for brackets and rules."""
    if text[start:end].isupper():
        return True
    line = text[start - _BESIDE : start] if start > _BESIDE else "\n" + text[:start]
    rest = text[end : end + _BESIDE] + ("\n" if end + _BESIDE > len(text) else "")
    if "\n" not in line or "\n" not in rest:
        return False
    return not line.rsplit("\n", 1)[1].strip(_BRACKETS) and not rest.split("\n", 1)[0].strip(_BRACKETS + ".!")
