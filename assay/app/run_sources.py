"""Where a run's questions and contexts come from, as the workspace knows it when the run begins.

Rules of this place: documents by the path below the folder that was added, and by digest; no text. It is kept beside
the run log, so that a run without a store has its lineage when it is recorded, wherever that is.
"""

from assay.app.run_plan import Work
from assay.app.workspace import Workspace
from evaluation.documents import Corpus
from evaluation.runs import CorpusSource, QuestionsSource, RunSources, SourceDocument

__all__ = ["corpus_source", "sources_of"]


def sources_of(workspace: Workspace, work: Work) -> RunSources:
    """Return the documents of the corpus, and those that the questions are about."""
    asked = () if work.questions is None else work.questions.questions
    return RunSources(
        corpus=corpus_source(workspace),
        questions=QuestionsSource(
            name=None if work.questions is None or work.is_file else work.questions.name,
            digest=work.digest,
            documents=tuple(dict.fromkeys(_clean(one.document) for one in asked if one.document)),
            passages=tuple(
                dict.fromkeys((one.passage, _clean(one.document)) for one in asked if one.passage and one.document)
            ),
        ),
    )


def corpus_source(workspace: Workspace) -> CorpusSource | None:
    """Return the corpus as it is now; `None` where it holds no document."""
    corpus = Corpus(workspace.corpus_dir)
    documents = tuple(SourceDocument(name=_clean(source), digest=digest) for source, digest in corpus.contents)
    if not documents:
        return None
    options = corpus.options
    return CorpusSource(digest=corpus.digest, size=options.size, overlap=options.overlap, documents=documents)


def _clean(name: str) -> str:
    """Return a name that JSON can hold: bytes of a file's name that are no text become marks."""
    return name.encode("utf-8", "replace").decode("utf-8")
