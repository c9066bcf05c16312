"""The model: texts in, spans out, in their order."""

from collections.abc import Sequence
from typing import Protocol

from assay.kernel import MissingError
from evaluation.filters.pii.names._types import NameSpan

__all__ = ["NameModel", "load_names"]


class NameModel(Protocol):
    """A loaded model. Safe to share between threads."""

    @property
    def digest(self) -> str:
        """Names the weights, the vocabulary and the thresholds together: `sha256:…`."""

    def spans(self, texts: Sequence[str]) -> list[list[NameSpan]]:
        """Return, for each text in its order, what it names: sorted, never overlapping, at most 512 spans a text.

        Texts may be of any length and content; a text's spans do not depend on its neighbours in the batch. Give many
        texts at once: they are batched by length.
        """


def load_names(threads: int) -> NameModel:
    """Load the model that comes with Assay, once per number of threads (of its arithmetic).

    Raises `MissingError` when the model's files are not there, `InputError` when they are not the released ones.
    """
    raise MissingError(
        f"the model of names ({threads} threads) is not in this build", hint="pip install --force-reinstall assay"
    )
