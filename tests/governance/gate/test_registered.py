"""What is known of the policy itself decides, too: who registered it, when, for what, and what a change eased."""

import dataclasses

import pytest

from governance.gate import BaseComparison, DecisionOutcome, PolicyFacts, RuleResult
from tests.governance.gate.samples import NOW, decide, policy, registered, run_facts

EASED = BaseComparison(at="main (abc)", looser=("rules.a.at_least: 0.7 became 0.6",))


def results(known: PolicyFacts, **run: object) -> dict[str, RuleResult]:
    """Decide with what is known of the policy; return the results about it."""
    found = decide(policy(), run_facts(**run), registration=known, now=NOW).results  # type: ignore[arg-type]  # by name
    return {one.rule: one for one in found if one.rule.startswith("policy.")}


def based(base: BaseComparison, **changes: object) -> PolicyFacts:
    """Return that the policy was registered and belongs to a change."""
    return dataclasses.replace(registered(policy(), **changes), base=base)


def test_nothing_is_known_of_a_policy_by_default() -> None:
    """Whoever forgets to ask gets no pass."""
    found = results(PolicyFacts())["policy.registered"]

    assert found.outcome is DecisionOutcome.INCONCLUSIVE
    assert "nothing says whether it was registered" in found.reason


def test_a_registration_says_who_when_and_by_which_entry() -> None:
    """A pass names whoever stands for the policy."""
    found = results(registered(policy()))["policy.registered"]

    assert found.outcome is DecisionOutcome.PASS
    assert found.reason == (
        "registered at 2026-01-01T00:00:00.000000Z by person-1 (reviewer), written by person-2, entry 1"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"digest": "sha256:other"}, "is not registered"),
        ({"system": "another"}, "registered for another, the run is of assistant"),
        ({"withdrawn_at": "2026-02-01T00:00:00.000000Z", "withdrawn_by": "person-3"}, "withdrawn at 2026-02-01"),
        ({"registered_at": "2026-11-20T12:00:00.000001Z"}, "after the run began at 2026-11-20 12:00:00 UTC"),
    ],
)
def test_a_registration_that_is_not_this_one_blocks(changes: dict[str, object], words: str) -> None:
    """Another policy, another system, an end, or a microsecond too late."""
    found = results(registered(policy(), **changes))["policy.registered"]

    assert found.outcome is DecisionOutcome.INCONCLUSIVE
    assert words in found.reason


@pytest.mark.parametrize("changes", [{"system": "assistant"}, {"registered_at": "2026-11-20T12:00:00.000000Z"}])
def test_a_registration_for_the_system_or_of_the_same_moment_counts(changes: dict[str, object]) -> None:
    """Before means not after."""
    assert results(registered(policy(), **changes))["policy.registered"].outcome is DecisionOutcome.PASS


def test_a_policy_that_waives_the_order_waives_it_for_no_run_that_named_a_policy() -> None:
    """`fixed_beforehand: false` lets a policy come later where the run was made under none."""
    rules = policy("version: 1\nname: a\nfixed_beforehand: false\n" + _REST)
    late = registered(rules, registered_at="2026-11-21T00:00:00.000000Z")

    outcomes = [
        next(
            one.outcome
            for one in decide(rules, run_facts(policy=named), registration=late, now=NOW).results
            if one.rule == "policy.registered"
        )
        for named in (None, rules.digest)
    ]

    assert outcomes == [DecisionOutcome.PASS, DecisionOutcome.INCONCLUSIVE]


_REST = "expect: {metrics: [faithfulness], questions: {at_least: 5}}\nrules: [{metric: faithfulness, at_least: 0.5}]\n"


def test_one_of_several_registrations_is_enough() -> None:
    """A withdrawn one, one of another system and a late one beside one that holds."""
    (good,) = registered(policy()).registered or ()
    others = [
        dataclasses.replace(good, seq=2, withdrawn_at="2026-02-01T00:00:00.000000Z"),
        dataclasses.replace(good, seq=3, system="another"),
        dataclasses.replace(good, seq=4, registered_at="2026-11-21T00:00:00.000000Z"),
    ]

    assert results(PolicyFacts(registered=(*others, good)))["policy.registered"].outcome is DecisionOutcome.PASS


@pytest.mark.parametrize(
    ("known", "outcome", "words"),
    [
        (based(EASED), "pass", "looser than at main (abc): rules.a.at_least: 0.7 became 0.6; registered by person-1"),
        (based(EASED, role="approver"), "pass", "registered by person-1 (approver)"),
        (based(EASED, role="owner"), "inconclusive", "this change loosens its own policy"),
        (based(EASED, digest="sha256:other"), "inconclusive", "this change loosens its own policy"),
        (based(BaseComparison(at="main")), "pass", "nothing is looser"),
        (based(BaseComparison(at="main", unreadable="no such branch")), "inconclusive", "main: no such branch"),
    ],
)
def test_what_a_change_eases_needs_somebody_else_s_look(known: PolicyFacts, outcome: str, words: str) -> None:
    """A reviewer who registered it has looked; an owner alone, or nobody, has not; it is named either way."""
    found = results(known)["policy.loosened"]

    assert found.outcome.value == outcome
    assert words in found.reason


def test_without_a_change_request_there_is_no_word_about_easing() -> None:
    """Nothing is said of what was not asked."""
    assert set(results(registered(policy()))) == {"policy.registered"}


def test_what_got_looser_since_the_former_version_is_shown_with_the_registration() -> None:
    """A registered easing passes and is not hidden."""
    known = dataclasses.replace(registered(policy()), history="looser than the version of entry 1: rules.a: removed")

    found = results(known)["policy.registered"]

    assert found.outcome is DecisionOutcome.PASS
    assert found.reason.endswith("; looser than the version of entry 1: rules.a: removed")
