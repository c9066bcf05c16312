"""Policies and runs for the tests of the gate."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from evaluation.statistics import Comparison, Estimator, Pairing
from evaluation.verdicts import Outcome
from governance import gate
from governance.gate import Decision, Policy, PolicyFacts, RegisteredPolicy, RunFacts

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

POLICY = """
version: 1
name: release
expect:
  metrics: [faithfulness, relevancy]
  questions: {at_least: 50}
  max_age_days: 30
rules:
  - {metric: faithfulness, at_least: 0.7}
  - {metric: relevancy, baseline: true, margin: 0.1}
"""

Values = Sequence[float | Outcome]
GOOD: Values = [1.0] * 95 + [0.0] * 5


def policy(text: str = POLICY) -> Policy:
    """Return a parsed policy."""
    return Policy.parse(text, "gate.yaml")


def run_facts(values: Mapping[str, Values] | None = None, run: str = "run-a", **changes: object) -> RunFacts:
    """Return facts of a run whose verdicts are `values` by metric: numbers are scores, outcomes are failures."""
    values = {"faithfulness": GOOD, "relevancy": GOOD} if values is None else values
    count = max((len(column) for column in values.values()), default=0)
    estimators = {metric: Estimator(metric, asked=count) for metric in values}
    for metric, column in values.items():
        for number, value in enumerate(column):
            outcome, score = (value, None) if isinstance(value, Outcome) else (Outcome.SCORED, value)
            estimators[metric].add(f"q-{number}", None, outcome, score)
    facts = RunFacts(
        run=run,
        system="assistant",
        digest=f"sha256:{run}",
        created_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
        metrics=tuple(values),
        repeats=1,
        questions=count,
        found=count,
        incomplete="",
        policy=policy().digest,
        judges=dict.fromkeys(values, frozenset({"embedded"})),
        judge_digests=dict.fromkeys(values, "sha256:judge"),
        languages={"en": count} if count else {},
        cards={metric: {"en": ""} for metric in values},
        estimates={metric: estimator.estimate() for metric, estimator in estimators.items()},
    )
    return dataclasses.replace(facts, **changes)  # type: ignore[arg-type]  # tests name real fields


def compared(metric: str, candidate: Values, baseline: Values) -> Comparison:
    """Return candidate − baseline over the rows that both scored."""
    pairing = Pairing(metric)
    for number, value in enumerate(candidate):
        if not isinstance(value, Outcome):
            pairing.add_candidate(f"q-{number}", None, value)
    for number, value in enumerate(baseline):
        if not isinstance(value, Outcome):
            pairing.add_baseline(f"q-{number}", None, value)
    return pairing.comparison()


def registered(rules: Policy, **changes: object) -> PolicyFacts:
    """Return that a reviewer registered the policy long ago, for all systems."""
    one = RegisteredPolicy(
        id="policy-1",
        digest=rules.digest,
        name=rules.name,
        system="*",
        document="{}",
        registered_by="person-1",
        role="reviewer",
        author="person-2",
        registered_at="2026-01-01T00:00:00.000000Z",
        seq=1,
    )
    return PolicyFacts(registered=(dataclasses.replace(one, **changes),))  # type: ignore[arg-type]  # as above


def decide(rules: Policy, *runs: Any, **known: Any) -> Decision:  # noqa: ANN401  as `governance.gate.decide` takes them
    """Decide under a policy that was registered, but where the test says otherwise."""
    return gate.decide(rules, *runs, **{"registration": registered(rules), **known})
