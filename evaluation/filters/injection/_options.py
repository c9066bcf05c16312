"""The options under `filters: injection:`, checked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from evaluation.filters._checking import checked_options
from evaluation.filters._registry import FilterSetting

__all__ = ["Options", "StageName", "read_options"]


class StageName(StrEnum):
    """What reads the texts."""

    PATTERNS = "patterns"
    KNOWN = "known"
    HEAD = "head"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the filter is to be built."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    threshold: Annotated[float, Field(gt=0, le=1)] | None = None  # else the shipped one
    stages: Annotated[tuple[StageName, ...], Field(min_length=1)] = tuple(StageName)


def read_options(setting: FilterSetting) -> Options:
    """Return the options; raise `ConfigurationError` for one that is unknown or wrong."""
    return checked_options(Options, "injection", setting.options)
