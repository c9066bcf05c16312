"""Fences around hostile text.

Rules of this place: contexts, questions and answers are written by others and are data. They stand between marks
whose name carries digits derived from the texts themselves; anything inside that looks like a mark or like a control
token of a chat template loses its first character to a look-alike. One code point stays one code point, so offsets
into the original hold.
"""

import hashlib
import re
from collections.abc import Sequence

__all__ = ["Fence", "defused"]

_LOOK_ALIKE = {"<": "‹", "[": "［", "|": "¦"}
# Marks of ours, and the control tokens of the usual templates, which a server may read as such inside a message.
_MARK = re.compile(
    r"<(?=\s*/?\s*(?:source|question|sentence|answer|reference|statement|part)\b)|<(?=\s*\|)|\|(?=\s*>)|<(?=/?s>)|<(?=/?(?:start|end)_of_turn)"
    r"|<(?=(?:bos|eos|pad|unk|begin|end)[_>])|\[(?=\s*/?\s*(?:INST|SYS|RESULT)\b)|<(?=<\s*/?\s*SYS)",
    re.IGNORECASE,
)


def defused(text: str) -> str:
    """Return the text with every mark look-alike made harmless; same number of code points."""
    return _MARK.sub(lambda match: _LOOK_ALIKE[match.group()], text.encode("utf-8", "replace").decode("utf-8"))


class Fence:
    """Marks for the texts of one row."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Derive two digits from the texts inside; more would cost a small model tokens at every mark."""
        digest = hashlib.sha256()
        for text in texts:
            data = text.encode("utf-8", "replace")
            digest.update(len(data).to_bytes(8) + data)  # with lengths: no two lists of texts run together alike
        self._digits = digest.hexdigest()[:2]

    def around(self, kind: str, text: str) -> str:
        """Return the text, made harmless, between its marks."""
        return f"<{kind}-{self._digits}>\n{defused(text)}\n</{kind}-{self._digits}>"
