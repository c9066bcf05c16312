"""Facts that the product finds out by itself when asked: about run logs, questions, lineage, approvals and its ledger.

Rules of this place: a check records nothing, and what it finds is of this moment; what it cannot look at is
inconclusive, and only what is there and wrong is not satisfied; a kind of fact has one check, which is in the table.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from assay.kernel import AssayError, MissingError, content_id
from evaluation.runs import CorpusSource, RunLog, RunOutcome, read_sources
from governance._door import Door
from governance._readers import read_decisions, read_runs
from governance._types import RecordedRun
from governance.access import has_team
from governance.approvals import Approvals, ApprovalState, Verdict
from governance.evidence._own_log import look_at_own_log
from governance.evidence._types import Conclusion, EvidenceOrigin, Fact, FactStanding
from governance.lineage import ArtefactKind, Lineage, Relation, Tie, run_of
from governance.releases import Releases, ReleaseState
from governance.verifier import LedgerVerdict

__all__ = ["FEWEST_QUESTIONS", "check_all"]

FEWEST_QUESTIONS: Final = 50  # of a set that says something: the interval of a rate is then ± 0.14 at most
LEAST_COVERED: Final = 0.5  # of the corpus's documents: of fewer, what was asked says little
_NO_YES: Final = (ApprovalState.VOID, ApprovalState.REJECTED)
_RESISTANCE: Final = "_resistance"
_DEPTH: Final = 4  # links from a run through its questions and passages to their documents


@dataclass(frozen=True, kw_only=True)
class _Scene:
    """What checks look at."""

    door: Door
    system: str
    runs: Path  # folder of run logs
    recorded: tuple[RecordedRun, ...]
    at: str
    size: int  # of the ledger


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What a run asked, without its words."""

    references: Mapping[str, bool]  # row → whether it has a reference answer
    clusters: frozenset[str]  # of the documents that rows are about
    corpus: CorpusSource | None  # None: the run says of none


_Check = Callable[[_Scene], Iterator[Fact]]


def check_all(door: Door, system: str, runs: Path, kinds: Collection[str], *, at: str) -> tuple[Fact, ...]:
    """Return what the checks of these kinds find of a system; `runs` is the folder of the workspace's run logs."""
    with door.reading() as connection:
        newest = door.last_checkpoint(connection)
        scene = _Scene(
            door=door,
            system=system,
            runs=runs,
            recorded=read_runs(connection, system=system),
            at=at,
            size=0 if newest is None else newest.size,
        )
    return tuple(fact for kind, check in _CHECKS.items() if kind in kinds for fact in check(scene))


# run logs


def _check_run_logs(scene: _Scene) -> Iterator[Fact]:
    """Say of each recorded run whether the log in the workspace is the recorded one, byte for byte."""
    for run in scene.recorded:
        yield _of_run(scene, run, kind="run_log", of="verified", conclusion=_log_conclusion(scene, run))


def _log_conclusion(scene: _Scene, run: RecordedRun) -> Conclusion:
    try:
        is_same = RunLog.open(scene.runs / run.run).digest() == run.digest
    except (MissingError, OSError):
        return Conclusion.INCONCLUSIVE
    except AssayError:
        return Conclusion.NOT_SATISFIED
    if is_same:
        return Conclusion.SATISFIED
    return Conclusion.INCONCLUSIVE if run.outcome is RunOutcome.PARTIAL else Conclusion.NOT_SATISFIED  # it may go on


# sets of questions


def _check_questions(scene: _Scene) -> Iterator[Fact]:
    """Say of each run's questions how many there are, with references, about how much, and whether approved."""
    approved = _approved_sets(scene)
    for run in scene.recorded:
        if _is_of_attacks(run):
            continue  # a suite brings its own
        asked = _asked(scene, run)
        yield _of_run(scene, run, kind="evaluation_set", of="size_and_references", **_references(asked))
        yield _of_run(scene, run, kind="evaluation_set", of="coverage", **_coverage(asked))
        known = Conclusion.SATISFIED if run.plan.questions.digest in approved else Conclusion.NOT_SATISFIED
        unchanged = known if approved else Conclusion.INCONCLUSIVE
        yield _of_run(scene, run, kind="evaluation_set", of="unchanged_since_approval", conclusion=unchanged)


def _asked(scene: _Scene, run: RecordedRun) -> _Asked | Conclusion:
    """Read what was asked off the log's commitments, not off its texts; what becomes of a log that is another one."""
    held = _log_conclusion(scene, run)
    if held is not Conclusion.SATISFIED:
        return held
    log = RunLog.open(scene.runs / run.run)
    rows = [(row.id, row.commitments.get("reference") is not None, row.cluster) for row in log.rows()]
    try:
        sources = read_sources(log.directory, run.plan)
    except AssayError:  # not covered by the log's digest: whoever changed it hid what the run says of its corpus
        sources = None
    return _Asked(
        references={row: has_reference for row, has_reference, _ in rows},
        clusters=frozenset(cluster for _, _, cluster in rows if cluster is not None),
        corpus=None if sources is None else sources.corpus,
    )


def _references(asked: _Asked | Conclusion) -> dict[str, Any]:
    """Return numbers and conclusion: how many questions have a reference."""
    if isinstance(asked, Conclusion):
        return {"conclusion": asked}
    known = asked.references
    missing = sum(not has_reference for has_reference in known.values())
    is_enough = len(known) >= FEWEST_QUESTIONS and not missing
    return {
        "n": len(known) - missing,
        "failures": missing,
        "conclusion": Conclusion.SATISFIED if is_enough else Conclusion.NOT_SATISFIED,
    }


def _coverage(asked: _Asked | Conclusion) -> dict[str, Any]:
    """Return numbers and conclusion: how many documents of the corpus a question is about."""
    if isinstance(asked, Conclusion):
        return {"conclusion": asked}
    if asked.corpus is None or not asked.corpus.documents:
        return {"conclusion": Conclusion.INCONCLUSIVE}
    documents = asked.corpus.documents
    # Questions name a document by its id; imported ones may name it by its path.
    covered = sum(
        not asked.clusters.isdisjoint({content_id("c", one.id), content_id("c", one.name)}) for one in documents
    )
    is_enough = covered >= LEAST_COVERED * len(documents)
    return {
        "n": covered,
        "failures": len(documents) - covered,
        "conclusion": Conclusion.SATISFIED if is_enough else Conclusion.NOT_SATISFIED,
    }


def _approved_sets(scene: _Scene) -> frozenset[str]:
    """Return the digests of question sets that a run asked which was approved, by itself, or with what rests on it."""
    digests = {run.run: run.plan.questions.digest for run in scene.recorded}
    standings = Approvals(scene.door).standings(system=scene.system)
    subjects = {one.request.subject for one in standings if one.state is ApprovalState.APPROVED}
    with scene.door.reading() as connection:
        decided = {one.id: one.decision.run for one in read_decisions(connection, system=scene.system)}
    runs = {decided.get(subject, subject) for subject in subjects}
    for release in Releases(scene.door).releases(system=scene.system):
        if release.id in subjects:
            runs |= {one.id for one in release.manifest.runs}
    return frozenset(digest for run, digest in digests.items() if run in runs)


# lineage


def _check_lineage(scene: _Scene) -> Iterator[Fact]:
    """Say whether each run can be followed to the versions that it measured, and its rows to documents."""
    for run in scene.recorded:
        try:
            ties = Lineage(scene.door).upstream(run_of(run.run, run.digest, run.system), depth=_DEPTH)
        except MissingError:  # recorded by an earlier version
            ties = ()
        for of, find in (("run_to_versions", _to_versions), ("answer_to_source", _to_sources)):
            if find is _to_versions or not _is_of_attacks(run):  # what an attack asks stands in no document
                yield _of_run(scene, run, kind="lineage", of=of, n=len(ties), conclusion=find(ties))


def _to_versions(ties: Sequence[Tie]) -> Conclusion:
    """Look for a target, questions and judges next to the run, each with a digest or a version."""
    near = [tie.link.upstream for tie in ties if tie.level == 1]
    kinds = {one.kind for one in near if one.digest}
    if (
        not near or ArtefactKind.DATASET in kinds
    ):  # answers that were collected elsewhere: nobody knows by which version
        return Conclusion.INCONCLUSIVE
    needed = {ArtefactKind.TARGET, ArtefactKind.QUESTION_SET, ArtefactKind.JUDGE}
    nameless = any(one.kind in needed and not one.digest for one in near)
    return Conclusion.NOT_SATISFIED if nameless or not needed <= kinds else Conclusion.SATISFIED


def _to_sources(ties: Sequence[Tie]) -> Conclusion:
    """Look for documents above the run, all of them with digests, and rows that name theirs."""
    documents = {tie.link.upstream for tie in ties if tie.link.upstream.kind is ArtefactKind.DOCUMENT}
    if not documents:
        return Conclusion.INCONCLUSIVE
    unnamed = any(
        tie.level == 1 and tie.link.upstream.kind is ArtefactKind.CORPUS and tie.link.relation is Relation.READ
        for tie in ties
    )
    unknown = any(one.digest is None for one in documents)
    return Conclusion.NOT_SATISFIED if unnamed or unknown else Conclusion.SATISFIED


# approvals


def _check_approvals(scene: _Scene) -> Iterator[Fact]:
    """Say of each version in use whether people approved that very release; alone, only while there is no team."""
    in_use = [one for one in Releases(scene.door).releases(system=scene.system) if one.state is ReleaseState.RELEASED]
    standings = Approvals(scene.door).standings(system=scene.system) if in_use else ()
    with scene.door.reading() as connection:
        is_team = has_team(connection)
    for release in in_use:
        answers = [
            answer
            for standing in standings
            if standing.request.subject == release.id and standing.state not in _NO_YES
            for answer in standing.answers
            if answer.verdict is Verdict.APPROVED and (answer.four_eyes or not is_team)
        ]
        yield _fact(
            scene,
            kind="approval",
            of="release of the version in use",
            subject=release.id,
            digest=release.digest,
            origin=EvidenceOrigin.PERSON,
            conclusion=Conclusion.SATISFIED if answers else Conclusion.INCONCLUSIVE,
            issued_at=max((answer.recorded_at for answer in answers), default=scene.at),
            n=len(answers),
        )


# the ledger


def _check_ledger(scene: _Scene) -> Iterator[Fact]:
    """Say whether the product's own log verifies, against the checkpoints in the witness file."""
    keys = scene.door.keys
    found = look_at_own_log(scene.door)
    conclusion = Conclusion.INCONCLUSIVE if found is None else _VERDICTS[found.verdict]
    if any(keys.former_logs()) or keys.witness_doubt():
        conclusion = Conclusion.INCONCLUSIVE if conclusion is Conclusion.SATISFIED else conclusion
    origin, root = ("", "") if found is None else (found.origin, found.root)
    yield _fact(
        scene,
        kind="ledger_verification",
        of="own_log",
        subject=origin,
        digest=root,
        origin=EvidenceOrigin.PERSON,
        conclusion=conclusion,
        n=scene.size,
    )


_VERDICTS: Final = {
    LedgerVerdict.OK: Conclusion.SATISFIED,
    LedgerVerdict.TAMPERED: Conclusion.NOT_SATISFIED,
    LedgerVerdict.CANNOT_DECIDE: Conclusion.INCONCLUSIVE,
}


# what facts have in common


def _is_of_attacks(run: RecordedRun) -> bool:
    return all(metric.endswith(_RESISTANCE) for metric in run.plan.metrics)


def _of_run(scene: _Scene, run: RecordedRun, *, kind: str, of: str, **stated: Any) -> Fact:  # noqa: ANN401  fields of a fact
    common = {"subject": run.run, "digest": run.digest, "origin": run.origin}
    return _fact(scene, kind=kind, of=of, **common, **stated)


def _fact(scene: _Scene, *, kind: str, of: str, **stated: Any) -> Fact:  # noqa: ANN401  as above
    return Fact(
        evidence=content_id("check", kind, of, stated["subject"], stated["digest"]),
        seq=scene.size - 1,
        system=scene.system,
        kind=kind,
        of=of,
        submitter="",
        expires_at=None,
        standing=FactStanding.RECORDED,
        **{"issued_at": scene.at, **stated},
    )


_CHECKS: Final[Mapping[str, _Check]] = {
    "run_log": _check_run_logs,
    "evaluation_set": _check_questions,
    "lineage": _check_lineage,
    "approval": _check_approvals,
    "ledger_verification": _check_ledger,
}
