"""A model of Detoxify as ONNX: written once with torch, read without it.

Rules of this place: the folder holds `model.onnx`, `tokenizer.json` and `export.yaml`, which says what both must hash
to and which checkpoint they came from; they are hashed before they are read.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import yaml

from assay.kernel import InputError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

__all__ = ["CARD", "Exported", "load_exported"]

CARD: Final = "export.yaml"
_LONGEST: Final = 512  # tokens


class Exported:
    """A loaded export."""

    def __init__(self, card: dict[str, Any], session: "InferenceSession", tokenizer: "Tokenizer") -> None:
        self.classes: tuple[str, ...] = tuple(card["classes"])
        self._session = session
        self._tokenizer = tokenizer
        self._asked = {one.name for one in session.get_inputs()}

    def predict(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Return the sigmoid of every output for each text."""
        rows = self._tokenizer.encode_batch(list(texts))
        given = {
            "input_ids": np.array([row.ids for row in rows], dtype=np.int64),
            "attention_mask": np.array([row.attention_mask for row in rows], dtype=np.int64),
            "token_type_ids": np.array([row.type_ids for row in rows], dtype=np.int64),
        }
        (logits,) = self._session.run(["logits"], {name: given[name] for name in self._asked})
        chances: list[list[float]] = (1 / (1 + np.exp(-np.asarray(logits, dtype=np.float64)))).tolist()
        return chances


def load_exported(folder: Path, threads: int) -> tuple[Exported, str, str]:
    """Return the model, its digest and that of its tokenizer; raise `InputError` when a file is missing or another."""
    try:
        card = yaml.safe_load((folder / CARD).read_bytes())
        content, description = (_hashed(folder / name, card[key]) for name, key in _FILES.items())
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise InputError(
            f"cannot read the export in {folder}: {error}",
            hint="write it again: python -m evaluation.filters.toxicity.export --help",
        ) from error
    import onnxruntime  # noqa: PLC0415 (dear)
    from tokenizers import Tokenizer  # noqa: PLC0415 (dear)

    onnxruntime.disable_telemetry_events()
    tokenizer = Tokenizer.from_str(description.decode("utf-8"))
    tokenizer.enable_truncation(_LONGEST)
    tokenizer.enable_padding(pad_id=card["padding_id"], pad_token=card["padding"])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return Exported(card, session, tokenizer), card["model_sha256"], card["tokenizer_sha256"]


_FILES: Final = {"model.onnx": "model_sha256", "tokenizer.json": "tokenizer_sha256"}


def _hashed(path: Path, expected: str) -> bytes:
    content = path.read_bytes()
    found = f"sha256:{hashlib.sha256(content).hexdigest()}"
    if found != expected:
        raise InputError(f"{path} is not what was exported: got {found!r}, expected {expected!r}")
    return content
