"""The engine that comes with Assay: a small encoder of single texts, read in windows, without torch.

Rules of this place: what is written to be overlooked is read as it is meant (`evaluation.filters.normal`), in use as in
training; of one text at most `MOST_WINDOWS` windows are read, about 80,000 letters.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from evaluation.encoder import TextModel, Window, load_text_model
from evaluation.filters.normal import Normalised, normalise
from evaluation.filters.toxicity._categories import Category
from evaluation.filters.toxicity._reading import Reading, Stretch

__all__ = ["FOLDER", "MOST_WINDOWS", "EmbeddedReader", "load_embedded"]

FOLDER: Final = Path(__file__).with_name("data")
MOST_WINDOWS: Final = 512  # of one text


class EmbeddedReader:
    """The embedded model behind the reader's one method."""

    def __init__(self, model: TextModel, most: int = MOST_WINDOWS) -> None:
        self._model = model
        self._most = most

    @property
    def digest(self) -> str:
        """Names weights, word vectors and vocabulary together."""
        return self._model.card.digest

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return one reading for each text, in their order."""
        normals = [normalise(text) for text in texts]
        found = self._model.windows([normal.text for normal in normals], self._most)
        return [
            Reading(stretches=tuple(_stretch(normal, window) for window in one.windows), complete=one.complete)
            for normal, one in zip(normals, found, strict=True)
        ]


def _stretch(normal: Normalised, window: Window) -> Stretch:
    start, end = normal.span(window.start, window.end) if window.end > window.start else (0, 0)
    categories = dict(zip(Category, window.probabilities, strict=True))
    return Stretch(start=start, end=end, score=categories[Category.TOXICITY], categories=categories)


def load_embedded(threads: int) -> EmbeddedReader:
    """Load the model that comes with Assay; raise `InputError` when its files are not the released ones."""
    return EmbeddedReader(load_text_model(FOLDER, threads))
