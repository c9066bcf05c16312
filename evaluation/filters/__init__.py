"""Filters: what comes in and what goes out, read for toxicity, personal data, injection, keywords and unsafe output.

Rules of this place: a filter reads a text and says what it found, with positions; it changes nothing, stores nothing
and logs no text. What `flagged` means for each filter stands in `docs/filters.md`. Nothing here says that a text is
clean: it says that nothing was found, by which version, at which threshold.
"""

from evaluation.filters._doubt import DOUBTING, doubt_of
from evaluation.filters._protocol import Filter
from evaluation.filters._registry import FilterBuilder, FilterSetting, build_filter, filters
from evaluation.filters._types import FilterOutcome, FilterResult, FilterSpec, Finding, could_not, scored

__all__ = [
    "DOUBTING",
    "Filter",
    "FilterBuilder",
    "FilterOutcome",
    "FilterResult",
    "FilterSetting",
    "FilterSpec",
    "Finding",
    "build_filter",
    "could_not",
    "doubt_of",
    "filters",
    "scored",
]
