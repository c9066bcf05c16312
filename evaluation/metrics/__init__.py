"""Metrics: what each measures and needs, and those that code computes without a judge."""

from evaluation.metrics._catalogue import COMPUTED
from evaluation.metrics._computed import LONGEST_TEXT, ComputedJudge, ComputedMetric, Measured, Unmeasured
from evaluation.metrics._info import JudgeKind, MetricInfo, Need

__all__ = [
    "COMPUTED",
    "LONGEST_TEXT",
    "ComputedJudge",
    "ComputedMetric",
    "JudgeKind",
    "Measured",
    "MetricInfo",
    "Need",
    "Unmeasured",
]
