"""Corpus commands: the workspace's documents brought up to date and looked at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assay.app.workspace import Workspace
from assay.kernel import InputError, JsonValue
from evaluation.documents import Corpus, CorpusChange, Document, Passage, PassageOptions, split_passages
from evaluation.questions import QuestionSet

__all__ = [
    "ShownDocument",
    "add_documents",
    "corpus_reference",
    "list_documents",
    "open_corpus",
    "show_document",
    "stale_questions",
]


@dataclass(frozen=True, kw_only=True)
class ShownDocument:
    """A document with its passages."""

    document: Document
    passages: tuple[Passage, ...]


def open_corpus(workspace: Workspace) -> Corpus:
    """Return the workspace's corpus; it may be empty."""
    return Corpus(workspace.corpus_dir)


def add_documents(
    workspace: Workspace, paths: Iterable[Path], *, size: int | None = None, overlap: int | None = None
) -> CorpusChange:
    """Bring the corpus up to date; raise `InputError` when nothing was found, or it holds no document afterwards."""
    corpus = open_corpus(workspace)
    before = corpus.options
    options = PassageOptions(
        size=before.size if size is None else size,
        overlap=min(before.overlap, (size or before.size) // 2) if overlap is None else overlap,
    )
    change = corpus.add(paths, options)
    touched = change.added + change.unchanged + change.changed + change.removed + change.skipped
    if not touched or not change.documents:
        reasons = "; ".join(f"{file.source}: {file.kind}, {file.reason}" for file in change.skipped[:5])
        raise InputError(
            "no document could be read" + (f" ({len(change.skipped)} skipped: {reasons})" if reasons else ""),
            hint="name a folder with Markdown, text, HTML, PDF or DOCX files",
        )
    workspace.prepare_state()
    return change


def show_document(workspace: Workspace, identity: str) -> ShownDocument:
    """Return one document with its passages; raise `MissingError`."""
    corpus = open_corpus(workspace)
    document = corpus.show(identity)
    return ShownDocument(document=document, passages=split_passages(document, corpus.options))


def corpus_reference(workspace: Workspace) -> Mapping[str, JsonValue] | None:
    """Return what a run records of the corpus (`digest`, `documents`, `skipped`), None where there is none."""
    corpus = open_corpus(workspace)
    documents, skipped = corpus.count, len(corpus.skipped())
    return {"digest": corpus.digest, "documents": documents, "skipped": skipped} if documents or skipped else None


def list_documents(workspace: Workspace) -> Iterator[tuple[Document, int]]:
    """Yield each document with its number of passages."""
    corpus = open_corpus(workspace)
    options = corpus.options
    return ((document, len(split_passages(document, options))) for document in corpus.documents())


def stale_questions(workspace: Workspace, change: CorpusChange) -> tuple[tuple[str, str], ...]:
    """Return (set, question id) of each question about a passage that is no more."""
    stale = set(change.stale_passages)
    folder = workspace.questions_dir
    return tuple(
        (name, question.id)
        for name in (QuestionSet.names(folder) if stale else ())
        for question in QuestionSet.load(folder, name).questions
        if question.passage in stale
    )
