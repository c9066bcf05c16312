"""Whether trails are unbroken: facts of kind lineage about the runs of the version in use.

Rules of this place: a run whose rows cannot be followed to documents with a digest, or whose application and judges
have no version that says what they are, has a gap, and a gap is not satisfied; a trail that leads to something that
changed since is undecided; a run of which no lineage was recorded says nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from assay.kernel import MissingError, content_id
from governance._types import RecordedRun
from governance.evidence import Conclusion, Fact, FactStanding
from governance.lineage import Artefact, ArtefactKey, ArtefactKind, Lineage, StaleReason

__all__ = ["trail_facts"]

_SOURCES: Final = frozenset({ArtefactKind.DOCUMENT, ArtefactKind.SECTION, ArtefactKind.PASSAGE})
_VERSIONED: Final = frozenset({ArtefactKind.TARGET, ArtefactKind.JUDGE, ArtefactKind.MODEL, ArtefactKind.QUESTION_SET})
_MOST_RUNS: Final = 50  # the newest of the version in use


def trail_facts(lineage: Lineage, runs: Iterable[RecordedRun], system: str, at: str) -> Iterator[Fact]:
    """Yield two facts for each run: whether its answers lead to documents, and itself to versions."""
    stale = lineage.stale(system)
    for _, run in zip(range(_MOST_RUNS), runs, strict=False):
        above = _upstream(lineage, run)
        if above is not None:
            yield _fact(run, "answer_to_source", _to_sources(run, above, stale), at)
            yield _fact(run, "run_to_versions", _to_versions(above), at)


def _upstream(lineage: Lineage, run: RecordedRun) -> tuple[Artefact, ...] | None:
    artefact = Artefact(kind=ArtefactKind.RUN, name=run.run, digest=run.digest, system=run.system)
    try:
        return tuple({tie.link.upstream.key: tie.link.upstream for tie in lineage.upstream(artefact)}.values())
    except MissingError:
        return None


def _to_sources(run: RecordedRun, above: Iterable[Artefact], stale: Mapping[ArtefactKey, StaleReason]) -> Conclusion:
    sources = [one for one in above if one.kind in _SOURCES]
    if not sources or any(one.digest is None for one in sources):
        return Conclusion.NOT_SATISFIED
    mine = ArtefactKey(f"{ArtefactKind.RUN}:{run.run}@{run.digest}")
    return Conclusion.INCONCLUSIVE if mine in stale else Conclusion.SATISFIED


def _to_versions(above: Iterable[Artefact]) -> Conclusion:
    versioned = [one for one in above if one.kind in _VERSIONED]
    whole = versioned and all(one.digest is not None for one in versioned)
    return Conclusion.SATISFIED if whole else Conclusion.NOT_SATISFIED


def _fact(run: RecordedRun, of: str, conclusion: Conclusion, at: str) -> Fact:
    return Fact(
        evidence=content_id("check", "lineage", of, run.run, run.digest),
        seq=run.seq,
        system=run.system,
        kind="lineage",
        of=of,
        subject=run.run,
        digest=run.digest,
        origin=run.origin,
        submitter="",
        issued_at=at,
        expires_at=None,
        standing=FactStanding.RECORDED,
        conclusion=conclusion,
    )
