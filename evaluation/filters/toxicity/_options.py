"""The options under `filters: toxicity:`, checked."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from assay.kernel import ConfigurationError
from evaluation.filters._checking import checked_options
from evaluation.filters._registry import FilterSetting

__all__ = ["Engine", "Options", "Variant", "read_options"]


class Engine(StrEnum):
    """What reads the texts."""

    EMBEDDED = "embedded"
    DETOXIFY = "detoxify"


class Variant(StrEnum):
    """Detoxify's released models."""

    ORIGINAL = "original"
    UNBIASED = "unbiased"
    MULTILINGUAL = "multilingual"
    ORIGINAL_SMALL = "original-small"
    UNBIASED_SMALL = "unbiased-small"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the filter is to be built."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    engine: Engine = Engine.EMBEDDED
    threshold: Annotated[float, Field(gt=0, le=1)] | None = None  # else the shipped one
    variant: Variant = Variant.UNBIASED  # Detoxify
    checkpoint: Path | None = None  # Detoxify: its released file
    config: Path | None = None  # Detoxify: folder with config.json and the tokenizer's files
    sha256: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None  # Detoxify: of a checkpoint of yours
    onnx: Path | None = None  # Detoxify: folder that `python -m evaluation.filters.toxicity.export` wrote


def read_options(setting: FilterSetting) -> Options:
    """Return the options with paths in full; raise `ConfigurationError` for one that is unknown, wrong or needless."""
    options = checked_options(Options, "toxicity", setting.options)
    needless = {"variant", "checkpoint", "config", "sha256", "onnx"} & setting.options.keys()
    if options.engine is Engine.EMBEDDED and needless:
        raise ConfigurationError(
            f"filters.toxicity: {', '.join(sorted(needless))} are options of another engine",
            hint="set `engine: detoxify` beside them",
        )
    return options
