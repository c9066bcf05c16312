"""Which recorded runs are tries at the same candidate, and which asked the same application.

Rules of this place: an application is told by its target, its version, its options and the commit; another version
alone, declared while commit and options stay, is a declaration and no change; where no commit is known the declared
version is all there is to go by. What only one of two runs tells (a commit, that files were changed and not committed,
what a CI job says beside Git) is no difference: whoever tries again chooses it. A run that named no application is told
by the answers that it judged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from assay.kernel import JsonValue
from governance.gate._known import ApplicationRef, Attempt, AttemptKind, AttemptValue

if TYPE_CHECKING:
    from governance.gate._policy import Policy

__all__ = ["Work", "application_of", "attempts_at", "candidate_among"]


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a recorded run was asked to do, and what came of it."""

    run: str
    digest: str
    seq: int  # of the entry of its newest version
    created_at: str
    complete: bool
    found: int  # rows
    verdicts: str  # digest of its verdicts
    plan: Mapping[str, JsonValue]  # `run.json`
    values: tuple[AttemptValue, ...]

    @property
    def target(self) -> Mapping[str, JsonValue] | None:
        """The application that was asked; `None` where answers were collected elsewhere."""
        found = self.plan.get("target")
        return found if isinstance(found, Mapping) else None

    @property
    def version(self) -> str:
        """The declared version."""
        return str((self.target or {}).get("version") or "")

    @property
    def commit(self) -> str:
        """The commit, by Git or else as a CI job names it; "" where none is known."""
        return str(_part(self.plan, "git").get("commit") or _part(self.plan, "origin").get("commit") or "")

    @property
    def source(self) -> tuple[JsonValue, ...]:
        """All that is said of where its code came from: commit, whether files were changed, and what CI names."""
        git, origin = _part(self.plan, "git"), _part(self.plan, "origin")
        return git.get("commit"), git.get("dirty"), origin.get("commit")

    @property
    def asked(self) -> tuple[JsonValue, JsonValue]:
        """Digests of the question set, or of the answers that were judged, and of the ids."""
        questions = _part(self.plan, "questions")
        return questions.get("digest"), questions.get("ids_digest")

    @property
    def metrics(self) -> frozenset[str]:
        """What was measured."""
        found = self.plan.get("metrics")
        return frozenset(map(str, found)) if isinstance(found, list) else frozenset()


class _Application(StrEnum):
    SAME = "same"
    REDECLARED = "redeclared"
    OTHER = "other"


def attempts_at(candidate: Work, works: Iterable[Work]) -> tuple[Attempt, ...]:
    """Return the tries at a candidate, itself among them, in the order of their entries.

    What other questions had that it has not is left for who holds the logs to say (`dropped` is None).
    """
    own = _attempt(candidate, AttemptKind.CANDIDATE)
    others = [(work, _kind(candidate, work)) for work in works if work.run != candidate.run]
    found = [own, *(_attempt(work, kind) for work, kind in others if kind is not None)]
    return tuple(sorted(found, key=lambda one: (one.seq, one.run)))


def candidate_among(policy: "Policy", named: Sequence[Work]) -> Work | str:
    """Return the run of a release that a policy is about, or why none can be told.

    It measured all that the policy expects, and was made under the policy where any was; of several attempts at the
    same it is the first one.
    """
    expected = frozenset(policy.expect.metrics)
    fitting = [work for work in named if expected <= work.metrics]
    if not fitting:
        return f"the manifest names no recorded run that measured {', '.join(sorted(expected))}"
    under = [work for work in fitting if work.plan.get("policy") == policy.digest] or fitting
    first = min(under, key=lambda work: work.seq)
    same = {AttemptKind.REPEAT, AttemptKind.REDECLARED, AttemptKind.COPY, AttemptKind.UNFINISHED}
    others = [work.run for work in under if work is not first and _kind(first, work) not in same]
    if others:
        named_too = ", ".join(sorted([first.run, *others]))
        return f"the manifest names several runs that could be meant, {named_too}: give each its own policy"
    return first


def application_of(candidate: Work, works: Iterable[Work]) -> ApplicationRef | None:
    """Return the runs that asked the candidate's application; `None` where it names none."""
    if candidate.target is None:
        return None
    alike = (work for work in works if work.source == candidate.source)  # evidence of a sibling is none of this one
    same = {work.run for work in alike if _application(candidate, work) is not _Application.OTHER}
    named = (str(candidate.target.get("name") or ""), candidate.version, candidate.commit[:12])
    described = " ".join(filter(None, named))
    return ApplicationRef(runs=frozenset(same | {candidate.run}), described=described)


def _kind(own: Work, other: Work) -> AttemptKind | None:
    if own.found and own.verdicts == other.verdicts:
        return AttemptKind.COPY
    if not own.metrics & other.metrics:
        return None
    kind = _kind_of_answers(own, other) if own.target is None else _kind_of_application(own, other)
    if kind is None or kind is AttemptKind.OTHER_ANSWERS:
        return kind
    if own.plan.get("policy") is None or own.plan.get("policy") != other.plan.get("policy"):
        return None if kind is AttemptKind.OTHER_QUESTIONS else AttemptKind.OTHER_POLICY
    if not other.complete or not any(value.scored for value in other.values):
        return AttemptKind.UNFINISHED
    return kind


def _kind_of_answers(own: Work, other: Work) -> AttemptKind | None:
    if other.target is not None:
        return None
    if own.asked == other.asked:
        return AttemptKind.REPEAT
    return AttemptKind.OTHER_ANSWERS if own.asked[1] == other.asked[1] else None


def _kind_of_application(own: Work, other: Work) -> AttemptKind | None:
    application = _application(own, other)
    if application is _Application.OTHER:
        return None
    if own.asked != other.asked:
        return AttemptKind.OTHER_QUESTIONS
    return AttemptKind.REPEAT if application is _Application.SAME else AttemptKind.REDECLARED


def _application(own: Work, other: Work) -> _Application:
    mine, theirs = own.target, other.target
    if mine is None or theirs is None:
        return _Application.OTHER
    if own.commit and other.commit and own.commit != other.commit:
        return _Application.OTHER
    same_options = (mine.get("kind"), mine.get("options")) == (theirs.get("kind"), theirs.get("options"))
    renamed = mine.get("name") != theirs.get("name")
    if renamed and not (same_options and mine.get("options")):
        return _Application.OTHER
    if own.version == other.version:
        return _Application.SAME
    return _Application.REDECLARED if same_options and (own.commit or other.commit) else _Application.OTHER


def _attempt(work: Work, kind: AttemptKind) -> Attempt:
    made = Attempt(
        run=work.run,
        digest=work.digest,
        seq=work.seq,
        created_at=work.created_at,
        kind=kind,
        declared=work.version,
        values=work.values,
    )
    return replace(made, dropped=None) if kind is AttemptKind.OTHER_QUESTIONS else made


def _part(plan: Mapping[str, JsonValue], name: str) -> Mapping[str, JsonValue]:
    found = plan.get(name)
    return found if isinstance(found, Mapping) else {}
