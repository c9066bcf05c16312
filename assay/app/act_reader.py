"""A small model of our own that reads a description: how likely each answer is, and which sentence says so most.

Rules of this place: it reads in milliseconds, on a CPU, offline. What it learned from and is not good for is in
`docs/act-reader-card.md`. Of a long description the likeliest window counts.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from evaluation.encoder import TextModel, free_threads, load_text_model
from evaluation.judges import Span

__all__ = ["told"]

_MOST_SENTENCES: Final = 300  # of a description that are read one by one, to find what to quote
_MOST_READ: Final = 1_000  # code points of each of them: a text without full stops is not read twice


def told(description: str, sentences: Sequence[Span]) -> Mapping[str, tuple[float, Span]]:
    """Return by `question.option` its probability, 0..1, and the sentence that says so most."""
    model = _model()
    alone = [span.of(description)[:_MOST_READ] for span in sentences[:_MOST_SENTENCES]]
    whole, *each = model.windows([description, *alone])
    found = {}
    for place, name in enumerate(model.card.outputs):
        likely = max((window.probabilities[place] for window in whole.windows), default=0.0)
        by_sentence = [max((one.probabilities[place] for one in read.windows), default=0.0) for read in each]
        best = max(range(len(by_sentence)), key=by_sentence.__getitem__, default=0)
        found[name] = (likely, sentences[best])
    return found


@cache
def _model() -> TextModel:
    with resources.as_file(resources.files("assay.app") / "data" / "act_reader") as folder:
        return load_text_model(Path(folder), free_threads())
