"""A scan for readers: what each filter found, how sure that is, and what it does not show.

Rules of this place: no text of a row, only ids, types and counts; nothing says that a text is harmless: a filter found
something, or found nothing, or could not read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from assay.kernel import JsonValue
from evaluation.scans import FilterSummary, ScanRecord
from reports.text import shorten
from reports.views import ShortText

__all__ = ["DOES_NOT_SHOW", "SHOWS", "FlaggedView", "ScanFilterView", "ScanView", "scan_view"]

_LONGEST_ID = 80
_NAMES: Final = {
    "toxicity": "Toxicity",
    "pii": "Personal data",
    "injection": "Prompt injection",
    "keywords": "Keywords",
    "output": "Unsafe output",
}
_MEANINGS: Final = {
    "toxicity": "Flagged: abuse, threat or hate towards people. Mere profanity and quoted slurs are not meant.",
    "pii": "Flagged: something about a person (a name, an address, an account), or a secret such as a key.",
    "injection": "Flagged: text that tries to override, extract or escape instructions; not a harmful request alone.",
    "keywords": "Flagged: a word or phrase of the lists that are in use.",
    "output": "Flagged: output that could act where it is shown or run.",
}
SHOWS: Final = (
    (
        "The share is that of flagged texts among those that the filter could read. The interval: were the rows a "
        "sample of many such rows, about 19 of 20 such intervals would hold the share among all of them. It is "
        "Wilson's interval, made wider where that is known to miss too often: by Poisson limits where few rows are "
        "flagged, or few are not, and by mid-p limits up to 2,000 rows. Rows that resemble each other make it too "
        "narrow."
    ),
    (
        "Rows that a filter could not read are in no share. The bounds say what the share would be if none, or all, of "
        "them were flagged."
    ),
    "A type counts once for each place where it was found; the rows that hold it are counted beside it.",
)
DOES_NOT_SHOW: Final = (
    "Where a filter found nothing, it found nothing: that is no proof that there is nothing.",
    "Filters err both ways. How often, on which texts and in which languages, stands on the card of each filter.",
    "A score is a filter's own measure. Scores of two filters cannot be compared.",
    "This is no statement on whether any law is met.",
)


@dataclass(frozen=True, kw_only=True)
class FlaggedView:
    """A flagged row: its id, never its text."""

    id: ShortText
    score: float
    types: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ScanFilterView:
    """One filter."""

    name: str
    meaning: str
    summary: FilterSummary
    version: str
    threshold: str
    digest: str
    model: str
    languages: str
    top: tuple[FlaggedView, ...]


@dataclass(frozen=True, kw_only=True)
class ScanView:
    """The page."""

    record: ScanRecord
    system: str  # its name for people
    digest: str  # of `scan.json`
    filters: tuple[ScanFilterView, ...]
    shows: tuple[str, ...] = SHOWS
    does_not_show: tuple[str, ...] = DOES_NOT_SHOW


def filter_name(name: str) -> str:
    """Return a filter's name for people."""
    return _NAMES.get(name, name)


def scan_view(record: ScanRecord, summaries: tuple[FilterSummary, ...], *, digest: str, system: str = "") -> ScanView:
    """Return what a reader is shown; `system` is the name of the scan's system, its id where it has none."""
    specs = {str(one["filter"]): one for one in record.filters}
    return ScanView(
        record=record,
        system=system or record.system,
        digest=digest,
        filters=tuple(_filter(one, specs.get(one.filter, {})) for one in summaries),
    )


def _filter(summary: FilterSummary, spec: Mapping[str, JsonValue]) -> ScanFilterView:
    languages = spec.get("languages")
    return ScanFilterView(
        name=filter_name(summary.filter),
        meaning=_MEANINGS.get(summary.filter, "A filter of your own: its author says what flagged means."),
        summary=summary,
        version=str(spec.get("version", "")),
        threshold=str(spec.get("threshold", "")),
        digest=str(spec.get("digest", "")),
        model=str(spec.get("model_digest", "")),
        languages=", ".join(map(str, languages)) if isinstance(languages, list | tuple) else "",
        top=tuple(
            FlaggedView(id=shorten(_plain_id(row.id), _LONGEST_ID), score=row.score, types=row.types)
            for row in summary.top
        ),
    )


def _plain_id(text: str) -> str:
    """Return a text id without its JSON quotes."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, str) else text
