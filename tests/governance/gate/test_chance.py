"""Several rules of one policy: what chance may do to them, and what more questions would cost."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import Estimator
from evaluation.verdicts import Outcome
from governance.gate import Decision, DecisionOutcome, RuleResult
from governance.gate._chance import correct_fails
from tests.governance.gate.samples import NOW, decide, policy, run_facts

FAIL, UNDECIDED = DecisionOutcome.FAIL, DecisionOutcome.INCONCLUSIVE
HEAD = """
version: 1
name: several rules
fixed_beforehand: false
expect: {{metrics: [{metrics}], questions: {{at_least: 1}}, judge_card: optional}}
rules:
"""
RESULT = RuleResult(rule="r", words="w", outcome=DecisionOutcome.FAIL, reason="below", metric="m", threshold=0.8)


def decided(*good: int, at_least: float = 0.8) -> Decision:
    """Gate one metric per number of good rows among 100."""
    names = [f"m{number}" for number in range(len(good))]
    rules = "\n".join(f"  - {{metric: {name}, at_least: {at_least}}}" for name in names)
    values = {name: [1.0] * count + [0.0] * (100 - count) for name, count in zip(names, good, strict=True)}
    return decide(policy(HEAD.format(metrics=", ".join(names)) + rules), run_facts(values, policy=None), now=NOW)


def test_one_rule_decides_as_its_interval_shows() -> None:
    """A single rule needs no correction: 71 of 100 against 0.8 lies below with its whole interval."""
    assert decided(71).outcome is DecisionOutcome.FAIL


def test_of_eight_rules_one_that_barely_fails_is_inconclusive_and_says_why() -> None:
    """What one rule of eight would do by chance does not fail a release; it blocks it."""
    decision = decided(71, *[95] * 7)
    result = next(r for r in decision.results if r.metric == "m0")

    assert decision.outcome is DecisionOutcome.INCONCLUSIVE
    assert result.outcome is DecisionOutcome.INCONCLUSIVE
    assert "of 8 rules one may by chance" in result.reason


def test_a_clear_fail_among_many_rules_still_fails() -> None:
    """Half of the rows bad is no chance, however many rules there are."""
    assert decided(50, *[95] * 7).outcome is DecisionOutcome.FAIL


def test_a_pass_needs_no_correction() -> None:
    """All rules must pass, so that each is held at its own level."""
    assert decided(88).outcome is DecisionOutcome.PASS
    assert decided(*[88] * 8).outcome is DecisionOutcome.PASS


@given(st.lists(st.tuples(st.integers(30, 100), st.booleans()), min_size=1, max_size=6))
def test_a_correction_only_ever_turns_fail_into_inconclusive(rules: list[tuple[int, bool]]) -> None:
    """It never makes a pass, and leaves every other outcome as it was."""
    results = [
        dataclasses.replace(
            RESULT,
            rule=f"r{i}",
            observed=good / 100 - 0.05,
            upper=good / 100,
            outcome=DecisionOutcome.FAIL
            if good < 80
            else DecisionOutcome.PASS
            if passed
            else DecisionOutcome.INCONCLUSIVE,
        )
        for i, (good, passed) in enumerate(rules)
    ]

    for before, after in zip(results, correct_fails(results, {}), strict=True):
        allowed = {before.outcome} | (
            {DecisionOutcome.INCONCLUSIVE} if before.outcome is DecisionOutcome.FAIL else set()
        )
        assert after.outcome in allowed


def test_an_undecided_rule_asks_for_more_documents_where_questions_share_them() -> None:
    """More questions of the same documents would not do: the number of documents is said."""
    estimator = Estimator("m0", asked=200)
    for number in range(200):
        estimator.add(f"q-{number}", f"d-{number % 20}", Outcome.SCORED, float(number % 20 < 17))
    rules = policy(HEAD.format(metrics="m0") + "  - {metric: m0, at_least: 0.8}")
    run = dataclasses.replace(run_facts({"m0": [1.0] * 200}, policy=None), estimates={"m0": estimator.estimate()})

    result = next(r for r in decide(rules, run, now=NOW).results if r.metric == "m0")

    assert result.rows_still_needed is not None
    assert result.documents_still_needed == -(-result.rows_still_needed // 10)
    assert f"from {result.documents_still_needed} more documents needed" in result.reason
    assert RuleResult.from_json(result.as_json()).documents_still_needed == result.documents_still_needed


def test_a_decision_recorded_before_documents_were_counted_reads_back() -> None:
    """The record outlives its format: an absent number is unknown."""
    document = dict(decided(76).results[0].as_json())
    del document["documents_still_needed"]

    assert RuleResult.from_json(document).documents_still_needed is None
