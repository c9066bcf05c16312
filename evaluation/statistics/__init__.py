"""Numbers that carry their uncertainty: intervals, estimates, comparisons, and what is still missing to decide."""

from evaluation.statistics._bounds import bounds
from evaluation.statistics._clusters import ClusterSums, MeanInterval, clustered_mean
from evaluation.statistics._estimator import MISSING, Estimator
from evaluation.statistics._intervals import Interval, rate_interval, rule_of_three, wilson
from evaluation.statistics._paired import Pairing, paired_difference
from evaluation.statistics._planning import rows_still_needed
from evaluation.statistics._types import Comparison, Estimate

__all__ = [
    "MISSING",
    "ClusterSums",
    "Comparison",
    "Estimate",
    "Estimator",
    "Interval",
    "MeanInterval",
    "Pairing",
    "bounds",
    "clustered_mean",
    "paired_difference",
    "rate_interval",
    "rows_still_needed",
    "rule_of_three",
    "wilson",
]
