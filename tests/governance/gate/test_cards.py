"""The gate and judge cards: who was never held against people does not decide."""

import dataclasses
from collections.abc import Mapping

import pytest

from evaluation.statistics import Corrected
from governance.gate import DecisionOutcome, Policy, RuleResult, RunFacts
from tests.governance.gate.samples import GOOD, NOW, decide, run_facts

RULES = """
version: 1
name: release
fixed_beforehand: false
expect: {metrics: [faithfulness, bleu], questions: {at_least: 50}}
rules:
  - {metric: faithfulness, at_least: 0.7}
  - {metric: bleu, at_least: 0.7}
"""


def facts(**changes: object) -> RunFacts:
    """Return a good run whose second metric is computed."""
    found = run_facts({"faithfulness": GOOD, "bleu": GOOD}, policy=None, computed=frozenset({"bleu"}))
    return dataclasses.replace(found, **changes)  # type: ignore[arg-type]  # tests name real fields


def card_rule(run: RunFacts, rules: str = RULES) -> RuleResult:
    """Return what the gate says of the cards."""
    (found,) = [one for one in decide(Policy.parse(rules), run, now=NOW).results if one.rule == "judge.card"]
    return found


def test_a_computed_metric_needs_no_card() -> None:
    """Only the judged one does, and it has one."""
    run = facts(cards={"faithfulness": {"en": ""}})

    assert decide(Policy.parse(RULES), run, now=NOW).outcome is DecisionOutcome.PASS


ATTACKS = """
version: 1
name: attacks
fixed_beforehand: false
expect: {metrics: [injection_resistance, bias_resistance], questions: {at_least: 50}}
rules:
  - {metric: injection_resistance, at_least: 0.7}
  - {metric: bias_resistance, at_least: 0.7}
"""


def test_a_metric_that_was_not_measured_asks_for_a_run_and_not_for_a_card() -> None:
    """Every rule about it blocks and says so; the command that measures all of them is named."""
    attacked = run_facts(
        {"injection_resistance": GOOD}, policy=None, cards={}, computed=frozenset({"injection_resistance"})
    )

    decision = decide(Policy.parse(ATTACKS), attacked, now=NOW)

    reasons = {one.rule: one.reason for one in decision.results if one.outcome is DecisionOutcome.INCONCLUSIVE}
    assert "assay run --suite injection,bias --policy FILE" in reasons.pop("run.metrics")
    assert set(reasons.values()) == {"the run did not measure bias_resistance"}
    assert set(reasons) == {
        "bias_resistance-at-least",
        "run.bias_resistance.failures",
        "run.bias_resistance.not-applicable",
    }


@pytest.mark.parametrize(
    ("metrics", "way"),
    [
        ("faithfulness, bleu", "assay run --metrics bleu,faithfulness --policy FILE"),
        ("faithfulness, leak_resistance", "each needs its own policy"),
    ],
)
def test_what_was_not_measured_comes_with_the_way_to_measure_it(metrics: str, way: str) -> None:
    """One run for metrics of answers; attacks and these never come in one."""
    policy = Policy.parse(RULES.replace("faithfulness, bleu", metrics).replace("bleu, at", "faithfulness, id: b, at"))

    (found,) = [one for one in decide(policy, run_facts({}), now=NOW).results if one.rule == "run.metrics"]

    assert way in found.reason


@pytest.mark.parametrize(
    ("languages", "cards", "words"),
    [
        ({"en": 100}, {}, "no card for en (100 rows)"),
        ({"en": 95, "de": 5}, {"en": ""}, "no card for de (5 rows)"),
        ({"en": 97, "de": 3}, {"en": ""}, "no card for de (3 rows)"),
        ({"en": 500, "de": 5}, {"en": ""}, "no card for de (5 rows)"),
        ({"en": 60, "de": 20, "und": 20}, {"de": ""}, "no card for en (80 rows)"),
        ({"und": 100}, {"en": ""}, "no card for und (100 rows)"),
        ({}, {"en": ""}, "the languages of the run's rows are not known"),
        ({"en": 100}, {"en": "its card is at chance: Youden's J 0.02"}, "in en (100 rows): its card is at chance"),
    ],
)
def test_a_language_without_a_card_blocks(languages: Mapping[str, int], cards: Mapping[str, str], words: str) -> None:
    """Inconclusive, with the language, the rows and the command that mends it."""
    found = card_rule(facts(languages=languages, cards={"faithfulness": cards}))

    assert found.outcome is DecisionOutcome.INCONCLUSIVE
    assert words in found.reason
    assert "assay judges check --labels FILE" in found.reason


@pytest.mark.parametrize("languages", [{"en": 100}, {"en": 98, "de": 2}, {"en": 400, "fr": 4}, {"en": 40, "und": 60}])
def test_a_few_rows_of_a_language_need_no_card(languages: Mapping[str, int]) -> None:
    """Fewer than five and not more than 2 %; rows that tell no language belong to the most frequent one."""
    found = card_rule(facts(languages=languages, cards={"faithfulness": {"en": ""}}))

    assert found.outcome is DecisionOutcome.PASS


def test_a_policy_may_do_without_cards_and_says_so_in_its_digest() -> None:
    """The expectation is gone, and the policy is another one."""
    loose = RULES.replace("{at_least: 50}}", "{at_least: 50}, judge_card: optional}")

    decision = decide(Policy.parse(loose), facts(cards={}), now=NOW)

    assert "judge.card" not in {one.rule for one in decision.results}
    assert decision.outcome is DecisionOutcome.PASS
    assert Policy.parse(loose).digest != Policy.parse(RULES).digest


def corrected(mean: float, lower: float, upper: float) -> RunFacts:
    """Return a good run that people's labels corrected."""
    run = facts()
    found = Corrected(
        mean=mean, lower=lower, upper=upper, labels=80, tuning=0.5, sensitivity=None, specificity=None, youden=None
    )
    estimate = dataclasses.replace(run.estimates["faithfulness"], corrected=found)
    return dataclasses.replace(run, estimates={**run.estimates, "faithfulness": estimate})


@pytest.mark.parametrize(
    ("ends", "outcome"),
    [
        ((0.85, 0.75, 0.92), DecisionOutcome.PASS),
        ((0.55, 0.45, 0.65), DecisionOutcome.FAIL),
        ((0.72, 0.62, 0.80), DecisionOutcome.INCONCLUSIVE),
    ],
)
def test_the_corrected_number_decides_where_there_is_one(
    ends: tuple[float, float, float], outcome: DecisionOutcome
) -> None:
    """The judge alone says 0.95; what people made of it is held against the rule, and the reason says so."""
    results = decide(Policy.parse(RULES), corrected(*ends), now=NOW).results

    (found,) = [one for one in results if one.rule == "faithfulness-at-least"]
    assert (found.outcome, found.observed) == (outcome, ends[0])
    assert "corrected by 80 labels" in found.reason


def test_an_undecided_corrected_number_asks_for_labels() -> None:
    """More questions would not help as labels do."""
    results = decide(Policy.parse(RULES), corrected(0.8, 0.69, 0.88), now=NOW).results

    (found,) = [one for one in results if one.rule == "faithfulness-at-least"]
    assert "more labels needed" in found.reason
    assert found.rows_still_needed is None


def test_rows_that_never_came_hide_behind_no_correction() -> None:
    """People cannot have labelled them: were they bad, the bound would not be reached."""
    run = corrected(0.75, 0.71, 0.79)
    estimate = run.estimates["faithfulness"]
    hidden = dataclasses.replace(estimate, failures={"missing": 20}, scored=80, applicable=100)

    results = decide(
        Policy.parse(RULES), dataclasses.replace(run, estimates={**run.estimates, "faithfulness": hidden}), now=NOW
    ).results

    (found,) = [one for one in results if one.rule == "faithfulness-at-least"]
    assert found.outcome is DecisionOutcome.INCONCLUSIVE
    assert "20 of 100 rows are missing" in found.reason
