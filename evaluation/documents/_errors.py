"""Why a file gave no document. Such a file is named, counted and skipped; it never disappears."""

from enum import StrEnum

from assay.kernel import InputError

__all__ = ["UnreadableDocument", "UnreadableKind"]


class UnreadableKind(StrEnum):
    """The reasons that a person would act on differently."""

    BROKEN = "broken"  # bytes that are not what the file's kind promises
    ENCRYPTED = "encrypted"  # needs a password
    EMPTY = "empty"  # no text at all
    SCANNED = "scanned"  # pages without text: pictures of text
    UNSUPPORTED = "unsupported"  # a kind that no reader is registered for
    TOO_LARGE = "too_large"  # beyond the bounds of reading
    UNREADABLE = "unreadable"  # the system does not let us read it


_HINTS = {
    UnreadableKind.BROKEN: "open the file in its own program and save it again",
    UnreadableKind.ENCRYPTED: "save a copy without a password",
    UnreadableKind.EMPTY: "remove the file, or fill it",
    UnreadableKind.SCANNED: "run text recognition (OCR) on it first",
    UnreadableKind.UNSUPPORTED: "convert it to Markdown, text, HTML, PDF or DOCX",
    UnreadableKind.TOO_LARGE: "split the file into parts",
    UnreadableKind.UNREADABLE: "check the path and its permissions",
}


class UnreadableDocument(InputError):  # noqa: N818 - the noun that users meet: a document that cannot be read
    """One file that could not become a document, and the kind of reason."""

    def __init__(self, kind: UnreadableKind, reason: str, *, hint: str = "") -> None:
        """Keep the kind beside the words; the hint follows the kind unless another is given."""
        super().__init__(reason, hint=hint or _HINTS[kind])
        self.kind = kind
