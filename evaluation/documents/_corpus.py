"""The corpus: which documents there are, brought up to date file by file.

Rules of this place: the same bytes are read once; a file that changed or vanished makes the passages stale that only
it gave; a file that gives no document is skipped, named and counted. A change is seen whole or not at all, and only
one process changes a corpus at a time. Titles and metadata are strangers' texts: data, never names of files.
"""

import fcntl
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assay.kernel import InputError, MissingError, UnavailableError, digest_json, private_folder
from evaluation.documents._corpus_index import (
    Entry,
    Index,
    SkippedFile,
    load_extract,
    load_index,
    save_index,
    sweep,
)
from evaluation.documents._corpus_update import Draft, ReplacedDocument
from evaluation.documents._passages import PassageOptions, split_passages
from evaluation.documents._reading import document_from
from evaluation.documents._types import Document, Passage

__all__ = ["Corpus", "CorpusChange", "corpus_digest"]

_ADD_HINT = "run `assay corpus add PATH` with a folder of documents"


@dataclass(frozen=True, kw_only=True)
class CorpusChange:
    """What one `add` did, by source."""

    added: tuple[str, ...]
    unchanged: tuple[str, ...]
    changed: tuple[ReplacedDocument, ...]
    removed: tuple[str, ...]
    skipped: tuple[SkippedFile, ...]  # of the paths that were given
    stale_passages: tuple[str, ...]  # ids that no longer exist: questions about them want a look
    documents: int  # distinct documents in the corpus now


def corpus_digest(documents: Iterable[str], options: PassageOptions) -> str:
    """Return the digest of a set of document ids, each once, and of how they are cut."""
    return digest_json(
        {
            "format": "assay-corpus/1",
            "documents": sorted(documents),
            "size": options.size,
            "overlap": options.overlap,
        }
    )


class Corpus:
    """Documents under one folder, which is created by the first `add`."""

    def __init__(self, folder: Path) -> None:
        """Look at nothing yet."""
        self.folder = folder

    def add(self, paths: Iterable[Path], options: PassageOptions | None = None) -> CorpusChange:
        """Bring the corpus up to date with these files and folders; raise `InputError` for a path that is not there.

        Other options than before split every document anew.
        """
        given = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - links stay links
        with self._locked():
            before = load_index(self.folder)
            draft = Draft(self.folder, before)
            for path in given:
                draft.visit(path)
            after = Index(options=options or before.options, entries=draft.entries, skipped=draft.files_skipped)
            stale = self._stale_passages(before, after)
            save_index(self.folder, after)
            sweep(self.folder, after)
        return CorpusChange(
            added=tuple(draft.added),
            unchanged=tuple(draft.unchanged),
            changed=tuple(draft.changed),
            removed=tuple(draft.removed),
            skipped=draft.skipped,
            stale_passages=stale,
            documents=len(after.by_document()),
        )

    def remove(self, documents: Collection[str]) -> tuple[str, ...]:
        """Take documents out, with all their copies; return the sources, which `add` would read again."""
        with self._locked():
            index = load_index(self.folder)
            gone = {key: entry for key, entry in index.entries.items() if entry.document in documents}
            if gone:
                kept = {key: entry for key, entry in index.entries.items() if key not in gone}
                after = replace(index, entries=kept)
                save_index(self.folder, after)
                sweep(self.folder, after)
        return tuple(sorted(entry.source for entry in gone.values()))

    def documents(self) -> Iterator[Document]:
        """Yield each distinct document once, by source; copies of a file are one document."""
        index = load_index(self.folder)
        return (self._document(entry) for entry in index.by_document().values())

    def passages(self) -> Iterator[Passage]:
        """Yield all passages, one document in memory at a time; raise `InputError` for an empty corpus."""
        index = load_index(self.folder)
        if not index.entries:
            raise self._empty(index)
        return (
            passage
            for entry in index.by_document().values()
            for passage in split_passages(self._document(entry), index.options)
        )

    def show(self, identity: str) -> Document:
        """Return one document; raise `MissingError`."""
        entry = load_index(self.folder).by_document().get(identity)
        if entry is None:
            raise MissingError(f"there is no document {identity!r}", hint="`assay corpus list` shows the ids")
        return self._document(entry)

    def skipped(self) -> tuple[SkippedFile, ...]:
        """Return the files that gave no document, by source."""
        return tuple(sorted(load_index(self.folder).skipped.values(), key=lambda file: file.source))

    @property
    def options(self) -> PassageOptions:
        """How passages are cut."""
        return load_index(self.folder).options

    @property
    def count(self) -> int:
        """The number of distinct documents."""
        return len(load_index(self.folder).by_document())

    @property
    def digest(self) -> str:
        """Digest of the set of documents and of how they are cut, whatever the order and the place of the files."""
        index = load_index(self.folder)
        return corpus_digest(index.by_document(), index.options)

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """Source and digest of every document, each document once, without reading any."""
        return tuple((entry.source, entry.digest) for entry in load_index(self.folder).by_document().values())

    def _stale_passages(self, before: Index, after: Index) -> tuple[str, ...]:
        """Passages that were there and are not any more; only documents that left or are cut anew are looked at."""
        then, now = before.by_document(), after.by_document()
        recut = before.options != after.options
        suspects = [entry for identity, entry in then.items() if recut or now.get(identity) != entry]
        still = {
            passage.id
            for entry in suspects
            if entry.document in now
            for passage in split_passages(self._document(now[entry.document]), after.options)
        }
        old = (passage for entry in suspects for passage in split_passages(self._document(entry), before.options))
        return tuple(passage.id for passage in old if passage.id not in still)

    def _document(self, entry: Entry) -> Document:
        return document_from(load_extract(self.folder, entry), entry.digest, entry.reader, entry.source)

    def _empty(self, index: Index) -> InputError:
        skipped = f" ({len(index.skipped)} files were skipped)" if index.skipped else ""
        return InputError(f"the corpus is empty{skipped}", hint=_ADD_HINT)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Wait for other processes that change this corpus; the lock falls with the process."""
        try:
            private_folder(self.folder)
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise UnavailableError(
                f"cannot write to {self.folder}: {error.strerror}", hint="check the folder's permissions"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
