"""Trying until it passes: each way of it is caught and named."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from governance.gate import Attempt, AttemptKind, Decision, DecisionOutcome, Work, attempts_at, candidate_among
from tests.governance.gate.evidence import CANDIDATE, HEAD, decided, result_of, tried, work
from tests.governance.gate.samples import policy

TARGET: Mapping[str, object] = {"name": "app", "kind": "http", "version": "1", "options": {"url": "https://app"}}
OTHER_SET: Mapping[str, object] = {"digest": "sha256:q2", "ids_digest": "sha256:ids2", "count": 20}
ANSWERS: Mapping[str, object] = {"digest": "sha256:a2", "ids_digest": "sha256:ids", "count": 40}


def kind_of(other: Work, own: Work | None = None) -> AttemptKind | None:
    """Say how a recorded run stands to a later one."""
    found = attempts_at(own or work("run-2", 2), [other])
    return next((one.kind for one in found if one.run == other.run), None)


def judged(*attempts: Attempt, demands: str = "", **run: object) -> Decision:
    """Decide about a recorded run with these attempts."""
    return decided(demands, run={"recorded": True, "attempts": attempts, **run})


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        ({}, AttemptKind.REPEAT),
        ({"seed": 7}, AttemptKind.REPEAT),
        ({"judges": [{"name": "kinder"}]}, AttemptKind.REPEAT),
        ({"target": {**TARGET, "name": "app-b"}}, AttemptKind.REPEAT),
        ({"target": {**TARGET, "version": "2"}}, AttemptKind.REDECLARED),
        ({"target": {**TARGET, "version": "2", "name": "app-b"}}, AttemptKind.REDECLARED),
        ({"questions": OTHER_SET}, AttemptKind.OTHER_QUESTIONS),
        ({"policy": "sha256:other"}, AttemptKind.OTHER_POLICY),
        ({"git": {"commit": "def", "dirty": False}}, None),
        ({"git": {"commit": "abc", "dirty": True}}, AttemptKind.REPEAT),
        ({"git": None}, AttemptKind.REPEAT),
        ({"git": None, "target": {**TARGET, "version": "2"}}, AttemptKind.REDECLARED),
        ({"origin": {"kind": "ci", "commit": "fed"}}, AttemptKind.REPEAT),
        ({"target": {**TARGET, "options": {"url": "https://new"}, "version": "2"}}, None),
        ({"metrics": ["leak_resistance"]}, None),
        ({"target": None}, None),
    ],
)
def test_what_another_run_is_to_this_one(plan: dict[str, Any], kind: AttemptKind | None) -> None:
    """Other seeds, judges and names are repeats; a changed commit or address is another application."""
    assert kind_of(work("run-1", 1, **plan)) is kind


def test_a_declared_version_is_believed_where_no_commit_is_known() -> None:
    """There is nothing else to go by: the runs stand beside each other."""
    nowhere: dict[str, Any] = {"git": None}

    first = work("run-1", 1, target={**TARGET, "version": "0"}, **nowhere)

    assert kind_of(first, work("run-2", 2, **nowhere)) is None


def test_a_renamed_copy_is_known_by_its_verdicts() -> None:
    """The same verdicts under another id are no second run, whatever else the plan says."""
    copied = dataclasses.replace(work("run-1", 1, metrics=["other"], policy=None), verdicts="sha256:verdicts-run-2")

    assert kind_of(copied) is AttemptKind.COPY


def test_answers_that_were_collected_elsewhere_are_told_by_their_file() -> None:
    """The same answers judged again are a repeat, others to the same questions are shown."""
    own = work("run-2", 2, target=None)

    assert kind_of(work("run-1", 1, target=None, git=None), own) is AttemptKind.REPEAT
    assert kind_of(work("run-1", 1, target=None, questions=ANSWERS), own) is AttemptKind.OTHER_ANSWERS


def test_a_run_that_stopped_early_or_has_no_score_could_not_be_chosen() -> None:
    """It is listed, and no attempt that stands."""
    stopped = dataclasses.replace(work("run-1", 1), complete=False)
    dead = dataclasses.replace(work("run-0", 0), values=(dataclasses.replace(tried("x").values[0], scored=0),))

    assert [kind_of(one) for one in (stopped, dead)] == [AttemptKind.UNFINISHED] * 2


@pytest.mark.parametrize(
    ("earlier", "words"),
    [
        (tried("run-0"), "an earlier attempt exists; the first stands: assay gate --run run-0"),
        (tried("run-0", AttemptKind.REDECLARED), "the version was declared anew, '1' before"),
        (tried("run-0", AttemptKind.COPY), "it is run-0 under another name"),
        (tried("run-0", AttemptKind.OTHER_QUESTIONS, dropped=12), "12 questions of the earlier attempt run-0 are left"),
        (tried("run-0", AttemptKind.OTHER_QUESTIONS, dropped=None), "its log is not here"),
    ],
)
def test_an_earlier_try_leaves_the_gate_undecided(earlier: Attempt, words: str) -> None:
    """The first stands; the later one decides nothing, and lists the other."""
    decision = judged(earlier, tried("run-a", CANDIDATE, seq=2))

    assert decision.outcome is DecisionOutcome.INCONCLUSIVE
    assert words in result_of(decision, "run.attempts").reason
    assert [one.run for one in decision.attempts] == ["run-0", "run-a"]


@pytest.mark.parametrize("seq", [1, 9])
def test_a_pool_takes_every_attempt_earlier_or_later(seq: int) -> None:
    """One whose rows are not there blocks with its name and why."""
    attempts = (tried("run-0", seq=seq), tried("run-a", CANDIDATE, seq=2))

    missing = judged(*attempts, demands="attempts: pooled\n", unpooled={"run-0": "its log cannot be read"})
    whole = judged(*attempts, demands="attempts: pooled\n", pooled=("run-a", "run-0"))

    assert "the attempt run-0 is not pooled: its log cannot be read" in result_of(missing, "run.attempts").reason
    assert whole.outcome is DecisionOutcome.PASS


def test_a_pool_is_not_corrected_by_the_labels_of_one_attempt() -> None:
    """What people said of some rows is not said of all."""
    labelled = dataclasses.replace(tried("run-0").values[0], labels=60)
    attempts = (tried("run-0", values=(labelled,)), tried("run-a", CANDIDATE, seq=2))

    decision = judged(*attempts, demands="attempts: pooled\n", pooled=("run-a", "run-0"))

    assert "people's labels correct faithfulness of some attempts" in result_of(decision, "run.attempts").reason


@pytest.mark.parametrize(
    "other",
    [
        tried("run-9", seq=9),
        tried("run-0", AttemptKind.OTHER_QUESTIONS, dropped=0),
        tried("run-0", AttemptKind.OTHER_ANSWERS),
        tried("run-0", AttemptKind.OTHER_POLICY),
        tried("run-0", AttemptKind.UNFINISHED),
    ],
)
def test_what_is_no_earlier_try_is_listed_and_blocks_nothing(other: Attempt) -> None:
    """Later tries, fewer questions before, other policies: they are shown with their values."""
    decision = judged(other, tried("run-a", CANDIDATE, seq=2))

    assert decision.outcome is DecisionOutcome.PASS
    assert Decision.from_json(decision.as_json()).attempts == decision.attempts


@pytest.mark.parametrize("kind", [AttemptKind.OTHER_QUESTIONS, AttemptKind.UNFINISHED])
def test_what_failed_already_is_not_mended_by_more_questions_or_by_stopping(kind: AttemptKind) -> None:
    """The whole interval of the earlier attempt missed the bound: it lacked no rows."""
    low = dataclasses.replace(tried("x").values[0], mean=0.2, lower=0.1, upper=0.3)

    decision = judged(tried("run-0", kind, values=(low,)), tried("run-a", CANDIDATE, seq=2))

    assert decision.outcome is DecisionOutcome.INCONCLUSIVE
    assert "run-0 failed faithfulness already" in result_of(decision, "run.attempts").reason


def test_without_a_record_a_policy_that_pools_is_undecided() -> None:
    """Nobody knows of all attempts."""
    decision = decided("attempts: pooled\n", run={"recorded": None})

    assert "only a record knows all attempts" in result_of(decision, "run.attempts").reason


def test_of_a_release_the_first_run_under_the_policy_is_meant() -> None:
    """Attempts among the manifest's runs are no choice, and two different works are none either."""
    rules = policy(HEAD)
    under = {"policy": rules.digest}
    first, again = work("run-1", 1, **under), work("run-2", 2, seed=3, **under)
    other = work("run-3", 3, questions=OTHER_SET, **under)

    assert candidate_among(rules, [again, first, work("run-0", 0)]) == first
    assert candidate_among(rules, [first, other]) == (
        "the manifest names several runs that could be meant, run-1, run-3: give each its own policy"
    )
    assert candidate_among(rules, [work("run-9", metrics=["bleu"])]) == (
        "the manifest names no recorded run that measured faithfulness"
    )
