"""Numbers that carry their uncertainty: intervals, estimates, comparisons, and what is still missing to decide."""

from importlib import import_module
from typing import TYPE_CHECKING

from evaluation.statistics._bounds import bounds
from evaluation.statistics._calibration import Isotonic, Platt, fit_isotonic, fit_platt
from evaluation.statistics._chance import Chance, coefficient
from evaluation.statistics._clusters import ClusterSums, MeanInterval, clustered_mean, weighted_mean
from evaluation.statistics._estimator import MISSING, Estimator
from evaluation.statistics._evidence import one_sided_p
from evaluation.statistics._intervals import (
    Interval,
    clopper_pearson,
    count_interval,
    rate_interval,
    rule_of_three,
    wilson,
)
from evaluation.statistics._multiplicity import benjamini_hochberg, holm
from evaluation.statistics._paired import Pairing, paired_difference
from evaluation.statistics._planning import documents_still_needed, rows_still_needed
from evaluation.statistics._power import Plan, Shape, plan_non_inferiority, plan_threshold
from evaluation.statistics._repeats import Repeats, RepeatSummary
from evaluation.statistics._rogan_gladen import Count, rogan_gladen
from evaluation.statistics._significance import mcnemar, mcnemar_mid_p, sign_flip
from evaluation.statistics._types import Comparison, Corrected, Estimate, LabelledPair, Measured

if TYPE_CHECKING:
    from evaluation.statistics._agreement import Agreement, agreement
    from evaluation.statistics._ppi import PpiMean, ppi_mean
    from evaluation.statistics._sequence import ConfidenceSequence

__all__ = [
    "MISSING",
    "Agreement",
    "Chance",
    "ClusterSums",
    "Comparison",
    "ConfidenceSequence",
    "Corrected",
    "Count",
    "Estimate",
    "Estimator",
    "Interval",
    "Isotonic",
    "LabelledPair",
    "MeanInterval",
    "Measured",
    "Pairing",
    "Plan",
    "Platt",
    "PpiMean",
    "RepeatSummary",
    "Repeats",
    "Shape",
    "agreement",
    "benjamini_hochberg",
    "bounds",
    "clopper_pearson",
    "clustered_mean",
    "coefficient",
    "count_interval",
    "documents_still_needed",
    "fit_isotonic",
    "fit_platt",
    "holm",
    "mcnemar",
    "mcnemar_mid_p",
    "one_sided_p",
    "paired_difference",
    "plan_non_inferiority",
    "plan_threshold",
    "ppi_mean",
    "rate_interval",
    "rogan_gladen",
    "rows_still_needed",
    "rule_of_three",
    "sign_flip",
    "weighted_mean",
    "wilson",
]

_LATER = {  # these load numpy, which a gate does not need
    "Agreement": "_agreement",
    "agreement": "_agreement",
    "ConfidenceSequence": "_sequence",
    "PpiMean": "_ppi",
    "ppi_mean": "_ppi",
}


def __getattr__(name: str) -> object:
    if name in _LATER:
        return getattr(import_module(f"evaluation.statistics.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
