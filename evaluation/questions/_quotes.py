"""Find a quote in a passage by code: a model that quotes what is not there has made it up.

Rules of this place: white space, letter case and the shape of quotation marks and dashes may differ, words may not.
"""

import re

__all__ = ["find_quote"]

_SHAPES = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "‹": "<", "\u00a0": " "})
_WRAPPING = " \t\r\n\"'.…"
_SHORTEST = 8  # visible characters: shorter quotes stand everywhere and prove nothing


def find_quote(passage: str, quote: str) -> tuple[int, int] | None:
    """Return the code points of the quote in the passage, None where it does not stand there."""
    words = quote.translate(_SHAPES).strip(_WRAPPING).split()
    if sum(map(len, words)) < _SHORTEST:
        return None
    pattern = r"\s+".join(re.escape(word) for word in words)
    found = re.search(pattern, passage.translate(_SHAPES), re.IGNORECASE)
    return found.span() if found else None
