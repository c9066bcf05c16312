"""Text from elsewhere made fit for a terminal, a log or a reason.

Rules of this place: what a person cannot see must not steer what shows it: control characters (terminal escapes),
format characters (bidi overrides) and lone surrogates go.
"""

import unicodedata

__all__ = ["plain"]

_UNSEEN = frozenset({"Cc", "Cf", "Cs"})


def plain(text: str) -> str:
    """Drop control and format characters and lone surrogates; keep line feeds and tabs."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(mark for mark in text if mark in "\n\t" or unicodedata.category(mark) not in _UNSEEN)
