"""A run's estimates: the log streamed once, every metric of the plan, missing rows counted."""

from evaluation.runs._log import RunLog
from evaluation.statistics import Estimate, Estimator

__all__ = ["estimate_run"]


def estimate_run(log: RunLog) -> tuple[Estimate, ...]:
    """Return one estimate per metric of the plan, in its order; raise where the log cannot be read."""
    asked = log.plan.questions.count * log.plan.repeats
    estimators = {metric: Estimator(metric, asked=asked) for metric in log.plan.metrics}
    for row in log.rows():
        for verdict in row.verdicts:
            if verdict.metric in estimators:
                estimators[verdict.metric].add(row.id, row.cluster, verdict.outcome, verdict.value)
    return tuple(estimator.estimate() for estimator in estimators.values())
