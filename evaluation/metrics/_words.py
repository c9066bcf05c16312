"""Words of a text in any script.

Rules of this place: nothing that a person would read as a word is dropped; scripts that put no space between words
(Han, kana, Thai, Lao, Burmese, Khmer) give one token a character, with its marks. On ASCII text the tokens are those of
the ROUGE literature: runs of letters and digits in lower case.
"""

import re
import unicodedata
from functools import cache

__all__ = ["folded", "spaced", "words"]

_UNSPACED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_FIRST_MARK, _LAST_MARK = 0x300, 0x1F000  # every combining mark but the variation selectors above


def folded(text: str) -> str:
    """Return the text without differences of case, width and composition (NFKC, case folding)."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def words(text: str) -> list[str]:
    """Return the words in order, folded; punctuation and symbols are left out."""
    plain = folded(text)
    return _ASCII_WORD.findall(plain) if plain.isascii() else _word().findall(plain)


def spaced(text: str) -> str:
    """Return the text with spaces around each character of a script that has none between words."""
    return text if text.isascii() else _unspaced().sub(r" \g<0> ", text)


@cache
def _marks() -> str:
    points = [chr(point) for point in range(_FIRST_MARK, _LAST_MARK) if unicodedata.category(chr(point))[0] == "M"]
    return "".join(points)


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{_UNSPACED}][{_marks()}]*")


@cache
def _word() -> re.Pattern[str]:
    letter = rf"(?:(?![{_UNSPACED}])[^\W_])"
    return re.compile(rf"{letter}(?:{letter}|[{_marks()}])*|(?:(?=[{_UNSPACED}])[^\W_])[{_marks()}]*")
