"""Documents: files become text with sections and passages, kept in a corpus."""

from evaluation.documents._corpus import Corpus, CorpusChange, corpus_digest
from evaluation.documents._corpus_index import SkippedFile
from evaluation.documents._corpus_update import ReplacedDocument
from evaluation.documents._errors import UnreadableDocument, UnreadableKind
from evaluation.documents._extract import Extract, Heading, Reader, readers
from evaluation.documents._passages import PassageOptions, split_passages
from evaluation.documents._reading import read_document
from evaluation.documents._types import Document, Passage, Section

__all__ = [
    "Corpus",
    "CorpusChange",
    "Document",
    "Extract",
    "Heading",
    "Passage",
    "PassageOptions",
    "Reader",
    "ReplacedDocument",
    "Section",
    "SkippedFile",
    "UnreadableDocument",
    "UnreadableKind",
    "corpus_digest",
    "read_document",
    "readers",
    "split_passages",
]
