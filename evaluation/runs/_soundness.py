"""Whether a row's verdicts are those that the plan could have led to.

Rules of this place: a verdict carries the digest of the judge that the plan names for its metric; a faithfulness that
shows its sentences is their share of supported ones. What is otherwise was judged by somebody else, or written by hand.
"""

from collections.abc import Mapping

from assay.kernel import digest_json
from evaluation.runs._types import Row, RunPlan
from evaluation.verdicts import Support, Verdict

__all__ = ["SHARE_OF_UNITS", "judges_by_metric", "unsound"]

SHARE_OF_UNITS = "faithfulness"  # the metric whose value is a share of its units
_ROUNDING = 1e-6  # values are written with six decimals


def judges_by_metric(plan: RunPlan) -> Mapping[str, str]:
    """Return metric → digest of its judge."""
    return {str(judge.get("metric")): digest_json(dict(judge)) for judge in plan.judges}


def unsound(row: Row, judges: Mapping[str, str]) -> str:
    """Return what is wrong with the verdicts of a row, "" where nothing is."""
    for verdict in row.verdicts:
        if verdict.judge != judges.get(verdict.metric):
            return f"the row {row.id!r} has a {verdict.metric} verdict by another judge than the plan names"
        if not _adds_up(verdict):
            return f"the row {row.id!r} has a {verdict.metric} value that is not the share of its supported sentences"
    return ""


def _adds_up(verdict: Verdict) -> bool:
    if verdict.metric != SHARE_OF_UNITS or verdict.value is None or not verdict.units:
        return True
    supported = sum(unit.support is Support.SUPPORTED for unit in verdict.units)
    return abs(verdict.value - supported / len(verdict.units)) <= _ROUNDING
