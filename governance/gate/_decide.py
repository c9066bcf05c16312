"""The gate: a policy and what is known of a run become a decision. Pure: time and evidence are passed in.

Rules of this place: a fail that holds against the number of rules fails (`_chance`); else anything undecided is
inconclusive; only then pass. What was expected and is not there is inconclusive with its name. The order of the rules
decides nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from evaluation.statistics import Comparison
from governance.gate._attempts import check_attempts
from governance.gate._cards import check_judge_cards
from governance.gate._chance import correct_fails
from governance.gate._demanded import Demanded, check_demanded
from governance.gate._expectations import check_estimate, check_expectations, check_policy_fixed
from governance.gate._known import RecordFacts
from governance.gate._policy import Policy, Rule, ThresholdRule
from governance.gate._registered import PolicyFacts, check_policy
from governance.gate._rules import decide_non_inferiority, decide_threshold
from governance.gate._standing import check_baseline_standing, check_judge_languages, check_release
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
    record: RecordFacts | None = None,
    catalogues: Mapping[str, str] | None = None,
    now: datetime,
) -> Decision:
    """Decide; `comparisons` are candidate − baseline by metric, and `now` is the time of the decision in UTC.

    `registration` is what is known of the policy itself; without it, nobody registered it. `record` is what the record
    knows beside the runs; None: there is none, and what only a record knows is inconclusive. `catalogues` are the
    digests of what risks and duties are told by.
    """
    compared = {comparison.metric: comparison for comparison in comparisons}
    case = _Case(policy, candidate, baseline, compared, registration, record, now)
    demanded = check_demanded(policy, candidate, record, now)
    results = tuple(_results(case, demanded))
    release = record.release if record is not None else None
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
        release=release.release if release is not None else None,
        release_digest=release.digest if release is not None else None,
        attempts=candidate.attempts if isinstance(candidate, RunFacts) else (),
        evidence=demanded.evidence,
        catalogues=catalogues or {},
    )


class _Case(NamedTuple):
    """What is decided about, and what is known of it."""

    policy: Policy
    candidate: RunFacts | UnreadableRun
    baseline: RunFacts | UnreadableRun | None
    compared: Mapping[str, Comparison]
    registration: PolicyFacts
    record: RecordFacts | None
    now: datetime


def _results(case: _Case, demanded: Demanded) -> Iterator[RuleResult]:
    policy, candidate = case.policy, case.candidate
    if isinstance(candidate, UnreadableRun):
        yield _blocked("run", "the run can be read", candidate.reason)
        return
    yield from _bounded(case, candidate, demanded)
    yield from check_policy_fixed(policy, candidate)
    yield from check_policy(policy, candidate, case.registration)
    yield from check_expectations(policy.expect, candidate, case.now, role="run")
    if (tries := check_attempts(policy, candidate)) is not None:
        yield tries
    for metric in sorted(policy.expect.metrics):
        yield from check_estimate(policy, metric, candidate.estimates.get(metric), role="run")
    if policy.expect.judge_card == "required":
        yield check_judge_cards(policy.deciding, candidate)
    yield from check_judge_languages(policy, candidate)
    yield from demanded.unbounded
    if case.record is not None and case.record.release is not None:
        yield from check_release(case.record.release, candidate)
    if needs_baseline(policy):
        yield from _check_baseline(case)


def _bounded(case: _Case, candidate: RunFacts, demanded: Demanded) -> list[RuleResult]:
    """Decide every rule that has a bound, and correct together what can fail by chance."""
    rules = sorted(case.policy.rules, key=lambda rule: rule.name)
    results = [_rule(rule, candidate, case.baseline, case.compared.get(rule.metric)) for rule in rules]
    units = {rule.name: _units(rule, candidate, case.compared) for rule in rules}
    return correct_fails([*results, *demanded.bounded], {**units, **demanded.rows})


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


def _check_baseline(case: _Case) -> Iterator[RuleResult]:
    policy, baseline = case.policy, case.baseline
    if not isinstance(baseline, RunFacts):
        reason = baseline.reason if baseline is not None else "no baseline was named; use --baseline"
        yield _blocked("baseline", "the baseline can be read", reason)
        return
    yield from check_expectations(policy.baseline_expectation, baseline, case.now, role="baseline")
    yield from check_baseline_standing(policy, baseline, case.record)
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
