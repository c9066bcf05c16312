"""PDF: the text page by page through PDFium, headings from the bookmarks.

A file with pages and no text at all is *scanned*: pictures of text, which need text recognition first. PDFium says
when a password is missing; everything else that it refuses is broken.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from evaluation.documents._errors import UnreadableDocument, UnreadableKind
from evaluation.documents._extract import Extract, Heading, one_line, readers

__all__ = ["read_pdf"]

MOST_PAGES = 10_000
_MOST_BOOKMARKS = 5_000
_BETWEEN_PAGES = "\n\n"
_HYPHENATED = re.compile(r"[\ufffe\x02]\n?")  # PDFium's marks for a word that is cut at a line's end
_PARAGRAPH_END = re.compile(r"""[.!?:]["'”’)\]]*$""")
_SHORT_LINE = 0.85  # of the page's longest line: a sentence that ends before it ends a paragraph
_KEPT_METADATA = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "CreationDate": "created",
    "ModDate": "modified",
}


@readers.register("pdf")
def read_pdf(data: bytes) -> Extract:
    """Return the text with page starts; raise `UnreadableDocument` (encrypted, scanned, broken, too large)."""
    document = _opened(data)
    try:
        if len(document) > MOST_PAGES:
            raise UnreadableDocument(
                UnreadableKind.TOO_LARGE, f"holds {len(document)} pages, expected at most {MOST_PAGES}"
            )
        pages = [_page_text(document, number) for number in range(len(document))]
        if not any(page.strip() for page in pages):
            raise UnreadableDocument(UnreadableKind.SCANNED, f"holds {len(pages)} pages and no text")
        starts = [0, *accumulate(len(page) + len(_BETWEEN_PAGES) for page in pages)][:-1]
        text = _BETWEEN_PAGES.join(pages)
        found = document.get_metadata_dict(skip_empty=True)
        metadata = {name: one_line(found[key]) for key, name in _KEPT_METADATA.items() if key in found}
        return Extract(
            text=text,
            headings=tuple(sorted(_headings(document, text, starts), key=lambda heading: heading.start)),
            page_starts=tuple(starts),
            title=metadata.get("title", ""),
            metadata={**metadata, "pages": str(len(pages))},
        )
    finally:
        document.close()


def _opened(data: bytes) -> Any:  # noqa: ANN401 - pypdfium2 has no types
    # Lazy: PDFium is a large library and only PDF needs it.
    import pypdfium2  # noqa: PLC0415

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD
        kind = UnreadableKind.ENCRYPTED if locked else UnreadableKind.BROKEN
        reason = "needs a password" if locked else "is no PDF that can be opened"
        raise UnreadableDocument(kind, reason) from error


def _page_text(document: Any, number: int) -> str:  # noqa: ANN401 - pypdfium2 has no types
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            text = str(text_page.get_text_bounded())
        finally:
            text_page.close()
    finally:
        page.close()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return _with_paragraphs(_HYPHENATED.sub("", text))


def _with_paragraphs(text: str) -> str:
    """PDF knows lines only: a line that is clearly short and ends a sentence is taken for a paragraph's end."""
    lines = [line.rstrip() for line in text.split("\n")]
    full = max((len(line) for line in lines), default=0) * _SHORT_LINE
    return "".join(
        line + ("\n\n" if len(line) < full and _PARAGRAPH_END.search(line) else "\n") for line in lines
    ).strip()


def _headings(document: Any, text: str, starts: list[int]) -> Iterator[Heading]:  # noqa: ANN401 - pypdfium2 has no types
    """Yield a heading for each bookmark whose page is known: where its words stand, else where its page begins."""
    for count, bookmark in enumerate(document.get_toc()):
        if count >= _MOST_BOOKMARKS:
            return
        destination = bookmark.get_dest()
        page = destination.get_index() if destination else None
        title = one_line(bookmark.get_title() or "")
        if title and page is not None and 0 <= page < len(starts):
            start = _position(text, title, starts, page)
            yield Heading(level=int(bookmark.level) + 1, title=title, start=start)


def _position(text: str, title: str, starts: list[int], page: int) -> int:
    end = starts[page + 1] if page + 1 < len(starts) else len(text)
    words = r"\s+".join(re.escape(word) for word in title.split())
    found = re.compile(rf"^{words}", re.IGNORECASE | re.MULTILINE).search(text, starts[page], end)
    return found.start() if found else starts[bisect_right(starts, starts[page]) - 1]
