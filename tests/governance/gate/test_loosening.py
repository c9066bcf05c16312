"""What got looser between two versions of a policy: laws over policies of every kind, and the words for people."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from assay.kernel import JsonValue, format_time
from governance.evidence import EvidenceOrigin, Fact, FactStanding
from governance.gate import DecisionOutcome, Policy, RecordFacts, looser
from tests.governance.gate.samples import GOOD, NOW, POLICY, compared, decide, policy, run_facts


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return values, or nothing."""
    return st.none() | values


def some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    """Return a list of some of the values, each once."""
    return st.lists(st.sampled_from(values), min_size=1, unique=True)


shares = st.sampled_from([0.1, 0.5, 0.9])
days = optional(st.sampled_from([7, 30, 90]))
origins = st.sampled_from([None, "ci"])
rules = st.fixed_dictionaries(
    {"metric": st.sampled_from(["relevancy", "refusal"])},
    optional={"id": st.sampled_from(["a", "b"])},
).flatmap(
    lambda rule: st.one_of(
        shares.map(lambda share: {**rule, "at_least": share}),
        shares.map(lambda share: {**rule, "baseline": True, "margin": share}),
    )
)
evidence = st.fixed_dictionaries(
    {"kind": st.sampled_from(["document", "vulnerability_scan"]), "of": st.sampled_from(["plan", "trivy"])},
    optional={
        "origin": origins,
        "standing": some(("recorded", "accepted", "submitted")),
        "max_age_days": days,
        "at_least": optional(shares),
        "min_n": optional(st.sampled_from([10, 100])),
        "open_findings": st.dictionaries(st.sampled_from(["critical", "high", "total"]), st.integers(0, 2), min_size=1),
    },
)
limits = {
    "at_most": shares,
    "min_n": optional(st.sampled_from([10, 100])),
    "max_age_days": days,
    "origin": origins,
}
expectations = st.fixed_dictionaries(
    {
        "metrics": some(("relevancy", "refusal", "bleu")).map(lambda names: sorted({*names, "relevancy", "refusal"})),
        "questions": st.fixed_dictionaries({"at_least": st.sampled_from([5, 50])}),
    },
    optional={
        "complete": st.booleans(),
        "max_age_days": days,
        "judge": optional(st.sampled_from(["embedded", "other"])),
        "judge_card": st.sampled_from(["required", "optional"]),
        "origin": origins,
    },
)
documents = st.fixed_dictionaries(
    {
        "version": st.just(1),
        "name": st.sampled_from(["release", "another"]),
        "expect": expectations,
        "rules": st.lists(rules, min_size=1, max_size=3),
    },
    optional={
        "fixed_beforehand": st.booleans(),
        "max_failures": st.fixed_dictionaries({"share": shares}),
        "not_applicable": st.fixed_dictionaries({"at_most_share": shares}),
        "attempts": st.sampled_from(["first", "pooled"]),
        "baseline": st.sampled_from(["any", "not_superseded", "released"]),
        "evidence": st.lists(evidence, min_size=1, max_size=2),
        "suites": st.fixed_dictionaries({"suite": st.sampled_from(["leak", "bias"]), **limits}).map(lambda one: [one]),
        "filters": st.fixed_dictionaries({"filter": st.sampled_from(["pii", "output"]), **limits}).map(
            lambda one: [one]
        ),
        "languages": st.fixed_dictionaries({"judges": some(("de", "en"))}),
        "risks": st.fixed_dictionaries(
            {"open_at_most": st.integers(0, 2)},
            optional={"catalogue": st.sampled_from(["sha256:" + "1" * 64, "sha256:" + "2" * 64])},
        ),
        "duties": st.just({"due": "complete"}),
        "sign_offs": st.fixed_dictionaries({"needed": st.integers(1, 3), "roles": some(("reviewer", "approver"))}),
    },
)


@st.composite
def lines_of_policies(draw: st.DrawFn, count: int) -> list[Policy]:
    """Draw policies of which each takes most sections from the one before."""
    found = [draw(documents)]
    for _ in range(count - 1):
        other, before = draw(documents), found[-1]
        taken = draw(st.sets(st.sampled_from(sorted({*before, *other})), max_size=2))
        kept = {key: value for key, value in before.items() if key not in taken}
        found.append({**kept, **{key: value for key, value in other.items() if key in taken}})
    try:
        return [Policy.model_validate(document) for document in found]
    except ValidationError as error:
        assume("twice" not in str(error) and "missing" not in str(error))
        raise


def eased(was: Policy, now: Policy) -> tuple[str, ...]:
    """Compare two policies."""
    return looser(was.as_json(), now.as_json())


@settings(deadline=None)
@given(policies=lines_of_policies(1))
def test_nothing_is_looser_than_itself(policies: list[Policy]) -> None:
    """No key is read as changed where nothing was."""
    assert eased(policies[0], policies[0]) == ()


@settings(deadline=None)
@given(policies=lines_of_policies(2))
def test_every_difference_is_looser_in_one_direction_or_in_both(policies: list[Policy]) -> None:
    """No change of the meaning hides from the comparison."""
    was, now = policies
    if eased(was, now) == () == eased(now, was):
        assert was.digest == now.digest


@settings(deadline=None)
@given(policies=lines_of_policies(3))
def test_steps_that_loosen_nothing_loosen_nothing_together(policies: list[Policy]) -> None:
    """A policy cannot be eased by many small steps of which none is named."""
    first, second, third = policies
    if eased(first, second) == () == eased(second, third):
        assert eased(first, third) == ()


bounds = st.sampled_from([0.3, 0.6, 0.8, 0.86])
margins = st.sampled_from([0.02, 0.3])
RUN = """
version: 1
name: release
expect:
  metrics: [{metrics}]
  questions: {{at_least: {questions}}}
  max_age_days: {age}
  judge_card: {card}
rules:
{rules}
max_failures: {{share: {failures}}}
"""


@st.composite
def about_runs(draw: st.DrawFn) -> str:
    """Draw a policy about two metrics of one run."""
    lines = [f"  - {{metric: faithfulness, at_least: {draw(bounds)}}}"]
    if draw(st.booleans()):
        lines.append(f"  - {{metric: relevancy, at_least: {draw(bounds)}}}")
    if draw(st.booleans()):
        lines.append(f"  - {{metric: relevancy, baseline: true, margin: {draw(margins)}}}")
    return RUN.format(
        metrics="faithfulness, relevancy",
        questions=draw(st.sampled_from([50, 100, 101])),
        age=draw(st.sampled_from([1, 2, 30])),
        card=draw(st.sampled_from(["required", "optional"])),
        failures=draw(st.sampled_from([0.01, 0.2])),
        rules="\n".join(lines),
    )


@settings(deadline=None)
@given(was=about_runs(), now=about_runs(), cards=st.booleans(), worse=st.integers(0, 40))
def test_what_passes_under_the_new_policy_alone_was_let_in_by_something_named(
    was: str, now: str, *, cards: bool, worse: int
) -> None:
    """The comparison knows every way in which a run comes through: decided by the gate itself."""
    values = {"faithfulness": [1.0] * (100 - worse) + [0.0] * worse, "relevancy": [1.0] * 91 + [0.0] * 9}
    outcomes = []
    for text in (was, now):
        rules = policy(text)
        known = {"faithfulness": {"en": ""}, "relevancy": {"en": ""}} if cards else {}
        run = run_facts(values, policy=rules.digest, cards=known)
        base = run_facts({"faithfulness": GOOD, "relevancy": GOOD}, run="base", policy=rules.digest, cards=known)
        found = [compared("relevancy", values["relevancy"], GOOD)]
        outcomes.append(decide(rules, run, base, comparisons=found, now=NOW).outcome)
    if outcomes[1] is DecisionOutcome.PASS and outcomes[0] is not DecisionOutcome.PASS:
        assert eased(policy(was), policy(now))


@st.composite
def facts_of_attacks(draw: st.DrawFn) -> Fact:
    """Draw what one run of a suite stated: how old, who handed it in, and whether attacks got through."""
    resisted = draw(st.sampled_from(["1", "0.5"]))
    days = draw(st.sampled_from([1, 60]))
    return Fact(
        evidence=f"evidence-{draw(st.integers(1, 3))}",
        seq=1,
        system="assistant",
        kind="suite",
        of="leak",
        subject="file",
        digest="sha256:1",
        origin=draw(st.sampled_from(EvidenceOrigin)),
        submitter="person-1",
        issued_at=format_time(NOW - timedelta(days=days)),
        expires_at=None,
        standing=FactStanding.ACCEPTED,
        conclusion=None,
        value=Decimal(resisted),
        lower=Decimal(resisted) - Decimal("0.01"),
        upper=Decimal(resisted),
        n=draw(st.sampled_from([50, 400])),
    )


def about_attacks(limit: Mapping[str, object]) -> Policy:
    """Return a policy that limits a suite."""
    return policy(
        POLICY.replace(", baseline: true, margin: 0.1", ", at_least: 0.5") + f"suites: [{json.dumps(limit)}]\n"
    )


LEAKS: dict[str, object] = {"suite": "leak", "at_most": 0.1}
limits_of_leaks = st.fixed_dictionaries(
    {"suite": st.just("leak"), "at_most": st.just(0.1)},
    optional={"origin": origins, "max_age_days": st.sampled_from([None, 7]), "min_n": st.sampled_from([None, 100])},
)


changed_limits = st.tuples(limits_of_leaks, limits_of_leaks, st.sampled_from(["origin", "max_age_days", "min_n"])).map(
    lambda drawn: (drawn[0], {**drawn[0], drawn[2]: drawn[1].get(drawn[2])})
)


@settings(deadline=None)
@given(limits=changed_limits, facts=st.lists(facts_of_attacks(), min_size=2, max_size=2))
def test_evidence_that_passes_under_the_new_policy_alone_was_let_in_by_something_named(
    limits: tuple[dict[str, object], dict[str, object]], facts: list[Fact]
) -> None:
    """A narrower choice of what counts may drop the evidence that failed."""
    policies, record = [about_attacks(one) for one in limits], RecordFacts(facts=tuple(facts))
    outcomes = [
        decide(one, run_facts(policy=one.digest), record=record, now=NOW).outcome is DecisionOutcome.PASS
        for one in policies
    ]

    if outcomes == [False, True]:
        assert eased(*policies)


@pytest.mark.parametrize(
    ("key", "value", "failed"),
    [("max_age_days", 7, {"issued_at": format_time(NOW - timedelta(days=60))}), ("origin", "ci", {})],
)
def test_dropping_the_attacks_that_failed_is_named(key: str, value: object, failed: dict[str, Any]) -> None:
    """What reads like a stricter demand lets through: the suite that failed is older, or came from a person."""
    was, now = about_attacks(LEAKS), about_attacks({**LEAKS, key: value})
    fact = Fact(
        evidence="evidence-1", seq=1, system="assistant", kind="suite", of="leak", subject="file", digest="sha256:1",
        origin=EvidenceOrigin.CI, submitter="person-1", issued_at=format_time(NOW), expires_at=None,
        standing=FactStanding.ACCEPTED, conclusion=None, value=Decimal(1), lower=Decimal("0.99"), upper=Decimal(1),
        n=400,
    )  # fmt: skip
    bad: dict[str, Any] = {"evidence": "evidence-2", "value": Decimal(0), "lower": Decimal(0), "upper": Decimal("0.01")}
    facts = (fact, dataclasses.replace(fact, origin=EvidenceOrigin.PERSON, **bad, **failed))
    passed = [
        decide(one, run_facts(policy=one.digest), record=RecordFacts(facts=facts), now=NOW).outcome
        for one in (was, now)
    ]

    assert passed[0] is not DecisionOutcome.PASS
    assert passed[1] is DecisionOutcome.PASS
    assert eased(was, now) == (f"suites.suite:leak.{key}: nothing became {value}, so that other evidence counts",)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("at_least: 0.7", "at_least: 0.6", "rules.faithfulness-at-least.at_least: 0.7 became 0.6"),
        ("margin: 0.1", "margin: 0.2", "rules.relevancy-not-worse.margin: 0.1 became 0.2"),
        ("at_least: 50", "at_least: 40", "expect.questions.at_least: 50 became 40"),
        ("max_age_days: 30", "max_age_days: 60", "expect.max_age_days: 30 became 60"),
        ("  max_age_days: 30\n", "", "expect.max_age_days: 30 became nothing"),
        ("  - {metric: relevancy, baseline: true, margin: 0.1}\n", "", "rules.relevancy-not-worse: removed"),
        ("max_age_days: 30", "judge_card: optional\n  max_age_days: 30", "judge_card: required became optional"),
        ("name: release", "name: release\nfixed_beforehand: false", "fixed_beforehand: true became false"),
        ("rules:", "max_failures: {share: 0.5}\nrules:", "max_failures.share: 0.05 became 0.5"),
        ("metric: relevancy, baseline", "id: relevancy, metric: relevancy, baseline", "relevancy-not-worse: removed"),
        ("name: release", "name: other", "name: release became other"),
    ],
)
def test_each_easing_is_named_with_what_was_and_what_is(before: str, after: str, words: str) -> None:
    """A reader finds the key and both values."""
    (found,) = eased(policy(), policy(POLICY.replace(before, after)))

    assert words in found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("at_least: 0.7", "at_least: 0.8"),
        ("margin: 0.1", "margin: 0.05"),
        ("max_age_days: 30", "origin: ci\n  max_age_days: 30"),
        ("rules:", "sign_offs: {needed: 1}\nrules:"),
        ("rules:", "rules:\n  - {id: more, metric: relevancy, at_least: 0.5}"),
        ("name: release", "# words\nname: release"),
    ],
)
def test_what_demands_more_is_not_looser(before: str, after: str) -> None:
    """Tightening a policy needs nobody's second look."""
    assert eased(policy(), policy(POLICY.replace(before, after))) == ()


def test_a_key_that_is_not_known_counts_as_looser_where_it_differs() -> None:
    """A policy of a newer version is not taken for an equal one."""
    known: dict[str, JsonValue] = policy().as_json()

    assert looser(known, {**known, "unheard_of": 1}) == ("unheard_of: nothing became 1",)
    assert looser({**known, "unheard_of": 1}, known) == ("unheard_of: 1 became nothing",)
