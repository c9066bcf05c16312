"""Where a text shows code: fences and backticks of CommonMark, as far as telling apart needs them.

Rules of this place: a fence that is not closed reaches to the end of the text (CommonMark 0.31, 4.5).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

__all__ = ["CodeSpans"]

_FENCE: Final = re.compile(r"^[ \t>]{0,9}(`{3,}+|~{3,}+)[^\n`]*$", re.MULTILINE)
_INLINE: Final = re.compile(r"(?<!`)(`{1,2})(?!`)[^`\n]{1,400}\1(?!`)")


class CodeSpans:
    """Spans of code in one text."""

    def __init__(self, text: str) -> None:
        """Find them in one pass each."""
        spans: list[tuple[int, int]] = []
        if "```" in text or "~~~" in text:
            spans += _fenced(text)
        if "`" in text:
            spans += [found.span() for found in _INLINE.finditer(text)]
        spans.sort()
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]
        for earlier, later in pairwise(range(len(spans))):
            self._ends[later] = max(self._ends[earlier], self._ends[later])

    def hold(self, start: int, end: int) -> bool:
        """Whether a stretch lies in code."""
        place = bisect_right(self._starts, start)
        return place > 0 and self._ends[place - 1] >= end


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    opened: re.Match[str] | None = None
    for found in _FENCE.finditer(text):
        if opened is None:
            opened = found
        elif found[1][0] == opened[1][0] and len(found[1]) >= len(opened[1]):
            yield opened.start(), found.end()
            opened = None
    if opened is not None:
        yield opened.start(), len(text)
