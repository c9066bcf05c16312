"""What a reader hands back, and the registry through which readers are found.

Rules of this place: a reader is a function from the bytes of one file to an `Extract`; it touches no disk and no
network, and raises `UnreadableDocument` for what it understands to be wrong. Anything else that it raises counts as a
broken file. Texts in an extract are data: nothing in them is ever executed or obeyed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from assay.kernel import Registry

__all__ = ["Extract", "Heading", "Reader", "one_line", "readers"]

_SPACE = re.compile(r"\s+")
_LONGEST_LINE = 300


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading and where its section begins."""

    level: int  # 1 is outermost
    title: str
    start: int  # code point in Extract.text


@dataclass(frozen=True, kw_only=True)
class Extract:
    """The text of one file with what is known of its structure."""

    text: str
    headings: tuple[Heading, ...] = ()  # in the order of `start`
    page_starts: tuple[int, ...] = ()
    body_start: int = 0  # text before it (front matter) belongs to no section
    title: str = ""  # "" when the file does not say
    metadata: Mapping[str, str] = field(default_factory=dict)


Reader: TypeAlias = Callable[[bytes], Extract]

readers: Registry[Reader] = Registry("document reader", "assay.readers")


def one_line(text: str) -> str:
    """Return a title or a metadata value on one line, at most 300 code points."""
    return _SPACE.sub(" ", text).strip()[:_LONGEST_LINE]
