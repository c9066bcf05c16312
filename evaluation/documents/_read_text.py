"""Plain text: the source as it stands, one section, no headings."""

from evaluation.documents._decoding import decode_text
from evaluation.documents._extract import Extract, readers

__all__ = ["read_text"]


@readers.register("text")
def read_text(data: bytes) -> Extract:
    """Return the decoded text, unchanged."""
    return Extract(text=decode_text(data))
