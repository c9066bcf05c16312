"""Artefacts, links and runs for tests of lineage."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from assay.kernel import content_id, digest_text
from evaluation.documents import PassageOptions, corpus_digest
from evaluation.runs import (
    CorpusSource,
    QuestionsSource,
    RunPlan,
    RunSources,
    SourceDocument,
    write_sources,
)
from governance import IngestedRun, Record
from governance import lineage as drawing
from governance.access import Permission
from governance.lineage import Artefact, ArtefactKind, Link, Relation
from tests.evaluation.runs.samples import item, plan_for, row, write_log
from tests.governance.samples import ME

SYSTEM = "default"


def thing(kind: ArtefactKind, name: str, digest: str | None = None) -> Artefact:
    """Return an artefact of the system of these tests."""
    return Artefact(kind=kind, name=name, digest=digest, system=SYSTEM)


def document(name: str, text: str = "one") -> Artefact:
    """Return a document with this text."""
    return thing(ArtefactKind.DOCUMENT, name, digest_text(text))


def on(upstream: Artefact, downstream: Artefact, relation: Relation = Relation.PART) -> Link:
    """Return that the second rests on the first."""
    return Link(upstream=upstream, downstream=downstream, relation=relation)


def draw(record: Record, *links: Link) -> int | None:
    """Draw links in a change of their own."""
    with record._door.change(ME, Permission.RECORD_LINEAGE, SYSTEM) as change:
        return drawing.draw(change, links)


def corpus(**texts: str) -> CorpusSource:
    """Return a corpus with documents of these names and texts; `_` stands for a point."""
    return corpus_with([(name.replace("_", "."), text) for name, text in sorted(texts.items())])


def corpus_with(texts: Iterable[tuple[str, str]]) -> CorpusSource:
    """Return a corpus with documents of these names and texts; a name may come twice."""
    documents = tuple(SourceDocument(name=name, digest=digest_text(text)) for name, text in texts)
    options = PassageOptions()
    digest = corpus_digest((one.id for one in documents), options)
    return CorpusSource(digest=digest, size=options.size, overlap=options.overlap, documents=documents)


def passage(identity: str) -> str:
    """Return the id of the one passage of a document, which is another for other bytes."""
    return content_id("p", identity)


def plan(run: str, source: CorpusSource, *, questions: str = "asked", **changes: object) -> RunPlan:
    """Return the plan of a run that asks a target questions about a corpus."""
    made = plan_for(["a", "b"])
    return dataclasses.replace(
        made,
        run=run,
        corpus={"digest": source.digest, "documents": len(source.documents), "skipped": 0},
        questions=dataclasses.replace(made.questions, digest=digest_text(questions)),
        answers_digest=None,
        target={"name": "app", "kind": "command", "version": "sha256:app", "options": {"model": "gpt"}},
        **changes,  # type: ignore[arg-type]  # fields by name
    )


def sources(source: CorpusSource, planned: RunPlan, about: Iterable[str], *, name: str = "default") -> RunSources:
    """Return what a run says of where its questions come from: a passage of each of these documents."""
    documents = tuple(about)
    ids = {one.name: one.id for one in source.documents}
    return RunSources(
        corpus=source,
        questions=QuestionsSource(
            name=name,
            digest=planned.questions.digest,
            documents=documents,
            passages=tuple((passage(ids.get(one, one)), one) for one in documents),
        ),
    )


def ingest(
    record: Record, folder: Path, planned: RunPlan, source: CorpusSource | None, about: Iterable[str], **named: str
) -> IngestedRun:
    """Write the log of a run whose rows are about these documents in turn, and record it."""
    documents = tuple(about)
    rows = [
        dataclasses.replace(row(name), item=item(name, document=documents[at % len(documents)] if documents else None))
        for at, name in enumerate(("a", "b"))
    ]
    log = write_log(folder / planned.run, planned, rows)
    if source is not None:
        write_sources(log.directory, sources(source, planned, documents, **named))
    return record.ingest_run(log.directory, ME)
