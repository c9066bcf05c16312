"""Markdown: the source text unchanged, so that offsets point into the file; headings as CommonMark sees them.

A line that looks like a heading inside a code fence, a quotation or a list is none. Front matter (YAML between `---`
lines at the very top) becomes metadata and belongs to no section.
"""

import re
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import yaml

from evaluation.documents._decoding import decode_text
from evaluation.documents._extract import Extract, Heading, one_line, readers

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["read_markdown"]

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.{0,8000}?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


@readers.register("markdown")
def read_markdown(data: bytes) -> Extract:
    """Return the source with its headings (ATX and setext), title and front matter."""
    text = decode_text(data)
    metadata, body_start = _front_matter(text)
    headings = _headings(text, body_start)
    first = next((heading.title for heading in headings if heading.level == 1), "")
    return Extract(
        text=text,
        headings=headings,
        body_start=body_start,
        title=first or metadata.pop("title", ""),
        metadata=metadata,
    )


def _front_matter(text: str) -> tuple[dict[str, str], int]:
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, 0
    try:
        values = yaml.safe_load(found[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, 0
    if not isinstance(values, dict):
        return {}, 0
    kept = {one_line(str(key)).lower(): value for key, value in values.items() if not isinstance(value, (dict, list))}
    return {key: one_line(str(value)) for key, value in kept.items() if value is not None}, found.end()


def _headings(text: str, body_start: int) -> tuple[Heading, ...]:
    # Lazy: the parser costs start-up time and only Markdown needs it.
    from markdown_it import MarkdownIt  # noqa: PLC0415

    body = text[body_start:]
    blocks, words = MarkdownIt("commonmark").disable(["inline"]), MarkdownIt("commonmark")
    line_starts = [0, *accumulate(len(line) for line in _LINE.findall(body))]
    tokens = blocks.parse(body)
    return tuple(
        Heading(
            level=int(opening.tag[1:]), title=_plain(words, content), start=body_start + line_starts[opening.map[0]]
        )
        for opening, content in pairwise(tokens)
        if opening.type == "heading_open" and opening.level == 0 and opening.map
    )


def _plain(words: "MarkdownIt", content: "Token") -> str:
    pieces = words.parseInline(content.content)[0].children or []
    return one_line("".join(" " if piece.type == "softbreak" else piece.content for piece in pieces))
