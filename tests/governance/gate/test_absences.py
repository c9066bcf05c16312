"""What is absent never passes: a table of absences, each through the real command in a real workspace.

The control passes; each row takes one thing away, and the gate blocks with a reason that names it.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assay.kernel import format_time
from tests.governance.gate.absences import (
    PLAN,
    Absence,
    changed_since,
    contradicted,
    copied,
    edited,
    expired_approval,
    expired_evidence,
    for_another_system,
    garbage,
    hand_made,
    loosened,
    no_file,
    no_policy_in_plan,
    partial,
    ran,
    retried,
    returned,
    superseded,
    too_late,
    under,
    unreadable_base,
    unregistered,
    withdrawn,
    written,
)
from tests.governance.gate.scenes import BASE, COMPARING, GOOD, Scene, begin_scene

REGISTERED, LOOSENED = frozenset({"policy.registered"}), frozenset({"policy.loosened"})
PLAN_RULE = frozenset({"document:test plan"})
NOW = datetime.now(UTC)
ABSENCES: dict[str, Absence] = {
    "no policy": Absence(take=no_file, says="without it nothing says what to expect"),
    "an empty policy": Absence(take=written(""), says="demands nothing and is none", code=2),
    "a policy without rules": Absence(take=written(BASE.split("rules:")[0] + "rules: []\n"), says="rules", code=2),
    "an unknown key": Absence(take=written(BASE + "evidnce: []\n"), says="did you mean 'evidence'", code=2),
    "an empty set of evidence": Absence(take=written(BASE + "evidence: []\n"), says="evidence", code=2),
    "an unregistered policy": Absence(take=unregistered, blocks=REGISTERED, says="assay policies register"),
    "a policy registered too late": Absence(take=too_late, blocks=REGISTERED, says="after the run began"),
    "a withdrawn policy": Absence(take=withdrawn, blocks=REGISTERED, says="it was withdrawn at"),
    "a policy of another system": Absence(take=for_another_system, blocks=REGISTERED, says="registered for another"),
    "a policy changed since the run": Absence(
        take=changed_since, blocks=frozenset({"run.policy"}), says="the run was made under another policy"
    ),
    "a run without a policy": Absence(
        take=no_policy_in_plan, blocks=frozenset({"run.policy"}), says="no policy was fixed before the run"
    ),
    "a policy that its own change loosens": Absence(take=loosened, blocks=LOOSENED, says="at_least: 0.7 became 0.6"),
    "a base that cannot be read": Absence(take=unreadable_base, blocks=LOOSENED, says="cannot be read"),
    "an application that was declared anew": Absence(
        take=ran(git={"commit": "run-1", "dirty": False}),
        blocks=frozenset({"run.attempts"}),
        says="declared anew",
    ),
    "a run that is not there": Absence(
        take=lambda _: ("--run", "run-9"), blocks=frozenset({"run"}), says="there is no run 'run-9'"
    ),
    "an unreadable run": Absence(take=garbage, blocks=frozenset({"run"}), says="run.json"),
    "an edited run": Absence(take=edited, says="it was changed", code=1),
    "a hand-made run directory": Absence(
        take=hand_made, blocks=frozenset({"run.recorded"}), says="the record does not hold it"
    ),
    "a copied run directory": Absence(
        take=copied, blocks=frozenset({"run.recorded"}), says="the record does not hold it"
    ),
    "a stale run": Absence(
        take=ran(created_at=format_time(NOW - timedelta(days=40))), blocks=frozenset({"run.date"}), says="40 days old"
    ),
    "a run from the future": Absence(
        take=ran(created_at=format_time(NOW + timedelta(days=1))),
        blocks=frozenset({"run.date", "run.plausible"}),
        says="in the future",
    ),
    "a partial run": Absence(
        take=partial, blocks=frozenset({"run.complete", "run.faithfulness.failures"}), says="25 of 30 rows"
    ),
    "a crashed judge": Absence(take=ran((None,) * 30), says="no score in this run"),
    "a judge that crashed on many": Absence(
        take=ran((*GOOD[:27], None, None, None)),
        blocks=frozenset({"run.faithfulness.failures"}),
        says="10.0% lack a score",
    ),
    "too few questions": Absence(take=ran(GOOD[:19]), says="19 questions are there, 20 are expected"),
    "another metric": Absence(
        take=under(BASE.replace("faithfulness", "relevancy")), says="the run did not measure relevancy"
    ),
    "a missing language card": Absence(
        take=under(BASE.replace("optional", "required")),
        blocks=frozenset({"judge.card"}),
        says="has no card for",
    ),
    "a language that nobody held the judge against": Absence(
        take=under(BASE + "languages: {judges: [de]}\n"),
        blocks=frozenset({"languages.judges"}),
        says="judge in de: it has no card",
    ),
    "the wrong origin": Absence(
        take=under(BASE.replace("  max_age", "  origin: ci\n  max_age")),
        blocks=frozenset({"run.origin"}),
        says="a person handed it in",
    ),
    "another judge": Absence(
        take=under(BASE.replace("  max_age", "  judge: embedded\n  max_age")),
        blocks=frozenset({"run.judge"}),
        says="was judged by fake",
    ),
    "a run retried until it passes": Absence(
        take=retried, blocks=frozenset({"run.attempts"}), says="the first stands: assay gate --run run-2"
    ),
    "no baseline": Absence(
        take=under(COMPARING),
        blocks=frozenset({"baseline", "faithfulness-not-worse"}),
        says="no baseline was named",
    ),
    "a superseded baseline": Absence(take=superseded, blocks=frozenset({"baseline.standing"}), says="superseded"),
    "no sign-off": Absence(
        take=under(BASE + "sign_offs: {needed: 1}\n"), blocks=frozenset({"sign_offs"}), says="assay approvals request"
    ),
    "an expired approval": Absence(take=expired_approval, blocks=frozenset({"sign_offs"}), says="expired"),
    "no evidence": Absence(take=under(BASE + PLAN), blocks=PLAN_RULE, says="no such evidence"),
    "evidence that nobody accepted": Absence(
        take=under(BASE + PLAN, lambda scene: scene.submit(accept=False)),
        blocks=PLAN_RULE,
        says="waits for somebody to accept it",
    ),
    "returned evidence": Absence(take=under(BASE + PLAN, returned), blocks=PLAN_RULE, says="returned"),
    "expired evidence": Absence(take=under(BASE + PLAN, expired_evidence), blocks=PLAN_RULE, says="expired"),
    "evidence of another system": Absence(
        take=under(BASE + PLAN, lambda scene: scene.submit(system="another")), blocks=PLAN_RULE, says="no such evidence"
    ),
    "evidence of another origin": Absence(
        take=under(BASE + PLAN.replace("}", ", origin: ci}"), lambda scene: scene.submit()),
        blocks=PLAN_RULE,
        says="not CI",
    ),
    "evidence that decides nothing": Absence(
        take=under(BASE + PLAN, contradicted), blocks=PLAN_RULE, says="inconclusive"
    ),
    "no attack suite": Absence(
        take=under(BASE + "suites: [{suite: injection, at_most: 0.05}]\n"),
        blocks=frozenset({"suite:injection"}),
        says="no such evidence",
    ),
    "no scan": Absence(
        take=under(BASE + "filters: [{filter: pii, at_most: 0.05}]\n"),
        blocks=frozenset({"filter:pii"}),
        says="no such evidence",
    ),
    "risks that nobody assessed": Absence(
        take=under(BASE + "risks: {open_at_most: 0}\n"),
        blocks=frozenset({"risks.open"}),
        says="55 are: 1.1",
        code=1,
    ),
    "duties that nobody determined": Absence(
        take=under(BASE + "duties: {due: complete}\n"),
        blocks=frozenset({"duties.due"}),
        says="it is missing or undecided for classification",
    ),
    "a release that is not there": Absence(take=lambda _: ("--release", "release-9"), says="release-9", code=2),
}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the workspace and its keys, as each row finds them."""
    folder = tmp_path_factory.mktemp("absences")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_KEYS", str(folder / "keys"))
        begin_scene(folder / "work")
    return folder


@pytest.fixture
def scene(first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Return a copy of the workspace."""
    shutil.copytree(first, tmp_path / "copy")
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "copy" / "keys"))
    return Scene(tmp_path / "copy" / "work")


def test_the_control_passes(scene: Scene) -> None:
    """With everything in place the gate lets the release through, so that each row is blocked by what it lacks."""
    ended = scene.gate("--run", "run-1")

    assert (ended.code, ended.blocking) == (0, {}), ended.said


def test_the_control_passes_with_all_that_a_policy_may_ask_for_in_place(scene: Scene) -> None:
    """Evidence that counts and a baseline that is there are no obstacle."""
    scene.under(COMPARING + PLAN)
    scene.run("run-2")
    scene.submit()

    ended = scene.gate("--run", "run-2", "--baseline", "run-1")

    assert (ended.code, ended.blocking) == (0, {}), ended.said


@pytest.mark.parametrize("name", ABSENCES)
def test_an_absence_blocks_and_is_named(scene: Scene, name: str) -> None:
    """Never exit code 0; the rule and the reason say what is missing."""
    absence = ABSENCES[name]
    options = absence.take(scene)

    ended = scene.gate(*options)

    reasons = " ".join(ended.blocking.values()) or ended.said
    assert ended.code == absence.code, reasons
    assert absence.says in reasons
    if absence.blocks:
        assert set(ended.blocking) == absence.blocks, ended.blocking
