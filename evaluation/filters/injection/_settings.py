"""What was chosen on the kept-back texts, as data: `data/injection.yaml`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar, Final

import yaml
from pydantic import ConfigDict, Field, TypeAdapter

from assay.kernel import digest_bytes

__all__ = ["FOLDER", "Settings", "Weighing", "read_settings"]

FOLDER: Final = Path(__file__).with_name("data")
_Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """How the stages are weighed: a logistic regression over what they say."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    head: float  # for each unit of the model's logit
    patterns: float  # for the strongest rule, 0..1
    known: float  # for the nearness to a known attack, 0..1
    bias: float
    windows: float  # taken off the logit for each doubling of the windows: many windows, many chances to be wrong


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The shipped settings of the filter."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: str
    version: str
    source: str
    date: str
    licence: str
    languages: tuple[str, ...]  # ISO 639-1; those that the card was measured in
    threshold: _Share
    uncertain: tuple[_Share, _Share]  # between them a second opinion is worth its price
    near: _Share  # share of a known attack's letters from which a text counts as near to it
    weighing: Weighing


@cache
def read_settings() -> tuple[Settings, str]:
    """Return the shipped settings and the digest of them with the rules and the known attacks."""
    contents = [(FOLDER / f"{name}.yaml").read_bytes() for name in ("injection", "patterns", "known")]
    settings = TypeAdapter(Settings).validate_python(yaml.safe_load(contents[0]))
    return settings, digest_bytes(b"\0".join(contents))
