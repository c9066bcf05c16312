"""What a normalised and a decoded text are."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["EVERY", "LETTERS", "Decoded", "Encoding", "Normalised", "Offsets", "Step"]

Offsets: TypeAlias = NDArray[np.int32]


class Step(StrEnum):
    """What normalising may do; the steps are taken in this order."""

    INVISIBLE = "invisible"  # zero-width, bidirectional, variation selectors, soft hyphens, tags, controls: removed
    FORM = "form"  # NFKC (UAX #15), straight quotes, plain hyphens and spaces
    MARKS = "marks"  # combining marks and strokes off the letters
    CONFUSABLES = "confusables"  # letters that pass for Latin ones
    CASE = "case"  # full case folding
    SPACING = "spacing"  # `i g n o r e`, `i.g.n.o.r.e`: joined
    LEET = "leet"  # `1gn0re`: digits and signs inside words
    REPEATS = "repeats"  # `ignooore`: a vowel once, another letter twice


LETTERS: Final = frozenset({Step.INVISIBLE, Step.FORM, Step.MARKS, Step.CONFUSABLES, Step.CASE})
EVERY: Final = frozenset(Step)


@dataclass(frozen=True, kw_only=True, eq=False)
class Normalised:
    """A text and where each of its code points comes from.

    `starts` and `ends` have one entry per code point of `text`: the span of the original, in code points, end
    exclusive, neither ever decreasing. Both are None where every code point stands where it stood.
    """

    text: str
    starts: Offsets | None = None
    ends: Offsets | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that `text[start:end]` (not empty) comes from."""
        if self.starts is None or self.ends is None:
            return start, end
        return int(self.starts[start]), int(self.ends[end - 1])


class Encoding(StrEnum):
    """How a text was hidden in another."""

    BASE64 = "base64"  # RFC 4648, both alphabets
    HEX = "hex"
    URL = "url"  # percent signs, RFC 3986
    HTML = "html"  # character references
    ESCAPES = "escapes"  # \\u0069, \\x69, U+0069
    ROT13 = "rot13"
    REVERSED = "reversed"
    TAGS = "tags"  # invisible tag characters, U+E0000…
    SELECTORS = "selectors"  # one byte a variation selector


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """What a stretch of a text says once it is decoded."""

    text: str
    start: int  # code points of the text as it came
    end: int  # exclusive
    encodings: tuple[Encoding, ...]  # outermost first
