"""The rules that compare a number with a bound. Three ends: surely good, surely bad, not enough known.

Rules of this place: the ends of the 95 % interval decide, never the mean; a pass must also survive the worst that the
verdicts without a score could hide (Manski 1989); a fail needs no such help, so that adding failures never mends one.
Where people's labels corrected a number, the corrected one decides.
"""

from dataclasses import dataclass

from evaluation.statistics import MISSING, Comparison, Corrected, Estimate, documents_still_needed, rows_still_needed
from governance.gate._policy import NonInferiorityRule, ThresholdRule
from governance.gate._types import DecisionOutcome, RuleResult, RunFacts

__all__ = ["decide_non_inferiority", "decide_threshold"]


@dataclass(frozen=True, kw_only=True)
class _Measured:
    """A number with its interval, and the worst it could be."""

    value: float
    lower: float
    upper: float
    worst: float
    n: int  # questions
    clusters: int  # documents that they come from
    hidden: str  # what could hide behind the worst
    labels: int = 0  # by which the number was corrected


def decide_threshold(rule: ThresholdRule, run: RunFacts) -> RuleResult:
    """Hold the estimate of a metric against a least value."""
    words = f"{rule.metric} is at least {rule.at_least:g}"
    estimate = run.estimates.get(rule.metric)
    if estimate is not None and estimate.corrected is not None:
        return _three_ends(rule, words, rule.at_least, _corrected(estimate, estimate.corrected))
    if estimate is None or estimate.mean is None or estimate.lower is None or estimate.upper is None:
        there = estimate is not None and rule.metric in run.metrics
        problem = f"{rule.metric} has no score in this run" if there else f"the run did not measure {rule.metric}"
        return _unknown(rule, words, rule.at_least, problem)
    measured = _Measured(
        value=estimate.mean,
        lower=estimate.lower,
        upper=estimate.upper,
        worst=estimate.worst if estimate.worst is not None else 0.0,
        n=max(1, estimate.scored // max(1, run.repeats)),
        clusters=estimate.clusters,
        hidden=f"{estimate.applicable - estimate.scored} of {estimate.applicable} verdicts lack a score",
    )
    return _three_ends(rule, words, rule.at_least, measured)


def _corrected(estimate: Estimate, found: Corrected) -> _Measured:
    """Hide nothing behind rows that the judge failed on: people could have labelled them; rows that never came hide."""
    missing = estimate.failures.get(MISSING, 0)
    there = estimate.applicable - missing
    return _Measured(
        value=found.mean,
        lower=found.lower,
        upper=found.upper,
        worst=found.mean * there / estimate.applicable if estimate.applicable else 0.0,
        n=found.labels,
        clusters=found.labels,
        hidden=f"{missing} of {estimate.applicable} rows are missing",
        labels=found.labels,
    )


def decide_non_inferiority(
    rule: NonInferiorityRule, run: RunFacts, baseline: RunFacts, comparison: Comparison | None
) -> RuleResult:
    """Hold candidate − baseline on the same rows against −margin."""
    words = f"{rule.metric} is not worse than the baseline by more than {rule.margin:g}"
    problem = _incomparable(rule.metric, run, baseline)
    if problem:
        return _unknown(rule, words, -rule.margin, problem)
    found = comparison
    if found is None or found.difference is None or found.lower is None or found.upper is None:
        return _unknown(rule, words, -rule.margin, f"no row has {rule.metric} scored in both runs")
    apart = max(found.unpaired, _failed_rows(rule.metric, run))
    measured = _Measured(
        value=found.difference,
        lower=found.lower,
        upper=found.upper,
        worst=(found.difference * found.pairs - apart) / (found.pairs + apart),
        n=found.pairs,
        clusters=found.clusters,
        hidden=f"{apart} of {found.pairs + apart} rows are scored in one run only or in none",
    )
    return _three_ends(rule, words, -rule.margin, measured)


def _incomparable(metric: str, run: RunFacts, baseline: RunFacts) -> str:
    if run.digest == baseline.digest:
        return "the run is compared with itself"
    if run.system != baseline.system:
        return f"the baseline is of another system, {baseline.system!r}; the run is of {run.system!r}"
    if run.ids_digest != baseline.ids_digest:
        return "the baseline was asked other questions"
    if run.questions_digest and baseline.questions_digest and run.questions_digest != baseline.questions_digest:
        return "the baseline was asked other questions under the same ids: the question set changed"
    if run.judge_digests.get(metric) != baseline.judge_digests.get(metric):
        return f"the two runs were judged differently on {metric}: model, prompt or options changed"
    return ""


def _failed_rows(metric: str, run: RunFacts) -> int:
    estimate = run.estimates.get(metric)
    return -(-(estimate.applicable - estimate.scored) // max(1, run.repeats)) if estimate else 0


def _three_ends(rule: ThresholdRule | NonInferiorityRule, words: str, bound: float, measured: _Measured) -> RuleResult:
    outcome, reason, rows, documents = DecisionOutcome.INCONCLUSIVE, "", None, None
    if measured.upper < bound:
        outcome, reason = DecisionOutcome.FAIL, "the whole 95 % interval lies below the bound"
    elif measured.lower < bound:
        rows = rows_still_needed(mean=measured.value, lower=measured.lower, bound=bound, n=measured.n)
        documents = _documents(rows, measured)
        reason = _undecided(rows, documents, "labels" if measured.labels else "questions")
        rows = None if measured.labels else rows
    elif measured.worst < bound:
        reason = f"{measured.hidden}: were all of them bad, it would be {measured.worst:.3f}"
    else:
        outcome, reason = DecisionOutcome.PASS, "the whole 95 % interval reaches the bound"
    return RuleResult(
        rule=rule.name,
        metric=rule.metric,
        words=words,
        outcome=outcome,
        reason=f"{reason}; corrected by {measured.labels} labels" if measured.labels else reason,
        observed=measured.value,
        lower=measured.lower,
        upper=measured.upper,
        threshold=bound,
        rows_still_needed=rows,
        documents_still_needed=documents,
    )


def _documents(rows: int | None, measured: _Measured) -> int | None:
    if rows is None or measured.labels or measured.clusters < 1:
        return None
    return documents_still_needed(rows, n=max(measured.n, measured.clusters), clusters=measured.clusters)


def _undecided(rows: int | None, documents: int | None, what: str) -> str:
    if rows is None:
        return f"the bound lies within the 95 % interval, and more {what} at this score would not turn it into a pass"
    origin = f" from {documents} more document{'s' if documents > 1 else ''}" if documents else ""
    return f"the bound lies within the 95 % interval: {rows} more {what}{origin} needed"


def _unknown(rule: ThresholdRule | NonInferiorityRule, words: str, bound: float, reason: str) -> RuleResult:
    return RuleResult(
        rule=rule.name,
        metric=rule.metric,
        words=words,
        outcome=DecisionOutcome.INCONCLUSIVE,
        reason=reason,
        threshold=bound,
    )
