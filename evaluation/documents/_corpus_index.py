"""The corpus on disk: `index.json`, and one JSON file per reading of one content under `documents/`.

Rules of this place: a document file is named after its content, so writing it twice writes the same; the index is
replaced whole and last, so a process that dies in between leaves the corpus as it was; files that no index names are
swept at the next change.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from assay.kernel import IntegrityError, UnavailableError, content_id, private_folder, replace_durably
from evaluation.documents._errors import UnreadableKind
from evaluation.documents._extract import Extract, Heading
from evaluation.documents._passages import PassageOptions

__all__ = ["Entry", "Index", "SkippedFile", "load_extract", "load_index", "save_extract", "save_index", "sweep"]

_FORMAT = "assay-corpus/1"
_REPAIR = "delete the folder .assay/corpus and run `assay corpus add` again"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file that was read."""

    source: str  # as shown: relative to the folder that was added
    digest: str  # of its bytes
    reader: str

    @property
    def document(self) -> str:
        """The id of its document."""
        return content_id("d", self.digest)

    @property
    def file_name(self) -> str:
        """Where its extract is kept; the same bytes under another suffix are read differently."""
        return f"{self.document}.{self.reader}.json"


@dataclass(frozen=True, kw_only=True)
class SkippedFile:
    """One file that gave no document; it stays named until it can be read or is gone."""

    source: str
    kind: UnreadableKind
    reason: str
    digest: str = ""  # of its bytes, "" where they could not be read


@dataclass(frozen=True, kw_only=True)
class Index:
    """Everything that a corpus knows about its files; keys are paths relative to the corpus folder."""

    options: PassageOptions = field(default_factory=PassageOptions)
    entries: Mapping[str, Entry] = field(default_factory=dict)
    skipped: Mapping[str, SkippedFile] = field(default_factory=dict)

    def by_document(self) -> dict[str, Entry]:
        """Return one entry per document id, in the order of sources; copies of a file are one document."""
        found: dict[str, Entry] = {}
        for entry in sorted(self.entries.values(), key=lambda entry: (entry.source, entry.reader)):
            found.setdefault(entry.document, entry)
        return found


def load_index(folder: Path) -> Index:
    """Return the index, an empty one where there is none; raise `IntegrityError` for one that is not ours."""
    path = folder / "index.json"
    if not path.exists():
        return Index()
    document = _load(path)
    try:
        skipped = {key: SkippedFile(**value) for key, value in document["skipped"].items()}
        return Index(
            options=PassageOptions(**document["options"]),
            entries={key: Entry(**value) for key, value in document["entries"].items()},
            skipped={key: replace(value, kind=UnreadableKind(value.kind)) for key, value in skipped.items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise IntegrityError(f"{path} is not a corpus index: {error!r}", hint=_REPAIR) from error


def save_index(folder: Path, index: Index) -> None:
    """Replace the index."""
    _save(folder / "index.json", {"format": _FORMAT, **asdict(index)})


def load_extract(folder: Path, entry: Entry) -> Extract:
    """Return what was read from the file; raise `IntegrityError` where it is missing or damaged."""
    path = folder / "documents" / entry.file_name
    document = _load(path)
    try:
        return Extract(
            **{
                **document,
                "headings": tuple(Heading(**heading) for heading in document["headings"]),
                "page_starts": tuple(document["page_starts"]),
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise IntegrityError(f"{path} is not a document of this corpus: {error!r}", hint=_REPAIR) from error


def save_extract(folder: Path, entry: Entry, extract: Extract) -> None:
    """Write the document's file; nothing names it until the index does."""
    path = folder / "documents" / entry.file_name
    try:
        private_folder(path.parent)
    except OSError as error:
        raise UnavailableError(f"cannot create {path.parent}: {error.strerror}") from error
    _save(path, asdict(extract))


def sweep(folder: Path, index: Index) -> None:
    """Delete document files that the index does not name, those of an interrupted change included."""
    kept = {entry.file_name for entry in index.entries.values()}
    for path in (folder / "documents").glob("*"):
        if path.name not in kept:
            path.unlink(missing_ok=True)


def _load(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise IntegrityError(f"{path} cannot be read: {error}", hint=_REPAIR) from error
    if not isinstance(document, dict):
        raise IntegrityError(f"{path} holds no JSON object", hint=_REPAIR)
    return cast("dict[str, Any]", document)


def _save(path: Path, document: Mapping[str, object]) -> None:
    replace_durably(path, json.dumps(document, ensure_ascii=True, separators=(",", ":")).encode("ascii"))
