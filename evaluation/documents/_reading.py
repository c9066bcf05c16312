"""One file to one document: bounded, by suffix and by the first bytes, never by trust.

Rules of this place: the id comes from the bytes alone; a file that gives no text is an `UnreadableDocument` with its
kind; only regular files are opened, so a pipe or a device cannot hang or flood us.
"""

import re
import stat
from functools import cache
from pathlib import Path

from assay.kernel import content_id, digest_bytes
from evaluation.documents import _read_docx, _read_html, _read_markdown, _read_pdf, _read_text
from evaluation.documents._errors import UnreadableDocument, UnreadableKind
from evaluation.documents._extract import Extract, one_line, readers
from evaluation.documents._sections import sections_of
from evaluation.documents._types import Document

__all__ = ["LARGEST_FILE", "document_from", "extract_from", "read_bytes", "read_document", "reader_for"]

LARGEST_FILE = 64 * 1024 * 1024  # bytes
LARGEST_TEXT = 32 * 1024 * 1024  # code points

_BUILT_IN = (_read_docx, _read_html, _read_markdown, _read_pdf, _read_text)  # importing them registers them
_BY_SUFFIX = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    "": "text",
}
_MEDIA_TYPES = {
    "markdown": "text/markdown",
    "text": "text/plain",
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_WHERE_PDF_BEGINS = 1024  # readers accept the mark within the first KiB (ISO 32000-1, annex H, note 13)


def read_document(path: Path, source: str | None = None) -> Document:
    """Read one file; `source` is the name to record (default: the path as given); raise `UnreadableDocument`."""
    data = read_bytes(path)
    reader = reader_for(path, data)
    return document_from(extract_from(data, reader), digest_bytes(data), reader, source or str(path))


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a regular file within the bound; raise `UnreadableDocument`."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableDocument(UnreadableKind.UNSUPPORTED, "is no regular file")
        if status.st_size > LARGEST_FILE:
            raise _too_large(f"{status.st_size} bytes", f"{LARGEST_FILE} bytes")
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UnreadableDocument(UnreadableKind.UNREADABLE, f"cannot be read: {error.strerror}") from error
    if len(data) > LARGEST_FILE:
        raise _too_large("more", f"{LARGEST_FILE} bytes")
    return data


def reader_for(path: Path, data: bytes) -> str:
    """Return the name of the reader for these bytes; raise `UnreadableDocument` (unsupported, empty)."""
    suffix = path.suffix.lower()
    name = _BY_SUFFIX.get(suffix) or suffix.removeprefix(".")
    if suffix not in _BY_SUFFIX and name not in _installed():
        raise UnreadableDocument(UnreadableKind.UNSUPPORTED, f"is of the kind {suffix!r}, which no reader knows")
    if not data:
        raise UnreadableDocument(UnreadableKind.EMPTY, "holds no bytes")
    if name == "text" and b"%PDF-" in data[:_WHERE_PDF_BEGINS]:
        return "pdf"
    return name


def extract_from(data: bytes, reader: str) -> Extract:
    """Run the reader; whatever it cannot cope with is a broken file; raise `UnreadableDocument`."""
    try:
        extract = readers.get(reader)(data)
    except UnreadableDocument:
        raise
    except Exception as error:  # plug-in border: a parser's own failure on hostile bytes means a broken file
        raise UnreadableDocument(
            UnreadableKind.BROKEN, f"cannot be read as {reader}: {type(error).__name__}"
        ) from error
    if len(extract.text) > LARGEST_TEXT:
        raise _too_large(f"{len(extract.text)} characters", f"{LARGEST_TEXT} characters")
    if not extract.text[extract.body_start :].strip():
        raise UnreadableDocument(UnreadableKind.EMPTY, "holds no text")
    return extract


def document_from(extract: Extract, digest: str, reader: str, source: str) -> Document:
    """Name the extract: ids from the digest of the bytes, the title from the file's own or its name."""
    identity = content_id("d", digest)
    text = _valid(extract.text)
    return Document(
        id=identity,
        digest=digest,
        source=_valid(source),
        title=_valid(extract.title) or one_line(_valid(Path(source).stem)),
        media_type=_MEDIA_TYPES.get(reader, "application/octet-stream"),
        text=text,
        sections=sections_of(identity, text, extract.headings, extract.body_start),
        page_starts=extract.page_starts,
        metadata={_valid(key): _valid(value) for key, value in sorted(extract.metadata.items())},
    )


@cache
def _installed() -> frozenset[str]:
    """Names of all readers, those of installed packages included: `pptx` reads `.pptx`. Asked once: it is slow."""
    return frozenset(readers)


def _valid(text: str) -> str:
    """Replace lone surrogates, which no file or protocol can carry, one for one."""
    return _SURROGATE.sub("\ufffd", text)


def _too_large(found: str, bound: str) -> UnreadableDocument:
    return UnreadableDocument(UnreadableKind.TOO_LARGE, f"holds {found}, expected at most {bound}")
