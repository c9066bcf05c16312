"""A change of a corpus in the making: what each file that was given means for the index.

Rules of this place: bytes that are known by their digest are not parsed again; a file that was there and is not found
any more is removed; a file that cannot be read is skipped, and what it gave before is removed.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from assay.kernel import InputError, digest_bytes
from evaluation.documents._corpus_index import Entry, Index, SkippedFile, save_extract
from evaluation.documents._errors import UnreadableDocument
from evaluation.documents._reading import extract_from, read_bytes, reader_for
from evaluation.documents._walk import files_under

__all__ = ["Draft", "ReplacedDocument"]


@dataclass(frozen=True, kw_only=True)
class ReplacedDocument:
    """A file whose bytes changed."""

    source: str
    before: str  # document ids
    after: str


class Draft:
    """Collects the new index and what is to be told about it."""

    def __init__(self, folder: Path, before: Index) -> None:
        """Start from the index as it is."""
        self.entries = dict(before.entries)
        self.files_skipped = dict(before.skipped)
        self.added: list[str] = []
        self.unchanged: list[str] = []
        self.changed: list[ReplacedDocument] = []
        self.removed: list[str] = []
        self._folder = folder.absolute()
        self._met: dict[str, None] = {}  # keys of the files that were found, in order

    @property
    def skipped(self) -> tuple[SkippedFile, ...]:
        """The files among those that were given that gave no document."""
        return tuple(self.files_skipped[key] for key in self._met if key in self.files_skipped)

    def visit(self, path: Path) -> None:
        """Take in a file or all files below a folder; raise `InputError` for a path that is not there."""
        known = [key for key in (*self.entries, *self.files_skipped) if self._path_of(key).is_relative_to(path)]
        present = os.path.lexists(path)
        if not present and not known:
            raise InputError(f"there is no file or folder {str(path)!r}", hint="check the path")
        root = path if os.path.isdir(path) else path.parent  # noqa: PTH112 - unlike Path, it never raises
        for found in files_under(path) if present else ():
            if isinstance(found, tuple):
                self._skip(found[0], root, found[1], "")
            else:
                self._take(found, root)
        for key in known:
            if key not in self._met:
                self._drop(key)

    def _take(self, path: Path, root: Path) -> None:
        key = self._key(path)
        digest = ""
        try:
            data = read_bytes(path)
            digest = digest_bytes(data)
            if self._is_known(key, digest):
                return
            entry = Entry(source=self._source(path, root), digest=digest, reader=reader_for(path, data))
            save_extract(self._folder, entry, extract_from(data, entry.reader))
        except UnreadableDocument as error:
            self._skip(path, root, error, digest)
            return
        self._met[key] = None
        self.files_skipped.pop(key, None)
        old = self.entries.get(key)
        self.entries[key] = entry
        if old is None:
            self.added.append(entry.source)
        else:
            self.changed.append(ReplacedDocument(source=entry.source, before=old.document, after=entry.document))

    def _is_known(self, key: str, digest: str) -> bool:
        if key in self._met:
            return True
        entry, skipped = self.entries.get(key), self.files_skipped.get(key)
        if entry is not None and entry.digest == digest:
            self.unchanged.append(entry.source)
        elif skipped is None or skipped.digest != digest:
            return False
        self._met[key] = None
        return True

    def _skip(self, path: Path, root: Path, error: UnreadableDocument, digest: str) -> None:
        key = self._key(path)
        self._met[key] = None
        old = self.entries.pop(key, None)
        if old is not None:
            self.removed.append(old.source)
        source = self._source(path, root)
        self.files_skipped[key] = SkippedFile(source=source, kind=error.kind, reason=error.message, digest=digest)

    def _drop(self, key: str) -> None:
        entry = self.entries.pop(key, None)
        self.files_skipped.pop(key, None)
        if entry is not None:
            self.removed.append(entry.source)

    def _key(self, path: Path) -> str:
        return os.fsencode(os.path.relpath(path, self._folder)).decode("utf-8", "surrogateescape")

    def _path_of(self, key: str) -> Path:
        return Path(os.path.normpath(self._folder / key))

    @staticmethod
    def _source(path: Path, root: Path) -> str:
        return os.fsencode(path.relative_to(root)).decode("utf-8", "backslashreplace")
