"""Long texts are read in windows, so that the time for a text grows with its length and never with its square.

Rules of this place: windows overlap by more than anything that a recogniser looks for is long, and are cut at a space
where one is near; every position lies in a window.
"""

from collections.abc import Iterator
from typing import Final

__all__ = ["LONGEST", "OVERLAP", "windows"]

LONGEST: Final = 8_000  # characters of a window
OVERLAP: Final = 400


def windows(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, piece); a text of up to `LONGEST` characters is one piece."""
    start = 0
    while len(text) - start > LONGEST:
        end = start + LONGEST
        space = max(text.rfind(" ", end - OVERLAP // 4, end), text.rfind("\n", end - OVERLAP // 4, end))
        end = space + 1 if space > 0 else end
        yield start, text[start:end]
        begin = end - OVERLAP
        space = text.find(" ", begin, begin + OVERLAP // 4)
        start = space + 1 if space > 0 else begin
    yield start, text[start:]
