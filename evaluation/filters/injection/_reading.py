"""How the filter reads a text before it judges it: hidden characters gone, look-alikes and spelt-out words plain.

Rules of this place: marks and case stay, for the small model was trained on texts read in this way; the same function
is used to train it.
"""

from typing import Final

from evaluation.filters.normal import EVERY, Normalised, Step, normalise

__all__ = ["plain"]

_STEPS: Final = EVERY - {Step.CASE, Step.MARKS}


def plain(text: str) -> Normalised:
    """Return the text as it is read, with the way back to its own offsets."""
    return normalise(text, _STEPS)
