"""HTML: the text that a reader of the page would see, with block elements as paragraphs and h1 to h6 as headings.

Scripts, styles, navigation and hidden elements are dropped. The walk uses a stack of its own, so that deeply nested
or unclosed elements cannot exhaust the interpreter's. The parser is libxml2's: the one in the standard library takes
minutes for 600 kB of unclosed quotation marks.
"""

import re
import warnings
from typing import Any

from evaluation.documents._decoding import decode_text
from evaluation.documents._errors import UnreadableDocument, UnreadableKind
from evaluation.documents._extract import Extract, Heading, one_line, readers

__all__ = ["read_html"]

LARGEST_HTML = 16 * 1024 * 1024  # bytes; the tree takes some fifty times as much memory

_DROPPED = frozenset({"script", "style", "nav", "template", "svg", "head", "iframe", "object", "noscript"})
_BLOCKS = frozenset(
    """address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form header hr html
    main ol p pre section summary table ul h1 h2 h3 h4 h5 h6""".split()  # noqa: SIM905 - a list of 30 words reads worse
)
_LINES = frozenset({"br", "li", "tr", "caption", "option"})
_CELLS = frozenset({"td", "th"})
_HEADING = re.compile(r"h([1-6])\Z")
_SPACE = re.compile(r"\s+")


@readers.register("html")
def read_html(data: bytes) -> Extract:
    """Return the visible text, headings, `<title>` and `<meta name=…>` values."""
    if len(data) > LARGEST_HTML:
        raise UnreadableDocument(
            UnreadableKind.TOO_LARGE, f"holds {len(data)} bytes, expected at most {LARGEST_HTML} of HTML"
        )
    # Lazy: the parser costs start-up time and only HTML needs it.
    from bs4 import BeautifulSoup  # noqa: PLC0415
    from bs4.dammit import EncodingDetector  # noqa: PLC0415

    declared = EncodingDetector.find_declared_encoding(data, is_html=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "looks like XML", "looks like a file name": the user asked for HTML
        soup = BeautifulSoup(decode_text(data, declared), "lxml")
    text = _VisibleText()
    text.walk(soup)
    first = next((heading.title for heading in text.headings if heading.level == 1), "")
    title = one_line(soup.title.get_text()) if soup.title else ""
    return Extract(
        text=text.joined(), headings=tuple(text.headings), title=first or title, metadata=_metadata(soup, title)
    )


class _VisibleText:
    """Collects text; a break that is asked for is written only before the next visible character."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self._pieces: list[str] = []
        self._length = 0
        self._break = ""
        self._preformatted = 0

    def walk(self, soup: Any) -> None:  # noqa: ANN401 - bs4 nodes: tag or string
        stack: list[Any] = [soup]
        while stack:
            node = stack.pop()
            if isinstance(node, _End):
                self._close(node)
            elif node.name is None:
                self._write(node)
            elif not _is_hidden(node):
                stack.append(self._open(node))
                stack.extend(reversed(node.contents))

    def joined(self) -> str:
        return "".join(self._pieces)

    def _open(self, tag: Any) -> "_End":  # noqa: ANN401 - a bs4 tag
        self._request_break(tag.name)
        if tag.name == "li":
            self._put("- ")
        if tag.name == "pre":
            self._preformatted += 1
        if _HEADING.match(tag.name):
            self._put("")
        return _End(tag.name, self._length)

    def _close(self, end: "_End") -> None:
        heading = _HEADING.match(end.name)
        if heading and (title := one_line(self.joined_from(end.start))):
            self.headings.append(Heading(level=int(heading[1]), title=title, start=end.start))
        if end.name == "pre":
            self._preformatted -= 1
        if end.name != "br":
            self._request_break(end.name)

    def joined_from(self, start: int) -> str:
        tail: list[str] = []
        length = self._length
        for piece in reversed(self._pieces):
            if length <= start:
                break
            tail.append(piece)
            length -= len(piece)
        return "".join(reversed(tail))

    def _request_break(self, name: str) -> None:
        wanted = "\n\n" if name in _BLOCKS else "\n" if name in _LINES else ""
        if name in _CELLS:
            wanted = " | "
        self._break = max(self._break, wanted, key=_strength)

    def _write(self, node: Any) -> None:  # noqa: ANN401 - a bs4 string
        if type(node).__name__ not in {"NavigableString", "CData"}:
            return  # comments, declarations, processing instructions
        text = str(node) if self._preformatted else _SPACE.sub(" ", node)
        if not self._preformatted and text.startswith(" "):
            self._break = max(self._break, " ", key=_strength)
            text = text[1:]
        if not text:
            return
        trailing = not self._preformatted and text.endswith(" ")
        self._put(text[:-1] if trailing else text)
        if trailing:
            self._break = " "

    def _put(self, text: str) -> None:
        if self._pieces and self._break:
            self._append(self._break)
        self._break = ""
        self._append(text)

    def _append(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._length += len(text)


class _End:
    """Marks on the stack where an element ends; `start` is where its text began."""

    def __init__(self, name: str, start: int) -> None:
        self.name = name
        self.start = start


def _strength(mark: str) -> int:
    return ("", " ", " | ", "\n", "\n\n").index(mark)


def _is_hidden(tag: Any) -> bool:  # noqa: ANN401 - a bs4 tag
    if tag.name in _DROPPED:
        return True
    return "hidden" in tag.attrs or tag.attrs.get("aria-hidden") == "true"


def _metadata(soup: Any, title: str) -> dict[str, str]:  # noqa: ANN401 - a bs4 document
    found = {"title": title} if title else {}
    for tag in soup.find_all("meta", limit=200):
        name, content = tag.get("name"), tag.get("content")
        if isinstance(name, str) and isinstance(content, str) and content.strip():
            found.setdefault(one_line(name).lower(), one_line(content))
    return found
