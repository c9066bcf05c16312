"""What a decision is about and what it was made with, as names with digests.

Rules of this place: subjects are what was tested: the release with its components and models, the run, the application
as the plan names it, its commit where no file differed from it, its corpus; configuration is what it was tested with:
policy, questions, judges with model and prompt, baseline, evidence, catalogues. A digest that is none is left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from assay.kernel import JsonValue, digest_json
from evaluation.runs import RunPlan
from governance.gate import Decision
from reports.gate._sheet import Artifact

__all__ = ["artifacts_of"]

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def artifacts_of(
    decision: Decision, plans: Sequence[RunPlan], parts: Sequence[Artifact] = ()
) -> tuple[tuple[Artifact, ...], tuple[Artifact, ...]]:
    """Return (subjects, configuration); `plans` are of the runs that were decided about, `parts` of the release."""
    subjects = [*_of_decision(decision), *(one for plan in plans for one in _tested(plan)), *parts]
    configuration = [*_decided_with(decision), *(one for plan in plans for one in _tested_with(plan))]
    return _distinct(subjects), _distinct(configuration)


def _of_decision(decision: Decision) -> Iterator[Artifact]:
    if decision.release_digest:
        yield Artifact(name=f"release/{decision.release}", digest=decision.release_digest)
    if decision.run_digest:
        yield Artifact(name=f"run/{decision.run}", digest=decision.run_digest)


def _decided_with(decision: Decision) -> Iterator[Artifact]:
    yield Artifact(name=f"policy/{decision.policy}", digest=decision.policy_digest)
    if decision.baseline_digest:
        yield Artifact(name=f"baseline/{decision.baseline}", digest=decision.baseline_digest)
    for one in decision.evidence:
        yield Artifact(name=f"evidence/{one.evidence}", digest=one.digest)
    for name, digest in decision.catalogues.items():
        yield Artifact(name=f"catalogue/{name}", digest=digest)


def _tested(plan: RunPlan) -> Iterator[Artifact]:
    if plan.target is not None:
        version = plan.target.get("version")
        notes = {"version": version} if isinstance(version, str) and version else {}
        yield Artifact(name=f"target/{plan.target.get('name')}", digest=digest_json(dict(plan.target)), notes=notes)
    if plan.answers_digest is not None:
        yield Artifact(name="answers", digest=plan.answers_digest)
    if isinstance(corpus := (plan.corpus or {}).get("digest"), str):
        yield Artifact(name="corpus", digest=corpus)
    for commit in _commits(plan):
        yield Artifact(name="commit", digest=f"gitCommit:{commit}")


def _commits(plan: RunPlan) -> list[str]:
    """Return the commit that was tested, by Git and by CI; none where files differed from it."""
    git: Mapping[str, JsonValue] = plan.git or {}
    named = {str(git.get("commit", "")), plan.origin.commit}
    return [] if git.get("dirty") else sorted(commit for commit in named if _COMMIT.fullmatch(commit))


def _tested_with(plan: RunPlan) -> Iterator[Artifact]:
    yield Artifact(name="questions", digest=plan.questions.digest)
    for judge in plan.judges:
        metric, name = judge.get("metric"), judge.get("name")
        yield Artifact(name=f"judge/{metric}/{name}", digest=digest_json(dict(judge)))
        for part in ("model", "prompt"):
            if isinstance(digest := judge.get(f"{part}_digest"), str) and digest:
                yield Artifact(name=f"judge/{metric}/{name}/{part}", digest=digest)


def _distinct(artifacts: Sequence[Artifact]) -> tuple[Artifact, ...]:
    known = [one for one in artifacts if _DIGEST.fullmatch(one.digest) or one.digest.startswith("gitCommit:")]
    return tuple({(one.name, one.digest): one for one in known}.values())
