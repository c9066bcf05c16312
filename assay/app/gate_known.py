"""What the record tells a gate beside the runs: evidence, releases, people's answers and what has changed since.

Rules of this place: only what the policy asks for is read; a decision that people approved stands for a later one about
exactly the same, and for no other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from governance.gate import (
    BaselineRelease,
    Decision,
    EvidenceRef,
    Obligations,
    Policy,
    RecordFacts,
    ReleaseRef,
    RunFacts,
    SignOff,
    UnreadableRun,
    Work,
    application_of,
)

if TYPE_CHECKING:
    from assay.app.frameworks import Catalogues
    from governance import Record
    from governance.approvals import Answer, Standing
    from governance.evidence import Fact
    from governance.releases import Release

__all__ = ["record_facts", "release_ref"]

_DECIDING: Final = frozenset({"run", "scan", "evidence"})  # kinds of artefacts that a decision can rest on


def release_ref(release: "Release") -> ReleaseRef:
    """Return what the gate has to know of a release."""
    return ReleaseRef(
        release=release.id,
        system=release.system,
        digest=release.digest,
        runs={one.id: one.digest for one in release.manifest.runs},
        scans={one.id: one.digest for one in release.manifest.scans},
    )


def record_facts(
    policy: Policy,
    run: RunFacts,
    baseline: RunFacts | UnreadableRun | None,
    works: Sequence[Work],
    record: "Record",
    release: ReleaseRef | None,
    catalogues: "Catalogues",
    runs: Path | None = None,
) -> RecordFacts:
    """Return what the record knows of the run's system, as far as the policy asks; `runs`: folder of the run logs."""
    compared = baseline if isinstance(baseline, RunFacts) else None
    counted = policy.risks is not None or policy.duties is not None
    told_by = catalogues.digests if counted else None
    about = _About(policy=policy, run=run, baseline=compared, release=release, told_by=told_by)
    own = next((work for work in works if work.run == run.run), None)
    return RecordFacts(
        facts=tuple(_facts(policy, run.system, record, runs)),
        application=None if own is None else application_of(own, works),
        release=release,
        obligations=_obligations(record, run.system, catalogues, runs) if counted else None,
        baselines=() if compared is None else tuple(_baselines(record, run.system, compared.run)),
        sign_offs=() if policy.sign_offs is None else tuple(_sign_offs(about, record)),
        stale=dict(_stale(record, run.system)),
    )


def _facts(policy: Policy, system: str, record: "Record", runs: Path | None) -> "Iterator[Fact]":
    """Yield what is recorded, and what can be found out now by a look at the run logs, as far as the policy asks."""
    if policy.evidence or policy.suites or policy.filters:
        yield from record.evidence.facts(system)
    if runs is not None:
        yield from record.evidence.check(system, runs, {one.kind for one in policy.evidence})


def _stale(record: "Record", system: str) -> Iterator[tuple[str, str]]:
    """Yield the runs, scans and submissions that rest on what has changed since, and what changed."""
    for key, reason in record.lineage.stale(system).items():
        kind, _, named = key.partition(":")
        if kind in _DECIDING:
            yield named.rpartition("@")[0] or named, str(reason)


def _obligations(record: "Record", system: str, known: "Catalogues", runs: Path | None) -> Obligations:
    return record.register.obligations(system, known.framework, known.duties, known.tree, runs, kept=known.kept)


def _baselines(record: "Record", system: str, baseline: str) -> Iterator[BaselineRelease]:
    for one in record.releases.releases(system=system):
        if any(measured.id == baseline for measured in one.manifest.runs):
            yield BaselineRelease(release=one.id, state=one.state.value)


@dataclass(frozen=True, kw_only=True)
class _About:
    """What people have to have seen."""

    policy: Policy
    run: RunFacts
    baseline: RunFacts | None
    release: ReleaseRef | None
    told_by: Mapping[str, str] | None  # what risks and duties are told by → its digest; None: none are asked for

    def is_that(self, decided: Decision) -> bool:
        """Whether a decision was about exactly this, under this policy and the catalogues that it counts by."""
        if self.told_by is not None and decided.catalogues != self.told_by:
            return False
        found = (decided.policy_digest, decided.run_digest, decided.baseline_digest, decided.release_digest)
        baseline = None if self.baseline is None else self.baseline.digest
        release = None if self.release is None else self.release.digest
        return found == (self.policy.digest, self.run.digest, baseline, release)


def _sign_offs(about: _About, record: "Record") -> Iterator[SignOff]:
    """Yield the answers to requests about this run, this release, or an earlier decision about exactly the same.

    Once there is a team, no approval counts that one person gave alone, nor one of whoever wrote the policy.
    """
    is_team, authors = record.people.is_team(), _authors(about.policy, record)
    decisions = {one.id: one.decision for one in record.decisions(about.run.run, system=about.run.system)}
    for standing in record.approvals.standings(system=about.run.system):
        request, state = standing.request, standing.state.value
        decided = decisions.get(request.subject) if request.subject_type == "decision" else None
        if state != "void" and (_names(standing, about) or (decided is not None and about.is_that(decided))):
            evidence = None if decided is None else decided.evidence
            for answer in standing.answers:
                is_apart = answer.four_eyes and answer.approver not in authors
                if is_apart or not is_team or answer.verdict.value != "approved":
                    yield _sign_off(answer, evidence)


def _authors(policy: Policy, record: "Record") -> frozenset[str]:
    """Return who wrote or registered a policy, wherever it was registered."""
    same = (one for one in record.policies.registered(None, name=policy.name) if one.digest == policy.digest)
    return frozenset(person for one in same for person in (one.author, one.registered_by))


def _names(standing: "Standing", about: _About) -> bool:
    """Whether the request is about the run itself, or about the release that is decided about."""
    request = standing.request
    if about.release is not None:
        return (request.subject_type, request.subject) == ("release", about.release.release)
    named = (request.subject_type, request.subject, request.subject_digest)
    return named == ("run", about.run.run, about.run.digest)


def _sign_off(answer: "Answer", evidence: tuple[EvidenceRef, ...] | None) -> SignOff:
    return SignOff(
        person=answer.approver,
        role=answer.role,
        approved=answer.verdict.value == "approved",
        expires_at=answer.expires_at,
        four_eyes=answer.four_eyes,
        evidence=evidence,
    )
