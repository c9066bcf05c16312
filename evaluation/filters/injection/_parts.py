"""What is read of one text: itself, and what stands encoded in it.

Rules of this place: offsets that leave this module are code points of the text as it came, and lie inside it.
"""

from dataclasses import dataclass
from typing import Final

from evaluation.filters.injection._reading import plain
from evaluation.filters.normal import Normalised, decoded

__all__ = ["LONGEST", "Part", "parts_of"]

LONGEST: Final = 100_000  # code points of a text that are read
_MOST: Final = 8  # encoded parts of one text
_MOST_ENCODED: Final = 20_000  # code points of one of them
_FEWEST: Final = 8  # letters of an encoded part that can say something


@dataclass(frozen=True)
class Part:
    """A text to be read, and how its offsets lead back."""

    normal: Normalised
    outer: tuple[int, int] | None = None  # where it stood encoded
    encodings: tuple[str, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the text as it came."""
        if self.outer is not None or end <= start:
            return self.outer or (0, 0)
        return self.normal.span(start, end)


def parts_of(text: str) -> list[Part]:
    """Return the text itself, then what is encoded in it, outer encodings first."""
    read = text[:LONGEST]
    inner = [
        Part(plain(part.text), (part.start, part.end), tuple(encoding.value for encoding in part.encodings))
        for part in decoded(read, most=_MOST, longest=_MOST_ENCODED)
        if sum(map(str.isalpha, part.text[: _FEWEST * 4])) >= _FEWEST
    ]
    return [Part(plain(read)), *inner]
