"""Find a quote in a passage by code: a model that quotes what is not there has made it up.

Rules of this place: white space, letter case, punctuation and the marks of lists may differ; words and their order may
not.
"""

import re

__all__ = ["find_quote"]

_WORD = re.compile(r"\w+")
_SHORTEST = 8  # letters and digits: shorter quotes stand everywhere and prove nothing


def find_quote(passage: str, quote: str) -> tuple[int, int] | None:
    """Return the code points of the quote in the passage, None where it does not stand there."""
    words = _WORD.findall(quote)
    if sum(map(len, words)) < _SHORTEST:
        return None
    pattern = r"(?<!\w)" + r"[\W_]+".join(re.escape(word) for word in words) + r"(?!\w)"
    found = re.search(pattern, passage, re.IGNORECASE)
    return found.span() if found else None
