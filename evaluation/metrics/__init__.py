"""Metrics: what each measures and needs, and those that code computes without a judge."""

from evaluation.metrics._info import JudgeKind, MetricInfo, Need

__all__ = ["JudgeKind", "MetricInfo", "Need"]
