"""What a decision is about and what it was made with, by digest."""

import dataclasses

from assay.kernel import digest_json
from evaluation.runs import RunPlan
from reports.gate import Artifact, artifacts_of
from tests.evaluation.runs.samples import plan_for
from tests.reports.gate.samples import decision, digest, rule

COMMIT = "c" * 40


def plan(**changes: object) -> RunPlan:
    """Return a plan that names everything."""
    made = dataclasses.replace(
        plan_for(["q-1"]),
        target={"name": "shop", "kind": "http", "version": "1.4.0", "options": {}},
        answers_digest=None,
        corpus={"digest": digest("5"), "documents": 3, "skipped": 0},
        git={"commit": COMMIT, "dirty": False},
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]  # fields by name


def names(artifacts: tuple[Artifact, ...]) -> dict[str, str]:
    """Return name → digest."""
    return {one.name: one.digest for one in artifacts}


def test_what_was_tested_is_apart_from_what_it_was_tested_with() -> None:
    """A consumer compares subjects with what it ships, and configuration with what it demands."""
    made = plan()
    part = Artifact(name="model/ranker", digest=digest("9"))
    about = decision(
        rule(), release="release-1", release_digest=digest("7"), baseline="run-0", baseline_digest=digest("8")
    )

    subjects, configuration = artifacts_of(about, [made], [part])

    assert names(subjects) == {
        "release/release-1": digest("7"),
        "run/run-1": digest("b"),
        "target/shop": digest_json(dict(made.target or {})),
        "corpus": digest("5"),
        "commit": f"gitCommit:{COMMIT}",
        "model/ranker": digest("9"),
    }
    assert list(names(configuration)) == ["policy/release", "baseline/run-0", "questions", "judge/faithfulness/fake"]


def test_a_commit_that_files_differed_from_is_not_what_was_tested() -> None:
    """An attestation about a commit would be believed for what was committed."""
    origin = dataclasses.replace(plan().origin, commit=COMMIT)  # as the CI system says it
    subjects, _ = artifacts_of(decision(rule()), [plan(git={"commit": COMMIT, "dirty": True}, origin=origin)])

    assert "commit" not in names(subjects)


def test_models_and_prompts_of_judges_are_named_and_what_is_no_digest_is_not() -> None:
    """Each is a resource of its own, so that a consumer can demand one."""
    judge = {**plan().judges[0], "model_digest": digest("1"), "prompt_digest": "unknown"}

    _, configuration = artifacts_of(decision(rule()), [plan(judges=(judge,))])

    found = names(configuration)
    assert found["judge/faithfulness/fake/model"] == digest("1")
    assert "judge/faithfulness/fake/prompt" not in found
