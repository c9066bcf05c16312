"""What runs, scans, decisions and reports rest on, as the commands that made them say.

Rules of this place: nothing is typed in, nothing is guessed; a run whose rows all name their documents rests on those
documents, any other on the whole corpus; what a vendor says of its model is a version that the vendor may change.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sqlalchemy import Connection

from assay.kernel import JsonValue, content_id, digest_json
from evaluation.runs import CorpusSource, RunPlan, RunSources
from evaluation.scans import ScanRecord
from governance._change import Change
from governance.gate import AttemptKind, Decision
from governance.lineage._currency import corpora_before, settle
from governance.lineage._types import ANY_SYSTEM, REPORTED, Artefact, ArtefactKind, Link, Relation

__all__ = [
    "RunParts",
    "corpus_links",
    "corpus_of",
    "dataset_of",
    "decision_links",
    "documents_of",
    "evidence_of",
    "policy_of",
    "release_of",
    "run_of",
    "scan_links",
]

_DOCUMENT_ID: Final = re.compile(r"d-[0-9a-f]{16}")
_CORPUS: Final = "corpus"  # a workspace has one


def run_of(run: str, digest: str, system: str) -> Artefact:
    """Return a version of a run."""
    return Artefact(kind=ArtefactKind.RUN, name=run, digest=digest, system=system)


def evidence_of(evidence: str, digest: str, system: str) -> Artefact:
    """Return a piece of evidence."""
    return Artefact(kind=ArtefactKind.EVIDENCE, name=evidence, digest=digest, system=system)


def release_of(release: str, manifest_digest: str, system: str) -> Artefact:
    """Return a release, by its id and the digest of its manifest."""
    return Artefact(kind=ArtefactKind.RELEASE, name=release, digest=manifest_digest, system=system)


def policy_of(digest: str, system: str) -> Artefact:
    """Return a gate policy, known by its digest."""
    return Artefact(kind=ArtefactKind.POLICY, name=content_id("policy", digest), digest=digest, system=system)


def dataset_of(digest: str, system: str) -> Artefact:
    """Return rows that came in a file or from a database, known by their digest."""
    return Artefact(kind=ArtefactKind.DATASET, name=content_id("data", digest), digest=digest, system=system)


def corpus_of(digest: str, system: str) -> Artefact:
    """Return the corpus of a workspace."""
    return Artefact(kind=ArtefactKind.CORPUS, name=_CORPUS, digest=digest, system=system)


def documents_of(corpus: CorpusSource, system: str) -> tuple[Artefact, ...]:
    """Return the documents of a corpus."""
    return tuple(
        Artefact(kind=ArtefactKind.DOCUMENT, name=one.name, digest=one.digest, system=system)
        for one in corpus.documents
    )


def corpus_links(corpus: CorpusSource, system: str) -> Iterator[Link]:
    """Yield that a corpus holds its documents."""
    whole = corpus_of(corpus.digest, system)
    for one in documents_of(corpus, system):
        yield Link(upstream=one, downstream=whole, relation=Relation.PART)


@dataclass(frozen=True, kw_only=True)
class RunParts:
    """A run log, and what is known of where it comes from."""

    plan: RunPlan
    digest: str
    models: frozenset[str]  # as the target reports them
    clusters: frozenset[str]  # `content_id("c", document)` of the rows, "" where one names none
    sources: RunSources | None

    @cached_property
    def run(self) -> Artefact:
        """The run."""
        return run_of(self.plan.run, self.digest, self.plan.system)

    @property
    def corpus(self) -> CorpusSource | None:
        """The corpus with its documents, where they are known."""
        return None if self.sources is None else self.sources.corpus

    def links(self) -> Iterator[Link]:
        """Yield all that the run rests on, and the evidence that it is."""
        if self.corpus is not None:
            yield from corpus_links(self.corpus, self.plan.system)
        yield from self._question_links()
        yield from self._corpus_link()
        yield from self._target_links()
        yield from self._judge_links()
        yield from self._made_by()
        shown = evidence_of(content_id("evidence", self.digest), self.digest, self.plan.system)
        yield Link(upstream=self.run, downstream=shown, relation=Relation.SHOWS)

    def corpora_before(self, connection: Connection) -> frozenset[int]:
        """Return which versions of the corpus are current; to be asked before the links are drawn."""
        if self.corpus is None:
            return frozenset()
        return corpora_before(connection, corpus_of(self.corpus.digest, self.plan.system))

    def settle(self, change: Change, before: frozenset[int]) -> None:
        """Say what is current since the run began, once its links are drawn."""
        if self.corpus is None or self.sources is None:
            return
        system = self.plan.system
        missing = [self._named(one) for one in self.sources.questions.documents if self._is_missing(one)]
        whole, documents = corpus_of(self.corpus.digest, system), documents_of(self.corpus, system)
        settle(change, whole, documents, before, seen_at=self.plan.created_at, missing=missing)

    def _is_missing(self, document: str) -> bool:
        """Whether a question names a document by its id that the corpus does not hold any more."""
        return _DOCUMENT_ID.fullmatch(document) is not None and document not in self._documents

    @cached_property
    def _documents(self) -> Mapping[str, Artefact]:
        """The documents by each of the ways in which a question may name them."""
        if self.corpus is None:
            return {}
        found: dict[str, Artefact] = {}
        for known, one in zip(self.corpus.documents, documents_of(self.corpus, self.plan.system), strict=True):
            found |= {known.id: one, known.name: one}
        return found

    @cached_property
    def _of_rows(self) -> tuple[Artefact, ...] | None:
        """The documents that the rows are about; `None` where a row names none that is known."""
        by_cluster = {content_id("c", name): one for name, one in self._documents.items()}
        if not self.clusters <= by_cluster.keys():
            return None
        return tuple(dict.fromkeys(by_cluster[cluster] for cluster in sorted(self.clusters)))

    def _on(self, upstream: Artefact, relation: Relation) -> Link:
        return Link(upstream=upstream, downstream=self.run, relation=relation)

    def _question_links(self) -> Iterator[Link]:
        plan = self.plan
        if plan.answers_digest is not None:
            answers = dataset_of(plan.answers_digest, plan.system)
            yield self._on(answers, Relation.READ)
            for one in self._of_rows or ():
                yield Link(upstream=one, downstream=answers, relation=Relation.PART)
            return
        name = self.sources.questions.name if self.sources is not None else None
        questions = Artefact(
            kind=ArtefactKind.QUESTION_SET,
            name=name or content_id("questions", plan.questions.digest),
            digest=plan.questions.digest,
            system=plan.system,
        )
        yield self._on(questions, Relation.ASKED)
        if self.sources is None:
            return
        for document in self.sources.questions.documents:
            yield Link(upstream=self._named(document), downstream=questions, relation=Relation.PART)
        for passage, document in self.sources.questions.passages:
            piece = Artefact(kind=ArtefactKind.PASSAGE, name=passage, digest=None, system=plan.system)
            yield Link(upstream=self._named(document), downstream=piece, relation=Relation.PART)
            yield Link(upstream=piece, downstream=questions, relation=Relation.PART)

    def _named(self, document: str) -> Artefact:
        unknown = Artefact(kind=ArtefactKind.DOCUMENT, name=document, digest=None, system=self.plan.system)
        return self._documents.get(document, unknown)

    def _corpus_link(self) -> Iterator[Link]:
        digest = None if self.plan.corpus is None else self.plan.corpus.get("digest")
        if isinstance(digest, str):
            relation = Relation.READ if self._of_rows is None else Relation.BESIDE
            yield self._on(corpus_of(digest, self.plan.system), relation)

    def _target_links(self) -> Iterator[Link]:
        target, system = self.plan.target, self.plan.system
        if target is None:
            return
        name, options = str(target["name"]), target.get("options")
        version = Artefact(kind=ArtefactKind.TARGET, name=name, digest=str(target["version"]), system=system)
        yield self._on(version, Relation.MEASURED)
        asked = options.get("model") if isinstance(options, dict) else None
        for reported in sorted(self.models):
            digest = f"{REPORTED}{reported}"
            model = Artefact(kind=ArtefactKind.MODEL, name=str(asked or name), digest=digest, system=system)
            yield self._on(model, Relation.USED)
        if asked and not self.models:
            model = Artefact(kind=ArtefactKind.MODEL, name=str(asked), digest=None, system=ANY_SYSTEM)
            yield Link(upstream=model, downstream=version, relation=Relation.USED)

    def _judge_links(self) -> Iterator[Link]:
        for spec in self.plan.judges:
            name = f"{_text(spec, 'name')}/{_text(spec, 'metric')}"
            judge = Artefact(kind=ArtefactKind.JUDGE, name=name, digest=digest_json(dict(spec)), system=ANY_SYSTEM)
            yield self._on(judge, Relation.JUDGED)
            parts = (
                (ArtefactKind.MODEL, _text(spec, "model"), _text(spec, "model_digest")),
                (ArtefactKind.PROMPT, name, _text(spec, "prompt_digest")),
            )
            for kind, part, digest in parts:
                if part and (digest or kind is ArtefactKind.MODEL):
                    used = Artefact(kind=kind, name=part, digest=digest or None, system=ANY_SYSTEM)
                    yield Link(upstream=used, downstream=judge, relation=Relation.USED)

    def _made_by(self) -> Iterator[Link]:
        plan = self.plan
        commits = {_text(plan.git or {}, "commit"), plan.origin.commit} - {""}
        for commit in sorted(commits):
            made = Artefact(kind=ArtefactKind.COMMIT, name=commit, digest=None, system=ANY_SYSTEM)
            yield self._on(made, Relation.USED)
        if container := _text(plan.environment, "container"):
            image, _, digest = container.rpartition("@")
            made = Artefact(kind=ArtefactKind.CONTAINER, name=image or digest, digest=digest, system=ANY_SYSTEM)
            yield self._on(made, Relation.USED)
        if plan.policy is not None:
            yield self._on(policy_of(plan.policy, plan.system), Relation.BOUND)


def scan_links(found: ScanRecord, digest: str) -> Iterator[Link]:
    """Yield that a scan rests on its rows, and that it is evidence."""
    scan = Artefact(kind=ArtefactKind.SCAN, name=found.scan, digest=digest, system=found.system)
    yield Link(upstream=dataset_of(found.source_digest, found.system), downstream=scan, relation=Relation.SCANNED)
    shown = evidence_of(content_id("evidence", digest), digest, found.system)
    yield Link(upstream=scan, downstream=shown, relation=Relation.SHOWS)


def decision_links(decision: Decision, identity: str, digest: str, system: str) -> Iterator[Link]:
    """Yield that a decision rests on its runs, its evidence and its policy, and the release that it is for on it."""
    made = Artefact(kind=ArtefactKind.DECISION, name=identity, digest=digest, system=system)
    runs = [(decision.run, decision.run_digest, Relation.DECIDED)]
    # Attempts that asked something else are shown with a decision; their rows count for nothing in it.
    runs += [(one.run, one.digest, Relation.DECIDED) for one in decision.attempts if one.kind is AttemptKind.REPEAT]
    if decision.baseline is not None:
        runs.append((decision.baseline, decision.baseline_digest, Relation.COMPARED))
    for run, run_digest, relation in runs:
        if run_digest is not None:
            yield Link(upstream=run_of(run, run_digest, system), downstream=made, relation=relation)
    for one in decision.evidence:
        shown = evidence_of(one.evidence, one.digest, system)
        yield Link(upstream=shown, downstream=made, relation=Relation.DECIDED)
    yield Link(upstream=policy_of(decision.policy_digest, system), downstream=made, relation=Relation.BOUND)
    if decision.release is not None and decision.release_digest is not None:
        release = release_of(decision.release, decision.release_digest, system)
        yield Link(upstream=made, downstream=release, relation=Relation.ABOUT)


def _text(fields: Mapping[str, JsonValue], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
