"""The rules that compare a number of the run with a bound.

Rules of this place: what a bound makes of a number is said in `_ends`; where people's labels corrected a number, the
corrected one decides.
"""

from evaluation.statistics import MISSING, Comparison, Corrected, Estimate
from governance.gate._ends import Demand, Measured, three_ends, unknown
from governance.gate._policy import NonInferiorityRule, ThresholdRule
from governance.gate._types import RuleResult, RunFacts

__all__ = ["decide_non_inferiority", "decide_threshold"]


def decide_threshold(rule: ThresholdRule, run: RunFacts) -> RuleResult:
    """Hold the estimate of a metric against a least value."""
    words = f"{rule.metric} is at least {rule.at_least:g}"
    demand = Demand(rule=rule.name, words=words, bound=rule.at_least, metric=rule.metric)
    estimate = run.estimates.get(rule.metric)
    if estimate is not None and estimate.corrected is not None:
        return three_ends(demand, _corrected(estimate, estimate.corrected))
    if estimate is None or estimate.mean is None or estimate.lower is None or estimate.upper is None:
        there = estimate is not None and rule.metric in run.metrics
        problem = f"{rule.metric} has no score in this run" if there else f"the run did not measure {rule.metric}"
        return unknown(demand, problem)
    measured = Measured(
        value=estimate.mean,
        lower=estimate.lower,
        upper=estimate.upper,
        worst=estimate.worst if estimate.worst is not None else 0.0,
        n=max(1, estimate.scored // max(1, run.repeats)),
        clusters=estimate.clusters,
        hidden=f"{estimate.applicable - estimate.scored} of {estimate.applicable} verdicts lack a score",
    )
    return three_ends(demand, measured)


def _corrected(estimate: Estimate, found: Corrected) -> Measured:
    """Hide nothing behind rows that the judge failed on: people could have labelled them; rows that never came hide."""
    missing = estimate.failures.get(MISSING, 0)
    there = estimate.applicable - missing
    return Measured(
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
    demand = Demand(rule=rule.name, words=words, bound=-rule.margin, metric=rule.metric)
    problem = _incomparable(rule.metric, run, baseline)
    if problem:
        return unknown(demand, problem)
    found = comparison
    if found is None or found.difference is None or found.lower is None or found.upper is None:
        return unknown(demand, f"no row has {rule.metric} scored in both runs")
    apart = max(found.unpaired, _failed_rows(rule.metric, run))
    measured = Measured(
        value=found.difference,
        lower=found.lower,
        upper=found.upper,
        worst=(found.difference * found.pairs - apart) / (found.pairs + apart),
        n=found.pairs,
        clusters=found.clusters,
        hidden=f"{apart} of {found.pairs + apart} rows are scored in one run only or in none",
    )
    return three_ends(demand, measured)


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
