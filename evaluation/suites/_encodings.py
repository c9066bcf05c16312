"""Disguises of a text: the ways in which an instruction is written so that a reader of words overlooks it."""

import base64
import codecs
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

__all__ = ["DISGUISES", "undisguised"]

_LEET: Final = str.maketrans("aeiostAEIOST", "431057431057")
_ALIKE: Final = str.maketrans("aceopxyiABEHKMOPTX", "асеорхуіАВЕНКМОРТХ")  # Cyrillic letters of the same look
_LATIN: Final = str.maketrans("асеорхуіАВЕНКМОРТХ", "aceopxyiABEHKMOPTX")
_ZERO_WIDTH: Final = "\u200b"
_FULL_WIDTH: Final = 0xFEE0  # from ASCII 0x21 to its full-width form
_MORSE_LETTERS: Final = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
)
_MORSE_DIGITS: Final = "----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----."
_MORSE: Final = dict(
    zip("abcdefghijklmnopqrstuvwxyz0123456789", f"{_MORSE_LETTERS} {_MORSE_DIGITS}".split(), strict=True)
)


def _morse(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    words = ("".join(mark if mark in _MORSE else " " for mark in word).split() for word in plain.split())
    return " / ".join(" ".join(_MORSE[mark] for part in word for mark in part) for word in words if word)


def _full_width(text: str) -> str:
    return "".join(chr(ord(mark) + _FULL_WIDTH) if "!" <= mark <= "~" else mark for mark in text)


DISGUISES: Final[Mapping[str, Callable[[str], str]]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "reversed": lambda text: text[::-1],
    "spaced": " ".join,
    "leet": lambda text: text.translate(_LEET),
    "homoglyphs": lambda text: text.translate(_ALIKE),
    "zero_width": _ZERO_WIDTH.join,
    "full_width": _full_width,
    "percent": lambda text: quote(text, safe=""),
    "morse": _morse,
}


def undisguised(text: str) -> str:
    """Return the text with letters that only look different in their plain form; Cyrillic words are harmed."""
    return unicodedata.normalize("NFKC", text).translate(_LATIN)
