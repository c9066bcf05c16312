"""The options under `filters: injection:`, checked."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from assay.kernel import ConfigurationError
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
    second_opinion: None = None  # the place for a language model's say in the uncertain band; there is none yet


def read_options(setting: FilterSetting) -> Options:
    """Return the options; raise `ConfigurationError` for one that is unknown or wrong."""
    try:
        return TypeAdapter(Options).validate_python(dict(setting.options))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"filters.injection.{where}: {first['msg']}, got {first['input']!r}",
            hint=f"options are: {', '.join(one.name for one in fields(Options))}",
        ) from error
