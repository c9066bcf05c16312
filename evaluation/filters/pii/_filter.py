"""The filter: an Arrow batch in, one result a text out.

Rules of this place: a text that cannot be read is `error` and one that takes too long `timed_out`, and neither stops
its neighbours; the reason names a recogniser or a kind of error, never a piece of the text.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from evaluation.filters._types import FilterOutcome, FilterResult, FilterSpec, Finding, could_not, scored
from evaluation.filters.pii._candidates import Candidate
from evaluation.filters.pii._timeout import PatternTimeoutError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PiiFilter", "TextReader"]


class TextReader(Protocol):
    """Finds things in texts."""

    def read(self, texts: Sequence[str]) -> list[list[Candidate]]:
        """Return each text's candidates, in their order, not overlapping."""


class PiiFilter:
    """Personal data and secrets, by a reader."""

    def __init__(self, spec: FilterSpec, reader: TextReader) -> None:
        """Keep both."""
        self._spec, self._reader = spec, reader

    @property
    def spec(self) -> FilterSpec:
        """What shapes its results."""
        return self._spec

    def scan(self, texts: "pa.StringArray") -> Sequence[FilterResult]:
        """Return one result for each text; see `Filter.scan`."""
        values = [_text(item) for item in texts]
        results = self._each_once(list(dict.fromkeys(value for value in values if value is not None)))
        broken = could_not(FilterOutcome.ERROR, "the text is not UTF-8")
        return [broken if value is None else results[value] for value in values]

    def _each_once(self, texts: Sequence[str]) -> dict[str, FilterResult]:
        try:
            found = [self._result(candidates) for candidates in self._reader.read(texts)]
        except Exception:  # noqa: BLE001 (one text of the batch; it is found and named below)
            found = [self._alone(text) for text in texts]
        return dict(zip(texts, found, strict=True))

    def _alone(self, text: str) -> FilterResult:
        try:
            return self._result(self._reader.read([text])[0])
        except PatternTimeoutError as error:
            return could_not(FilterOutcome.TIMED_OUT, f"the recogniser {error} did not end in time")
        except Exception as error:  # noqa: BLE001 (recognisers are plug-ins: what they raise is a result)
            return could_not(FilterOutcome.ERROR, f"a recogniser failed with {type(error).__name__}")

    def _result(self, candidates: Sequence[Candidate]) -> FilterResult:
        findings = [
            Finding(type=one.type, start=one.start, end=one.end, score=round(one.score, 6), detail=one.detail)
            for one in candidates
        ]
        return scored(self._spec, max((one.score for one in candidates if one.flags), default=0.0), findings)


def _text(item: "pa.StringScalar") -> str | None:
    try:
        value = item.as_py()
    except UnicodeDecodeError:
        return None
    return value if isinstance(value, str) else None
