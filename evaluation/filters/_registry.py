"""Where filters come from: built-ins and plug-ins (entry points in `assay.filters`) through one door.

Rules of this place: a filter's package is imported when it is built and not before; a builder checks its options and
raises `ConfigurationError` for one that it does not know; building opens no connection.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from assay.kernel import JsonValue, Registry
from evaluation.filters._protocol import Filter

__all__ = ["FilterBuilder", "FilterSetting", "build_filter", "filters"]


@dataclass(frozen=True, kw_only=True)
class FilterSetting:
    """How a filter is to be built."""

    options: Mapping[str, JsonValue] = field(default_factory=dict)  # what stands under its name in `assay.yaml`
    folder: Path | None = None  # to which paths in the options are relative
    threads: int = 1  # for the filter's own arithmetic; a scan runs one process a core


FilterBuilder: TypeAlias = Callable[[FilterSetting], Filter]

filters: Registry[FilterBuilder] = Registry("filter", "assay.filters")


def build_filter(name: str, setting: FilterSetting | None = None) -> Filter:
    """Build a filter by name; raise `MissingError` for one that nobody registered, `ConfigurationError` for options."""
    return filters.get(name)(setting or FilterSetting())


@filters.register("toxicity")
def _toxicity(setting: FilterSetting) -> Filter:
    from evaluation.filters.toxicity import build  # noqa: PLC0415 (dear: a model)

    return build(setting)


@filters.register("pii")
def _pii(setting: FilterSetting) -> Filter:
    from evaluation.filters.pii import build  # noqa: PLC0415 (dear: Presidio and a model)

    return build(setting)


@filters.register("injection")
def _injection(setting: FilterSetting) -> Filter:
    from evaluation.filters.injection import build  # noqa: PLC0415 (dear: a model)

    return build(setting)


@filters.register("keywords")
def _keywords(setting: FilterSetting) -> Filter:
    from evaluation.filters.keywords import build  # noqa: PLC0415 (dear: lists)

    return build(setting)


@filters.register("output")
def _output(setting: FilterSetting) -> Filter:
    from evaluation.filters.output import build  # noqa: PLC0415 (as above)

    return build(setting)
