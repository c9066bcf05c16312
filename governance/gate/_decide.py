"""The gate: a policy and what is known of a run become a decision. Pure: time and evidence are passed in.

Rules of this place: a fail that holds against the number of rules fails (`_chance`); else anything undecided is
inconclusive; only then pass. What was expected and is not there is inconclusive with its name. The order of the rules
decides nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from evaluation.statistics import Comparison
from governance.gate._cards import check_judge_cards
from governance.gate._chance import correct_fails
from governance.gate._expectations import check_estimate, check_expectations, check_policy_fixed
from governance.gate._policy import Policy, Rule, ThresholdRule
from governance.gate._registered import PolicyFacts, check_policy
from governance.gate._rules import decide_non_inferiority, decide_threshold
from governance.gate._types import Decision, DecisionOutcome, RuleResult, RunFacts, UnreadableRun

__all__ = ["decide", "needs_baseline"]

_UNREGISTERED = PolicyFacts()


def needs_baseline(policy: Policy) -> bool:
    """Whether a rule of the policy compares with a baseline."""
    return bool(policy.compared)


def decide(
    policy: Policy,
    candidate: RunFacts | UnreadableRun,
    baseline: RunFacts | UnreadableRun | None = None,
    *,
    comparisons: Iterable[Comparison] = (),
    registration: PolicyFacts = _UNREGISTERED,
    now: datetime,
) -> Decision:
    """Decide; `comparisons` are candidate − baseline by metric, and `now` is the time of the decision in UTC.

    `registration` is what is known of the policy itself; without it, nobody registered it.
    """
    compared = {comparison.metric: comparison for comparison in comparisons}
    results = tuple(_results(policy, candidate, baseline, compared, registration, now))
    return Decision(
        outcome=_together(result.outcome for result in results),
        policy=policy.name,
        policy_digest=policy.digest,
        run=candidate.run,
        run_digest=candidate.digest if isinstance(candidate, RunFacts) else None,
        baseline=baseline.run if baseline is not None else None,
        baseline_digest=baseline.digest if isinstance(baseline, RunFacts) else None,
        results=results,
        decided_at=now,
    )


def _results(
    policy: Policy,
    candidate: RunFacts | UnreadableRun,
    baseline: RunFacts | UnreadableRun | None,
    compared: Mapping[str, Comparison],
    registration: PolicyFacts,
    now: datetime,
) -> Iterator[RuleResult]:
    if isinstance(candidate, UnreadableRun):
        yield _blocked("run", "the run can be read", candidate.reason)
        return
    yield from _rules(policy, candidate, baseline, compared)
    yield from check_policy_fixed(policy, candidate)
    yield from check_policy(policy, candidate, registration)
    yield from check_expectations(policy.expect, candidate, now, role="run")
    for metric in sorted(policy.expect.metrics):
        yield from check_estimate(policy, metric, candidate.estimates.get(metric), role="run")
    if policy.expect.judge_card == "required":
        yield check_judge_cards(policy.deciding, candidate)
    if needs_baseline(policy):
        yield from _check_baseline(policy, baseline, now)


def _rules(
    policy: Policy, candidate: RunFacts, baseline: RunFacts | UnreadableRun | None, compared: Mapping[str, Comparison]
) -> list[RuleResult]:
    rules = sorted(policy.rules, key=lambda rule: rule.name)
    results = [_rule(rule, candidate, baseline, compared.get(rule.metric)) for rule in rules]
    return correct_fails(results, {rule.name: _units(rule, candidate, compared) for rule in rules})


def _rule(
    rule: Rule, candidate: RunFacts, baseline: RunFacts | UnreadableRun | None, comparison: Comparison | None
) -> RuleResult:
    if isinstance(rule, ThresholdRule):
        return decide_threshold(rule, candidate)
    if isinstance(baseline, RunFacts):
        return decide_non_inferiority(rule, candidate, baseline, comparison)
    words = f"{rule.metric} is not worse than the baseline by more than {rule.margin:g}"
    return _blocked(rule.name, words, "there is no baseline to compare with", metric=rule.metric)


def _units(rule: Rule, candidate: RunFacts, compared: Mapping[str, Comparison]) -> int:
    """Count what the rule's number rests on: documents, or labels where people corrected it."""
    if not isinstance(rule, ThresholdRule):
        return compared[rule.metric].clusters if rule.metric in compared else 0
    estimate = candidate.estimates.get(rule.metric)
    if estimate is None:
        return 0
    return estimate.clusters if estimate.corrected is None else estimate.corrected.labels


def _check_baseline(policy: Policy, baseline: RunFacts | UnreadableRun | None, now: datetime) -> Iterator[RuleResult]:
    if not isinstance(baseline, RunFacts):
        reason = baseline.reason if baseline is not None else "no baseline was named; use --baseline"
        yield _blocked("baseline", "the baseline can be read", reason)
        return
    yield from check_expectations(policy.baseline_expectation, baseline, now, role="baseline")
    for metric in policy.compared:
        yield from check_estimate(policy, metric, baseline.estimates.get(metric), role="baseline")


def _together(outcomes: Iterable[DecisionOutcome]) -> DecisionOutcome:
    found = set(outcomes)
    if DecisionOutcome.FAIL in found:
        return DecisionOutcome.FAIL
    if found == {DecisionOutcome.PASS}:
        return DecisionOutcome.PASS
    return DecisionOutcome.INCONCLUSIVE


def _blocked(rule: str, words: str, reason: str, *, metric: str = "") -> RuleResult:
    return RuleResult(rule=rule, words=words, outcome=DecisionOutcome.INCONCLUSIVE, reason=reason, metric=metric)
