"""DOCX: paragraphs and tables in the order of the page, headings by Word's own heading styles.

A DOCX is a zip archive from a stranger: its declared sizes are bounded before anything is unpacked. Word stores a
file with a password in another container (OLE), by which it is recognised.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from evaluation.documents._errors import UnreadableDocument, UnreadableKind
from evaluation.documents._extract import Extract, Heading, one_line, readers

__all__ = ["read_docx"]

LARGEST_UNPACKED = 256 * 1024 * 1024  # bytes, all parts together
_LARGEST_TEXT_PART = 32 * 1024 * 1024  # bytes of one XML part, which is parsed into memory
_MOST_PARTS = 10_000
_OLE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADING_STYLE = re.compile(r"heading ([1-9])\b", re.IGNORECASE)
_BETWEEN = "\n\n"


@readers.register("docx")
def read_docx(data: bytes) -> Extract:
    """Return the text with headings and core properties; raise `UnreadableDocument` (encrypted, broken, too large)."""
    if data.startswith(_OLE_MARK):
        raise UnreadableDocument(UnreadableKind.ENCRYPTED, "needs a password, or is an old .doc under a new name")
    _check_archive(data)
    # Lazy: it builds on lxml and only DOCX needs it.
    import docx  # noqa: PLC0415

    document = docx.Document(io.BytesIO(data))
    pieces: list[str] = []
    headings: list[Heading] = []
    length = 0
    for text, level in _blocks(document):
        if level:
            headings.append(Heading(level=level, title=one_line(text), start=length))
        pieces.append(text)
        length += len(text) + len(_BETWEEN)
    metadata = _metadata(document)
    first = next((heading.title for heading in headings if heading.level == 1), "")
    return Extract(
        text=_BETWEEN.join(pieces),
        headings=tuple(headings),
        title=metadata.get("title", "") or first,
        metadata=metadata,
    )


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableDocument(UnreadableKind.BROKEN, "is no DOCX: the zip archive cannot be opened") from error
    unpacked = sum(part.file_size for part in parts)
    largest = max((part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))), default=0)
    if unpacked > LARGEST_UNPACKED or largest > _LARGEST_TEXT_PART or len(parts) > _MOST_PARTS:
        raise UnreadableDocument(
            UnreadableKind.TOO_LARGE,
            f"unpacks to {unpacked} bytes in {len(parts)} parts, expected at most {LARGEST_UNPACKED} in {_MOST_PARTS}",
        )
    if "word/document.xml" not in {part.filename for part in parts}:
        raise UnreadableDocument(UnreadableKind.BROKEN, "is a zip archive without a Word document in it")


def _blocks(document: Any) -> Iterator[tuple[str, int]]:  # noqa: ANN401 - python-docx has no types
    """Yield (text, heading level or 0) of each paragraph and table that shows something."""
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            text, level = _table_text(block), 0
        else:
            text, level = block.text.strip(), _level(block)
        if text.strip():
            yield text, level


def _level(paragraph: Any) -> int:  # noqa: ANN401 - python-docx has no types
    name = (paragraph.style.name if paragraph.style is not None else "") or ""
    found = _HEADING_STYLE.match(name)
    return int(found[1]) if found else 1 if name == "Title" else 0


def _table_text(table: Any) -> str:  # noqa: ANN401 - python-docx has no types
    """One line a row, cells parted by bars; a merged cell is written once."""
    lines = []
    for row in table.rows:
        cells = []
        last = None
        for cell in row.cells:
            if cell._tc is not last:  # noqa: SLF001 - the XML element tells a merged cell from an equal one
                cells.append(one_line(cell.text))
            last = cell._tc  # noqa: SLF001 - same
        lines.append(" | ".join(cells))
    return "\n".join(line for line in lines if line.strip(" |"))


def _metadata(document: Any) -> dict[str, str]:  # noqa: ANN401 - python-docx has no types
    core = document.core_properties
    found = {"title": core.title, "author": core.author, "subject": core.subject, "keywords": core.keywords}
    times = {"created": core.created, "modified": core.modified}
    written = {name: moment.isoformat() for name, moment in times.items() if moment is not None}
    return {name: one_line(value) for name, value in {**found, **written}.items() if value}
