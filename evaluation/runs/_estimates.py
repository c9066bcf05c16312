"""A run's estimates: the log streamed once, every metric of the plan, missing rows counted."""

from evaluation.runs._log import RunLog
from evaluation.runs._types import Row, RunPlan
from evaluation.statistics import Estimate, Estimator

__all__ = ["Estimators", "estimate_run"]


class Estimators:
    """Takes the rows of one log, one at a time."""

    def __init__(self, plan: RunPlan) -> None:
        """Begin one estimate for each metric of the plan."""
        asked = plan.questions.count * plan.repeats
        self._once = plan.repeats == 1
        self._estimators = {metric: Estimator(metric, asked=asked) for metric in plan.metrics}

    def add(self, row: Row) -> None:
        """Take the verdicts of one row."""
        for verdict in row.verdicts:
            if verdict.metric in self._estimators:
                estimator = self._estimators[verdict.metric]
                estimator.add(row.id, row.cluster, verdict.outcome, verdict.value, once=self._once)

    def estimates(self) -> tuple[Estimate, ...]:
        """Return one estimate per metric of the plan, in its order."""
        return tuple(estimator.estimate() for estimator in self._estimators.values())


def estimate_run(log: RunLog) -> tuple[Estimate, ...]:
    """Return one estimate per metric of the plan, in its order; raise where the log cannot be read."""
    estimators = Estimators(log.plan)
    for row in log.rows():
        estimators.add(row)
    return estimators.estimates()
