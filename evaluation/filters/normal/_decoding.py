"""Texts inside a text: base64, hex, percent signs, character references, escapes, rot13, reversed, invisible bytes.

Rules of this place: what is decoded is only text to read on, never run or rendered; a stretch that does not decode to
something readable is no finding. Bounds hold for a text as a whole: how many are decoded, how long each may become,
and how deep (base64 inside rot13) they lie. A text inside a decoded text has the span of the outermost stretch.
"""

import base64
import binascii
import html
import re
import sys
from codecs import decode
from collections.abc import Iterator
from itertools import islice
from typing import Final
from urllib.parse import unquote_to_bytes

from evaluation.filters.normal._language import reads, turned_stretches
from evaluation.filters.normal._types import Decoded, Encoding

__all__ = ["decoded"]

_BASE64: Final = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,}+(?:\r?\n[A-Za-z0-9+/_-]{12,}+)*+={0,2}")
_HEX: Final = re.compile(r"(?<![0-9A-Za-z])(?:0[xX])?[0-9A-Fa-f]{2}(?:[ :,]?[0-9A-Fa-f]{2}){7,}(?![0-9A-Za-z])")
_TAGS: Final = re.compile("[\U000e0020-\U000e007e]{3,}")
_SELECTORS: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_MARKED: Final = {
    Encoding.URL: re.compile("%[0-9A-Fa-f]{2}"),
    Encoding.HTML: re.compile("&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});"),
    Encoding.ESCAPES: re.compile(
        r"\\u[0-9A-Fa-f]{4}|\\u\{[0-9A-Fa-f]{1,6}\}|\\x[0-9A-Fa-f]{2}|\\U[0-9A-Fa-f]{8}|U\+[0-9A-F]{4,6}"
    ),
}
_FEWEST_MARKS: Final = 3
_NEAR: Final = 40  # code points between two marks of one stretch
_MOST: Final = 32  # texts
_LONGEST: Final = 100_000  # code points of the stretch that is decoded
_DEEPEST: Final = 2
_FIRST_SELECTOR: Final = 0xE0100  # U+FE00–FE0F are bytes 0–15, U+E0100–E01EF the rest


def decoded(text: str, *, most: int = _MOST, longest: int = _LONGEST, deepest: int = _DEEPEST) -> Iterator[Decoded]:
    """Yield what is encoded in the text, outer stretches before those inside them.

    `most` bounds the texts that are yielded, `longest` the code points that are decoded of each, `deepest` the
    encodings inside each other. Stretches of different encodings may overlap.
    """
    yield from islice(_layer(text, longest, deepest), most)


def _layer(text: str, longest: int, depth: int) -> Iterator[Decoded]:
    found = [part for part in _found(text, longest) if part.text != text]
    yield from found
    if depth > 1:
        for part in found:
            for inner in _layer(part.text, longest, depth - 1):
                if len(part.encodings) == 1 and inner.encodings[0] is part.encodings[0] in _TURNS:
                    continue  # turned back
                yield Decoded(
                    text=inner.text, start=part.start, end=part.end, encodings=part.encodings + inner.encodings
                )


_TURNS: Final = (Encoding.ROT13, Encoding.REVERSED)


def _found(text: str, longest: int) -> Iterator[Decoded]:
    for encoding, start, end, said in _candidates(text, longest):
        if said is not None:
            yield Decoded(text=said, start=start, end=end, encodings=(encoding,))


def _candidates(text: str, longest: int) -> Iterator[tuple[Encoding, int, int, str | None]]:
    for found in _BASE64.finditer(text):
        yield Encoding.BASE64, *found.span(), _from_base64(found[0][:longest])
    for found in _HEX.finditer(text):
        yield Encoding.HEX, *found.span(), _from_hex(found[0][:longest])
    if not text.isascii():
        for found in _TAGS.finditer(text):
            yield Encoding.TAGS, *found.span(), "".join(chr(ord(tag) - 0xE0000) for tag in found[0][:longest])
        for found in _SELECTORS.finditer(text):
            yield Encoding.SELECTORS, *found.span(), _readable(bytes(map(_byte, found[0][:longest])))
    for encoding, pattern in _MARKED.items():
        for start, end in _stretches(text, pattern):
            yield encoding, start, end, _unmarked(encoding, text[start:end][:longest])
    for start, end in turned_stretches(text, _rot13):
        yield Encoding.ROT13, start, end, _rot13(text[start:end][:longest])
    for start, end in turned_stretches(text, _reversed):
        yield Encoding.REVERSED, start, end, _reversed(text[start:end][:longest])


def _from_base64(stretch: str) -> str | None:
    letters = re.sub(r"[\r\n=]", "", stretch).translate(str.maketrans("-_", "+/"))
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    try:
        return _readable(base64.b64decode(letters + "=" * (-len(letters) % 4)))
    except binascii.Error:
        return None


def _from_hex(stretch: str) -> str | None:
    digits = re.sub("[ :,]|^0[xX]", "", stretch)
    return _readable(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _readable(raw: bytes) -> str | None:
    for encoding in ("utf-8", "utf-16-le") if b"\0" in raw else ("utf-8",):
        try:
            said = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if reads(said):
            return said
    return None


def _byte(selector: str) -> int:
    return ord(selector) - _FIRST_SELECTOR + 16 if ord(selector) >= _FIRST_SELECTOR else ord(selector) - 0xFE00


def _stretches(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield spans with at least three marks near each other, as far as the words around them go."""
    start = end = count = 0
    for found in pattern.finditer(text):
        if count and found.start() - end > _NEAR:
            if count >= _FEWEST_MARKS:
                yield _widened(text, start, end)
            count = 0
        start = start if count else found.start()
        end, count = found.end(), count + 1
    if count >= _FEWEST_MARKS:
        yield _widened(text, start, end)


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    before = text[max(0, start - _NEAR) : start]
    after = text[end : end + _NEAR].split(maxsplit=1)
    kept = before.split()[-1] if before and not before[-1].isspace() else ""
    more = len(after[0]) if after and not text[end].isspace() else 0
    return start - len(kept), end + more


def _unmarked(encoding: Encoding, stretch: str) -> str | None:
    if encoding is Encoding.HTML:
        return html.unescape(stretch)
    if encoding is Encoding.URL:
        return unquote_to_bytes(stretch.encode("utf-8", "replace")).decode("utf-8", "replace").replace("+", " ")
    said = _MARKED[Encoding.ESCAPES].sub(_escaped, stretch)
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # two escapes of one letter: a pair


def _escaped(found: re.Match[str]) -> str:
    number = int(found[0].strip("\\uxU+{}"), 16)
    return chr(number) if number <= sys.maxunicode else "\ufffd"


def _rot13(text: str) -> str:
    return decode(text, "rot13")


def _reversed(text: str) -> str:
    return text[::-1]
