"""Scores of metrics, row by row, as evaluation libraries write them.

Rules of this place: a row without a score is a failure and never drops out of the count; a metric keeps the name of its
library, `<tool>:<name>`, because none of them is defined as ours is (docs/evidence-imports.md says how they differ); a
score outside 0..1 has no interval here, and then the metric states nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from evaluation.statistics import ClusterSums
from governance.evidence._types import Conclusion
from governance.evidence.imports._bytes import too_many_names
from governance.evidence.imports._numbers import mean_of, measured
from governance.evidence.imports._types import Statement
from risks import EvidenceKind

__all__ = ["Scores"]


@dataclass(slots=True)
class _Metric:
    sums: ClusterSums = field(default_factory=ClusterSums)
    failures: int = 0
    outside: int = 0


@dataclass(slots=True)
class Scores:
    """What was counted so far, by metric in the order of first sight."""

    tool: str
    file: str
    metrics: dict[str, _Metric] = field(default_factory=dict)

    def take(self, name: str, score: float | None) -> None:
        """Add one row's score, None where it has none."""
        metric = self._metric(name)
        if score is None:
            metric.failures += 1
        elif 0 <= score <= 1:
            metric.sums.add_alone(score)
        else:
            metric.outside += 1

    def lack(self, name: str, rows: int) -> None:
        """Add rows that have no score."""
        self._metric(name).failures += rows

    def _metric(self, name: str) -> _Metric:
        if name not in self.metrics:
            self.metrics[name] = _Metric()
            too_many_names(self.metrics, self.file)
        return self.metrics[name]

    def statements(self) -> Iterator[Statement]:
        """Iterate over the metrics; where there is none, that is stated."""
        if not self.metrics:
            yield Statement(kind=EvidenceKind.METRIC, of=self.tool, conclusion=Conclusion.INCONCLUSIVE)
        for name, metric in self.metrics.items():
            of = f"{self.tool}:{name}"
            if metric.outside:
                failures = metric.failures + metric.outside
                yield Statement(kind=EvidenceKind.METRIC, of=of, conclusion=Conclusion.INCONCLUSIVE, failures=failures)
            else:
                number = mean_of(metric.sums)
                yield measured(EvidenceKind.METRIC, of, number, n=metric.sums.n, failures=metric.failures)

    @property
    def summary(self) -> str:
        """How many metrics were read and how many scores they have."""
        scored = sum(metric.sums.n for metric in self.metrics.values())
        failed = sum(metric.failures for metric in self.metrics.values())
        return f"{len(self.metrics)} metrics: {scored} scores, {failed} rows without a score"

    def notes(self) -> Iterator[str]:
        """Iterate over what a reader should know."""
        if not self.metrics:
            yield "the report holds no score"
        for name, metric in self.metrics.items():
            if metric.outside:
                yield f"{name} has {metric.outside} scores outside of 0 to 1 and states nothing"
