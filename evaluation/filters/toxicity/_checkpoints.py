"""Detoxify's released files, and how one of them becomes a model without the network.

Rules of this place: a checkpoint is a pickle, and a pickle is a program: its bytes are hashed first, and what was
hashed is what is unpickled (the bytes, not the path again). The name of a configuration that stands inside, which the
package would ask the model hub for, is replaced by a local folder before anything reads it.
"""

import hashlib
import importlib
import io
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from assay.kernel import ConfigurationError, InputError
from evaluation.filters.toxicity._options import Variant

__all__ = ["Loaded", "Released", "load_checkpoint", "released", "verified"]

_FILE: Final = Path(__file__).with_name("data") / "detoxify.yaml"
_INSTALL: Final = "pip install 'assay[toxicity]'"


@dataclass(frozen=True, kw_only=True)
class Released:
    """A file of a release."""

    file: str
    sha256_begins: str  # hexadecimal digits


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a checkpoint holds."""

    model: Any  # a transformers model, in evaluation mode
    tokenizer: Any
    classes: tuple[str, ...]  # names of the outputs, as Detoxify gives them


@cache
def released() -> dict[Variant, Released]:
    """Return the released files by variant."""
    document = yaml.safe_load(_FILE.read_bytes())
    return {Variant(name): Released(**given) for name, given in document["checkpoints"].items()}


def verified(path: Path, variant: Variant, pinned: str | None) -> tuple[bytes, str]:
    """Return a checkpoint's bytes and digest; raise `InputError` when it is missing or not the expected one."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot read Detoxify's checkpoint {path}: {error.strerror}",
            hint=f"download {released()[variant].file} and name it in filters.toxicity.checkpoint",
        ) from error
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    expected = pinned or f"sha256:{released()[variant].sha256_begins}"
    if not digest.startswith(expected):
        raise InputError(
            f"{path} is not the expected checkpoint: got {digest!r}, expected {expected!r}{'' if pinned else '…'}",
            hint="check filters.toxicity.variant, or pin a checkpoint of your own with filters.toxicity.sha256",
        )
    return content, digest


def load_checkpoint(content: bytes, config: Path | None, beside: Path) -> Loaded:
    """Unpickle verified bytes with the package's own functions.

    `config` is a folder with config.json and the tokenizer's files; None looks for one that is named like the
    configuration, in the folder `beside`. Raises `ConfigurationError` without the extra or the folder, `InputError`
    for a file that is no checkpoint of Detoxify.
    """
    torch, package = _extra()
    loaded = torch.load(io.BytesIO(content), map_location="cpu", weights_only=False)
    try:
        arguments = dict(loaded["config"]["arch"]["args"])
        names = loaded["config"]["dataset"]["args"]["classes"]
        arguments["model_type"] = str(_folder(config, beside, str(arguments["model_type"])))
        model, tokenizer = package.get_model_and_tokenizer(**arguments, state_dict=loaded["state_dict"])
    except (KeyError, TypeError) as error:
        raise InputError(f"this is no checkpoint of Detoxify: {error!r} is missing or wrong") from error
    model.eval()
    return Loaded(model=model, tokenizer=tokenizer, classes=tuple(names))


def _extra() -> tuple[Any, Any]:
    os.environ["HF_HUB_OFFLINE"] = "1"  # transformers reads it when it is imported: no question to the hub, ever
    try:
        return importlib.import_module("torch"), importlib.import_module("detoxify.detoxify")
    except ImportError as error:
        raise ConfigurationError("filters.toxicity.engine: detoxify is not installed", hint=_INSTALL) from error


def _folder(config: Path | None, beside: Path, name: str) -> Path:
    folder = config or beside / Path(name).name
    if not (folder / "config.json").is_file():
        raise ConfigurationError(
            f"filters.toxicity.config: there is no {folder / 'config.json'}",
            hint=f"save config.json and the tokenizer's files of {name} in a folder and name it",
        )
    return folder
