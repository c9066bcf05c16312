"""The model: texts in, spans out, in their order."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from assay.kernel import InputError, MissingError, digest_text
from evaluation.encoder import TextModel, load_text_model
from evaluation.filters.pii.names._decoding import OUTPUTS, Thresholds, spans_of
from evaluation.filters.pii.names._types import NameSpan

__all__ = ["NameModel", "load_names"]

_FOLDER: Final = Path(__file__).with_name("data")
_MOST_WINDOWS: Final = 128  # of one text: some 12,000 tokens; what is beyond is not read
_THRESHOLDS: Final = Thresholds(person=0.2, person_lower=0.35, place=0.25)  # chosen on open sets: docs/names-card.md


class NameModel:
    """A loaded model. Safe to share between threads."""

    def __init__(self, model: TextModel, thresholds: Thresholds = _THRESHOLDS) -> None:
        self._model = model
        self._thresholds = thresholds

    @property
    def digest(self) -> str:
        """Names the weights, the vocabulary and the thresholds together: `sha256:…`."""
        at = self._thresholds
        said = " ".join(f"{threshold:.6g}" for threshold in (at.person, at.person_lower, at.place))
        return digest_text(f"{self._model.card.digest} {said}")

    def spans(self, texts: Sequence[str]) -> list[list[NameSpan]]:
        """Return, for each text in its order, what it names: sorted, never overlapping.

        Texts may be of any content, and are read up to some 12,000 tokens: cut longer ones. A text's spans do not
        depend on its neighbours. Give many texts at once: they are batched by length.
        """
        tags = self._model.tokens(texts, _MOST_WINDOWS)
        return [
            spans_of(text, of_text.offsets, of_text.probabilities, self._thresholds)
            for text, of_text in zip(texts, tags, strict=True)
        ]


@lru_cache(maxsize=4)
def load_names(threads: int = 1) -> NameModel:
    """Load the model that comes with Assay, once per number of threads (of its arithmetic).

    Raises `MissingError` when the model's files are not there, `InputError` when they are not the released ones.
    """
    if not (_FOLDER / "model.yaml").exists():
        raise MissingError("no model of names in this build", hint="pip install --force-reinstall assay")
    model = load_text_model(_FOLDER, threads)
    if model.card.outputs != OUTPUTS:
        raise InputError(
            f"the model of names has other outputs: got {model.card.outputs!r}, expected {OUTPUTS!r}",
            hint="pip install --force-reinstall assay",
        )
    return NameModel(model)
