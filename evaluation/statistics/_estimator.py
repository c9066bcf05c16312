"""Verdicts in, an estimate out: every asked verdict is scored, not applicable, failed or missing, and counted."""

from collections import Counter

from evaluation.statistics._bounds import bounds
from evaluation.statistics._clusters import ClusterSums
from evaluation.statistics._types import Estimate
from evaluation.verdicts import Outcome

__all__ = ["MISSING", "Estimator"]

MISSING = "missing"


class Estimator:
    """One metric of one run; memory per cluster, and none per row that is a cluster of its own and comes once."""

    def __init__(self, metric: str, *, asked: int) -> None:
        """Name the metric, and how many verdicts the plan asks for: rows × repeats."""
        if asked < 0:
            raise ValueError(f"the number of asked verdicts must not be negative, got {asked!r}")
        self.metric = metric
        self._asked = asked
        self._taken = 0
        self._failures: Counter[str] = Counter()
        self._sums = ClusterSums()

    def add(self, row: str, cluster: str | None, outcome: Outcome, value: float | None, *, once: bool = False) -> None:
        """Take one verdict; repeats of a row share its id and so its cluster. `value` in 0..1 exactly when scored.

        A row without a cluster is one of its own; `once`: the row comes once, and its id need not be remembered.
        """
        if (outcome is Outcome.SCORED) != (value is not None):
            raise ValueError(f"a verdict has a value exactly when it is scored, got {outcome} with {value!r}")
        self._taken += 1
        if value is None:
            self._failures[outcome.value] += 1
        elif once and cluster is None:
            self._sums.add_alone(value)
        else:
            self._sums.add(("row", row) if cluster is None else cluster, value)

    def estimate(self) -> Estimate:
        """Estimate from what was taken so far; asked verdicts that never came are `missing` and bounded like failures.

        The mean weighs each scored verdict alike (Miller 2024, arXiv 2411.00640, §2.2); its interval is that of
        `ClusterSums`.
        """
        asked = max(self._asked, self._taken)
        failures = dict(sorted(self._failures.items()))
        if asked > self._taken:
            failures[MISSING] = asked - self._taken
        applicable = asked - failures.get(Outcome.NOT_APPLICABLE.value, 0)
        found = self._sums.interval()
        limits = bounds(self._sums.total, self._sums.n, applicable - self._sums.n)
        return Estimate(
            metric=self.metric,
            asked=asked,
            applicable=applicable,
            scored=self._sums.n,
            failures=failures,
            clusters=self._sums.clusters,
            mean=found.mean if found else None,
            lower=found.lower if found else None,
            upper=found.upper if found else None,
            worst=limits.lower if limits else None,
            best=limits.upper if limits else None,
            method=found.method if found else "none",
        )
