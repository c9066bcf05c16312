"""Bytes to text: byte-order marks first, then what the file declares, then UTF-8, then a guess."""

import codecs

from evaluation.documents._errors import UnreadableDocument, UnreadableKind

__all__ = ["decode_text"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode_text(data: bytes, declared: str | None = None) -> str:
    """Return the text without its byte-order mark; raise `UnreadableDocument` (broken) for binary bytes."""
    text = _decoded(data, declared)
    if "\0" in text:
        raise UnreadableDocument(UnreadableKind.BROKEN, "holds NUL characters, expected text")
    return text


def _decoded(data: bytes, declared: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    for encoding in filter(None, (declared, "utf-8")):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return _guessed(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(UnreadableKind.BROKEN, f"begins as {encoding} but is not: {error.reason}") from error


def _guessed(data: bytes) -> str:
    # Lazy: only files that are not UTF-8 need it.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(data).best()
    if best is None:
        raise UnreadableDocument(UnreadableKind.BROKEN, "is in no known text encoding, expected UTF-8")
    return str(best)
