"""The engine `detoxify`: its released models from a local file, through the package itself or through ONNX.

Rules of this place: Detoxify's `toxicity` counts profanity, ours does not (DESIGN.md §3 speaks of abuse, threats and
hate towards people), so the score is the highest of its threat, insult, identity attack and severe toxicity; all of its
outputs stay visible as categories. A long text is read in stretches of bounded number.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from assay.kernel import ConfigurationError, digest_bytes
from evaluation.filters.toxicity._categories import Category
from evaluation.filters.toxicity._checkpoints import Loaded, load_checkpoint, released, verified
from evaluation.filters.toxicity._detoxify_onnx import load_exported
from evaluation.filters.toxicity._options import Options
from evaluation.filters.toxicity._reading import Reading, Stretch

__all__ = ["DetoxifyReader", "Predictor", "load_detoxify"]

_BATCH: Final = 16
_STRETCH: Final = 1200  # code points: fewer than the 512 tokens that the models read
_OVERLAP: Final = 100
_MOST_STRETCHES: Final = 64  # of one text
_NAMES: Final = {
    "toxicity": Category.TOXICITY, "toxic": Category.TOXICITY,
    "severe_toxicity": Category.SEVERE, "severe_toxic": Category.SEVERE,
    "obscene": Category.OBSCENE, "threat": Category.THREAT, "insult": Category.INSULT,
    "identity_attack": Category.IDENTITY_ATTACK, "identity_hate": Category.IDENTITY_ATTACK,
}  # fmt: skip
_FLAGGING: Final = (Category.THREAT, Category.INSULT, Category.IDENTITY_ATTACK, Category.SEVERE)


class Predictor(Protocol):
    """A loaded model of Detoxify, in one form or the other."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the outputs."""

    def predict(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Return the sigmoid of every output for each text."""


class DetoxifyReader:
    """A model of Detoxify behind the reader's one method."""

    def __init__(self, predictor: Predictor, digest: str, config_digest: str) -> None:
        self._predictor = predictor
        self.digest = digest
        self.config_digest = config_digest

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return one reading for each text, in their order."""
        parts = [(at, start, end) for at, text in enumerate(texts) for start, end in _parts(text)]
        found: list[list[Stretch]] = [[] for _ in texts]
        for begin in range(0, len(parts), _BATCH):
            some = parts[begin : begin + _BATCH]
            rows = self._predictor.predict([texts[at][start:end] for at, start, end in some])
            for (at, start, end), row in zip(some, rows, strict=True):
                found[at].append(_stretch(start, end, dict(zip(self._predictor.classes, row, strict=True))))
        return [
            Reading(stretches=tuple(one), complete=len(text) <= _MOST_STRETCHES * (_STRETCH - _OVERLAP))
            for text, one in zip(texts, found, strict=True)
        ]


class _Torch:
    """The package's own arithmetic."""

    def __init__(self, loaded: Loaded, torch: Any) -> None:  # noqa: ANN401 (an extra without types)
        self._loaded, self._torch = loaded, torch

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the outputs."""
        return self._loaded.classes

    def predict(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Return the sigmoid of every output for each text."""
        inputs = self._loaded.tokenizer(list(texts), return_tensors="pt", truncation=True, max_length=512, padding=True)
        with self._torch.no_grad():
            rows: list[list[float]] = self._torch.sigmoid(self._loaded.model(**inputs)[0]).tolist()
        return rows


def load_detoxify(options: Options, folder: Path | None, threads: int) -> DetoxifyReader:
    """Load a model from local files; raise `ConfigurationError` or `InputError` with the next step."""
    base = folder or Path()
    if options.onnx is not None:
        exported, digest, config_digest = load_exported(base / options.onnx, threads)
        return DetoxifyReader(exported, digest, config_digest)
    if options.checkpoint is None:
        raise ConfigurationError(
            "filters.toxicity.checkpoint: engine detoxify needs its file, nothing is downloaded",
            hint=f"download {released()[options.variant].file} and name it there",
        )
    path = base / options.checkpoint
    content, digest = verified(path, options.variant, options.sha256)
    config = None if options.config is None else base / options.config
    loaded = load_checkpoint(content, config, path.parent)
    import torch  # noqa: PLC0415 (an extra)

    torch.set_num_threads(threads)
    config_digest = digest_bytes(repr(loaded.classes).encode())
    return DetoxifyReader(_Torch(loaded, torch), digest, config_digest)


def _parts(text: str) -> Iterator[tuple[int, int]]:
    if not text.strip():
        return
    for number, start in enumerate(range(0, max(1, len(text) - _OVERLAP), _STRETCH - _OVERLAP)):
        if number == _MOST_STRETCHES:
            return
        yield start, min(len(text), start + _STRETCH)


def _stretch(start: int, end: int, said: dict[str, float]) -> Stretch:
    known = {_NAMES[name]: chance for name, chance in said.items() if name in _NAMES}
    categories = {category: known.get(category, 0.0) for category in Category}
    score = max(categories[category] for category in _FLAGGING)
    return Stretch(start=start, end=end, score=score, categories=categories)
