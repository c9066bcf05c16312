"""What was chosen on the kept-back texts, as data: `data/toxicity.yaml`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar, Final

import yaml
from pydantic import ConfigDict, Field, TypeAdapter

from assay.kernel import digest_bytes

__all__ = ["Settings", "read_settings"]

_FILE: Final = Path(__file__).with_name("data") / "toxicity.yaml"
_Share = Annotated[float, Field(ge=0, le=1)]


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
    threshold: _Share  # of the embedded engine
    uncertain: tuple[_Share, _Share]  # of the embedded engine: between them a second opinion is worth its price
    detoxify_threshold: _Share


@cache
def read_settings() -> tuple[Settings, str]:
    """Return the shipped settings and the digest of their file."""
    content = _FILE.read_bytes()
    return TypeAdapter(Settings).validate_python(yaml.safe_load(content)), digest_bytes(content)
