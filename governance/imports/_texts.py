"""A text in a cell, on the way out and on the way back.

Rules of this place: what XML cannot hold, and what nobody sees but steers what is shown (bidi overrides), becomes a
mark that anybody sees; a cell ends where Excel's ends, and says so; what looks like Excel's own escapes (`_x000D_`,
ECMA-376 part 1, 22.9.2.19) is escaped, so that Excel shows the text that was written. `as_read` is the law of the way
there and back: a cell that reads as a recorded text does says nothing new.
"""

import re
from typing import Final

__all__ = ["LONGEST_CELL", "as_read", "fit", "to_cell", "unescaped"]

LONGEST_CELL: Final = 32_767  # UTF-16 code units, Excel's bound
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED: Final = re.compile(r"_x00(?:5[Ff]|0[Dd])_")  # an underscore, or the CR of Excel's line ends


def fit(text: str) -> tuple[str, bool]:
    """Return a text as a cell can show it, and whether its end is left out."""
    seen = _UNSEEN.sub("\ufffd", text)
    if len(seen) * 2 <= LONGEST_CELL or _units(to_cell(seen)) <= LONGEST_CELL:
        return seen, False
    told = f" … (cut: {len(text):,} characters)"
    room = LONGEST_CELL - _units(told)
    cut = seen[:room]
    while (over := _units(to_cell(cut)) - room) > 0:
        cut = cut[: -max(1, over // 8)]  # an escape takes seven more of them, a mark of the higher planes one
    return cut + told, True


def to_cell(text: str) -> str:
    """Return what is written for a text that fits."""
    return _LOOKS_ESCAPED.sub("_x005F_", text)


def unescaped(written: str) -> str:
    """Return the text that a cell shows."""
    if "_x00" not in written:
        return written
    return _ESCAPED.sub(lambda found: "_" if found[0][4] == "5" else "\r", written)


def as_read(text: str | None) -> str:
    """Return what a recorded text reads as, once it was written and read again; "" for none."""
    return unescaped(to_cell(fit(text or "")[0])).strip()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
