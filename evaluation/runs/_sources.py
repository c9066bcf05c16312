"""Where a run's questions come from: `sources.json` beside the run log, which names documents by digest.

Rules of this place: it is written once, before the first call, and stands outside the run's digest, so that a name can
be erased from it; what it says of the corpus is held against the corpus digest in the plan, which is sealed; a run
without it is a run all the same. Names are paths below the folder that was added, never absolute; no text is here.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Final

from assay.kernel import InputError, IntegrityError, JsonValue, content_id, digest_text, parse_strict, replace_durably
from evaluation.runs._fields import Fields, as_list
from evaluation.runs._log import PLAN_NAME
from evaluation.runs._plan import parse_plan
from evaluation.runs._types import RunPlan

__all__ = [
    "SOURCES_NAME",
    "CorpusSource",
    "QuestionsSource",
    "RunSources",
    "SourceDocument",
    "erase_source_names",
    "read_sources",
    "source_names",
    "write_sources",
]

SOURCES_NAME: Final = "sources.json"
ERASED: Final = "erased"  # in the place of a name that has no id
_FORMAT: Final = "assay-sources/1"
_LARGEST: Final = 1 << 28  # bytes


@dataclass(frozen=True, kw_only=True)
class SourceDocument:
    """A document of the corpus."""

    name: str  # path below the folder that was added; its id once the name was erased
    digest: str  # of its bytes, tagged

    @property
    def id(self) -> str:
        """The id by which questions name it."""
        return content_id("d", self.digest)


@dataclass(frozen=True, kw_only=True)
class CorpusSource:
    """The corpus as it was when the run began."""

    digest: str
    size: int  # longest passage, in code points
    overlap: int
    documents: tuple[SourceDocument, ...]


@dataclass(frozen=True, kw_only=True)
class QuestionsSource:
    """What the questions are about."""

    name: str | None  # of the set; None for a file or attack suites
    digest: str
    documents: tuple[str, ...]  # as the questions name them: ids, or what an importer called them
    passages: tuple[tuple[str, str], ...]  # passage id, document as above


@dataclass(frozen=True, kw_only=True)
class RunSources:
    """`sources.json`."""

    corpus: CorpusSource | None
    questions: QuestionsSource


def write_sources(directory: Path, sources: RunSources) -> None:
    """Keep them beside the run log; raise `UnavailableError` when the disk refuses."""
    replace_durably(directory / SOURCES_NAME, json.dumps(_document(sources), separators=(",", ":")).encode("ascii"))


def read_sources(directory: Path, plan: RunPlan) -> RunSources | None:
    """Return what was kept, `None` where nothing was.

    Raise `InputError` for what is no such file, `IntegrityError` where it is not about the plan's questions and corpus.
    """
    path = directory / SOURCES_NAME
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    if len(data) > _LARGEST:
        raise InputError(f"{path} is larger than {_LARGEST} bytes")
    sources = _sources(parse_strict(data), str(path))
    expected = None if plan.corpus is None else plan.corpus.get("digest")
    found = None if sources.corpus is None else _corpus_digest(sources.corpus)
    if found not in {None, expected} or sources.questions.digest != plan.questions.digest:
        raise IntegrityError(
            f"{path} is about other documents or questions than run.json: one of them was changed",
            hint=f"delete {SOURCES_NAME}: the run is recorded without the names of its documents",
        )
    return sources


def source_names(sources: RunSources) -> frozenset[str]:
    """Return every name that people gave; ids, which erased names leave behind, are none."""
    named = {one.name for one in sources.corpus.documents if one.name != one.id} if sources.corpus else set[str]()
    return frozenset(named.union(sources.questions.documents, (name for _, name in sources.questions.passages)))


def erase_source_names(directory: Path, digests: Collection[str]) -> int:
    """Put ids in the place of the names with these digests (`digest_text`); return how many there were."""
    plan = parse_plan((directory / PLAN_NAME).read_bytes(), str(directory / PLAN_NAME))
    sources = read_sources(directory, plan)
    gone = {name for name in source_names(sources) if digest_text(name) in digests} if sources is not None else set()
    if sources is None or not gone:
        return 0
    corpus, questions = sources.corpus, sources.questions
    ids = {one.name: one.id for one in corpus.documents} if corpus is not None else {}
    left = {name: ids.get(name, ERASED) for name in gone}
    if corpus is not None:
        kept = tuple(replace(one, name=left.get(one.name, one.name)) for one in corpus.documents)
        corpus = replace(corpus, documents=kept)
    questions = replace(
        questions,
        documents=tuple(left.get(name, name) for name in questions.documents),
        passages=tuple((passage, left.get(name, name)) for passage, name in questions.passages),
    )
    write_sources(directory, RunSources(corpus=corpus, questions=questions))
    return len(gone)


def _corpus_digest(corpus: CorpusSource) -> str:
    # Lazy: reading documents costs start-up time that a run without a corpus does not owe.
    from evaluation.documents import PassageOptions, corpus_digest  # noqa: PLC0415

    options = PassageOptions(size=corpus.size, overlap=corpus.overlap)
    return corpus_digest((one.id for one in corpus.documents), options)


def _document(sources: RunSources) -> dict[str, JsonValue]:
    corpus, questions = sources.corpus, sources.questions
    return {
        "format": _FORMAT,
        "corpus": None
        if corpus is None
        else {
            "digest": corpus.digest,
            "size": corpus.size,
            "overlap": corpus.overlap,
            "documents": [{"name": one.name, "digest": one.digest} for one in corpus.documents],
        },
        "questions": {
            "name": questions.name,
            "digest": questions.digest,
            "documents": list(questions.documents),
            "passages": [list(one) for one in questions.passages],
        },
    }


def _sources(document: JsonValue, where: str) -> RunSources:
    fields = Fields(document, where)
    if (found := fields.text("format")) != _FORMAT:
        raise InputError(f"{where}: the format is {found!r}, expected {_FORMAT!r}")
    corpus = fields.any("corpus")
    sources = RunSources(
        corpus=None if corpus is None else _corpus(Fields(corpus, f"{where}, corpus"), where),
        questions=_questions(fields.inner("questions"), where),
    )
    fields.close()
    return sources


def _corpus(fields: Fields, where: str) -> CorpusSource:
    corpus = CorpusSource(
        digest=fields.text("digest"),
        size=fields.count("size"),
        overlap=fields.count("overlap"),
        documents=tuple(_named(as_list(fields.any("documents"), where), where)),
    )
    fields.close()
    return corpus


def _named(documents: Sequence[JsonValue], where: str) -> Iterator[SourceDocument]:
    for one in documents:
        fields = Fields(one, f"{where}, documents")
        name, digest = fields.text("name"), fields.text("digest")
        fields.close()
        if PurePath(name).is_absolute():
            raise InputError(f"{where}: a document's name is an absolute path", hint="assay corpus add names them")
        yield SourceDocument(name=name, digest=digest)


def _questions(fields: Fields, where: str) -> QuestionsSource:
    pairs = [as_list(one, f"{where}, passages") for one in as_list(fields.any("passages"), f"{where}, passages")]
    passages = [(str(pair[0]), str(pair[1])) for pair in pairs if len(pair) == 2]  # noqa: PLR2004  a pair
    if len(passages) != len(pairs):
        raise InputError(f"{where}: passages holds something else than pairs")
    questions = QuestionsSource(
        name=fields.optional_text("name"),
        digest=fields.text("digest"),
        documents=fields.texts("documents"),
        passages=tuple(passages),
    )
    fields.close()
    return questions
