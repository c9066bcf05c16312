"""A filter without a model of names: patterns, words nearby and checks alone."""

from collections.abc import Callable, Sequence

import pyarrow as pa
import pytest

from assay.kernel import JsonValue
from evaluation.filters import Filter, FilterResult, FilterSetting, build_filter


@pytest.fixture(scope="session")
def patterns() -> Filter:
    """Return the filter without names, otherwise unconfigured."""
    return build_filter("pii", FilterSetting(options={"engine": "none"}))


@pytest.fixture(scope="session")
def read(patterns: Filter) -> Callable[[str], FilterResult]:
    """Return a function that reads one text."""
    return lambda text: scan(patterns, [text])[0]


def scan(scanner: Filter, texts: Sequence[str]) -> Sequence[FilterResult]:
    """Read texts with a filter."""
    return scanner.scan(pa.array(texts, type=pa.string()))


def built(**options: JsonValue) -> Filter:
    """Build the filter without names, with these options."""
    return build_filter("pii", FilterSetting(options={"engine": "none", **options}))
