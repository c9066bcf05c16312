"""What the repeats of a run show for each metric: how a row varies, how often its verdict flips, who passes always.

Rules of this place: a repeat is a draw of its own, of answer and judge; rows are clusters of draws, and questions of
one document clusters of rows. A run without repeats says nothing about them.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from evaluation.runs._log import RunLog
from evaluation.statistics import Estimator, Measured, Repeats
from evaluation.verdicts import Outcome, Verdict, calls_good

__all__ = ["RepeatedMetric", "repeats_of"]


@dataclass(frozen=True, kw_only=True)
class RepeatedMetric:
    """Draws of the same rows on one metric; a draw is good or not as `calls_good` says."""

    rows: int  # with at least two scored draws
    draws: int  # scored, of these rows
    flip_rate: Measured | None  # P(two draws of a row differ in good or not), 95 % interval clustered by document
    within_variance: float | None  # of the value around its row, squared units of the value
    whole_rows: int  # of which every draw was scored
    pass_any: Measured | None  # pass@K: share of whole rows with a good draw
    pass_all: Measured | None  # pass^K: share of whole rows of which every draw is good


@dataclass(slots=True)
class _Draws:
    values: Repeats = field(default_factory=Repeats)
    verdicts: Repeats = field(default_factory=Repeats)
    good: defaultdict[tuple[str, str | None], list[bool]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: str, cluster: str | None, verdict: Verdict) -> None:
        good = calls_good(verdict)
        if good is None or verdict.value is None:
            return
        self.values.add(row, cluster, verdict.value)
        self.verdicts.add(row, cluster, float(good))
        self.good[(row, cluster)].append(good)

    def summary(self, repeats: int) -> RepeatedMetric:
        values, verdicts = self.values.summary(), self.verdicts.summary()
        whole = {row: draws for row, draws in self.good.items() if len(draws) == repeats}
        return RepeatedMetric(
            rows=verdicts.rows,
            draws=verdicts.draws,
            flip_rate=verdicts.flip_rate,
            within_variance=values.within_variance,
            whole_rows=len(whole),
            pass_any=_share({row: any(draws) for row, draws in whole.items()}),
            pass_all=_share({row: all(draws) for row, draws in whole.items()}),
        )


def _share(passed: Mapping[tuple[str, str | None], bool]) -> Measured | None:
    estimator = Estimator("", asked=len(passed))
    for (row, cluster), good in passed.items():
        estimator.add(row, cluster, Outcome.SCORED, float(good))
    found = estimator.estimate()
    if found.mean is None or found.lower is None or found.upper is None:
        return None
    return Measured(value=found.mean, lower=found.lower, upper=found.upper)


def repeats_of(log: RunLog) -> Mapping[str, RepeatedMetric]:
    """Return metric → what its repeats show, empty for a run of one draw a row; memory grows with the rows."""
    if log.plan.repeats < 2:  # noqa: PLR2004 (one draw is no repeat)
        return {}
    draws = {metric: _Draws() for metric in log.plan.metrics}
    for row in log.rows():
        for verdict in row.verdicts:
            if verdict.metric in draws:
                draws[verdict.metric].add(row.id, row.cluster, verdict)
    return {metric: found.summary(log.plan.repeats) for metric, found in draws.items()}
