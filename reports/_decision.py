"""From the gate's decision to what a reader is told, and to the marks on the charts."""

from collections.abc import Sequence

from evaluation.statistics import Comparison, Estimate
from governance.gate import DecisionOutcome, RuleResult
from reports.views import DecisionView, RuleView
from reports.words import NO_POLICY, NOT_YET, headline, number, sentence, signed

__all__ = ["decision_view", "floor_of", "margin_of", "no_decision"]


def decision_view(outcome: str, results: Sequence[RuleResult], *, at: str, policy: str) -> DecisionView:
    """Return the view of a decision; `policy` is the digest."""
    checks = tuple(_rule(result) for result in results)
    rules = tuple(rule for rule in checks if rule.metric or rule.outcome != DecisionOutcome.PASS)
    return DecisionView(
        outcome=outcome,
        headline=headline(outcome),
        sentence=sentence(outcome, checks),
        rules=rules,
        held=tuple(rule.rule for rule in checks if rule not in rules),
        at=at,
        policy=policy,
    )


def no_decision(*, fixed: bool = False) -> DecisionView:
    """Return the view of a run that no policy has been held against; `fixed`: one was named before the run."""
    said = NOT_YET if fixed else NO_POLICY
    return DecisionView(outcome="none", headline=headline("none"), sentence=said, rules=(), held=(), at="", policy="")


def floor_of(results: Sequence[RuleResult], estimate: Estimate) -> float | None:
    """Return the threshold that was held against this estimate, where a rule has one."""
    for result in results:
        if result.threshold is not None and result.threshold >= 0 and result.metric == estimate.metric:
            return result.threshold
    return None


def margin_of(results: Sequence[RuleResult], comparison: Comparison) -> float | None:
    """Return the margin that was held against this comparison, where a rule has one."""
    for result in results:
        if result.metric == comparison.metric and result.threshold is not None and result.threshold <= 0:
            return -result.threshold
    return None


def _rule(result: RuleResult) -> RuleView:
    """Return one check; only a result with a threshold is about a metric, the others are about the whole run."""
    return RuleView(
        rule=result.words,
        metric=result.metric if result.threshold is not None else "",
        outcome=result.outcome.value,
        reason=result.reason,
        measured=_measured(result),
        needed=result.rows_still_needed,
    )


def _measured(result: RuleResult) -> str:
    if result.observed is None:
        return ""
    write = signed if result.threshold is not None and result.threshold <= 0 else number
    return f"{write(result.observed)} ({write(result.lower)} to {write(result.upper)})"
