"""The model's files inside the package, and what they must hash to.

Rules of this place: a file is hashed before anything reads it as a model, and what was hashed is what is loaded (the
bytes, not the path again).
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar, TypeVar

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from assay.kernel import InputError, digest_text

__all__ = ["OWN_FOLDER", "Card", "TextCard", "checked", "read_card", "read_text_card"]

OWN_FOLDER = Path(__file__).with_name("data")

_Kind = TypeVar("_Kind")
_Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is said of the model in `encoder.yaml`."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: str
    version: str
    source: str
    date: str
    licence: str  # SPDX identifier of the weights
    base: str  # the weights that training began with
    base_sha256: _Digest
    training: str  # the command
    model_sha256: _Digest  # of encoder.onnx
    tokenizer_sha256: _Digest  # of tokenizer.json


@dataclass(frozen=True, kw_only=True)
class TextCard:
    """What is said of a model of single texts in its `model.yaml`."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: str
    version: str
    source: str
    date: str
    licence: str  # SPDX identifier of the weights
    base: str  # the weights that training began with
    base_sha256: _Digest
    training: str  # the command
    outputs: tuple[str, ...]  # names of the outputs, in their order
    length: Annotated[int, Field(ge=8, le=256)]  # tokens of a window with its marks
    model_sha256: _Digest  # of model.onnx
    words_sha256: _Digest  # of words.npz, which all such models share
    tokenizer_sha256: _Digest  # of tokenizer.json, which all share

    @property
    def digest(self) -> str:
        """Names the weights together with the word vectors and the vocabulary: `sha256:…`."""
        return digest_text(f"{self.model_sha256} {self.words_sha256} {self.tokenizer_sha256}")


@cache
def read_card(folder: Path = OWN_FOLDER) -> Card:
    """Read `encoder.yaml`; raise `InputError` when it is missing, broken or says too much or too little."""
    return _read(Card, folder / "encoder.yaml")


@cache
def read_text_card(folder: Path) -> TextCard:
    """Read `model.yaml`; raise `InputError` as `read_card` does."""
    return _read(TextCard, folder / "model.yaml")


def _read(kind: type[_Kind], path: Path) -> _Kind:
    try:
        return TypeAdapter(kind).validate_python(yaml.safe_load(path.read_bytes()))
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"cannot read the model's card {path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: {where}: {first['msg']}, got {first['input']!r}") from error


def checked(path: Path, expected: str) -> bytes:
    """Return the file's bytes; raise `InputError` when it is missing or not what its card says."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot read the model's file {path.name}: {error}",
            hint="reinstall the package: pip install --force-reinstall assay",
        ) from error
    found = f"sha256:{hashlib.sha256(content).hexdigest()}"
    if found != expected:
        raise InputError(
            f"the model's file {path.name} is not the released one: got {found!r}, expected {expected!r}",
            hint="reinstall the package: pip install --force-reinstall assay",
        )
    return content
