"""Runs held against each other, row by row: differences with intervals, slices, what changed most, what got worse."""

from evaluation.comparison._compare import compare_all
from evaluation.comparison._regressions import regression_questions
from evaluation.comparison._types import (
    CompareOptions,
    Flips,
    MetricComparison,
    Refusal,
    RowChange,
    RunComparison,
    Side,
    Significance,
    SliceComparison,
)

__all__ = [
    "CompareOptions",
    "Flips",
    "MetricComparison",
    "Refusal",
    "RowChange",
    "RunComparison",
    "Side",
    "Significance",
    "SliceComparison",
    "compare_all",
    "regression_questions",
]
