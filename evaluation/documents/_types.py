"""Document ▸ Section ▸ Passage: what a corpus is made of. Offsets are Unicode code points into the document's text."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Document", "Passage", "Section"]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A stretch of a document under one heading."""

    id: str
    document: str  # Document.id
    path: tuple[str, ...]  # headings from the outermost in, () before the first heading
    start: int  # first code point in Document.text
    end: int  # one past the last code point


@dataclass(frozen=True, kw_only=True)
class Document:
    """One file that was read whole: its text, and where its sections and pages are."""

    id: str  # content id of the bytes: same bytes, same id
    digest: str  # sha256 of the file's bytes, tagged
    source: str  # path as the user gave it, relative to the folder that was added
    title: str
    media_type: str
    text: str
    sections: tuple[Section, ...]
    page_starts: tuple[int, ...]  # code point at which each page begins, () where there are no pages
    metadata: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A piece of a section that is small enough to retrieve and to ask about."""

    id: str  # content id of document, offsets and the splitter's options
    document: str
    section: str
    path: tuple[str, ...]  # Section.path
    text: str
    start: int
    end: int
    page: int | None  # 1-based page on which the passage begins
    source: str  # Document.source
    title: str  # Document.title
