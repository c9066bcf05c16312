"""Putting the overview together: every run as a line, and the last decision."""

from collections.abc import Sequence

from evaluation.runs import RunPlan
from evaluation.statistics import Estimate
from reports._header import target_name
from reports._numbers import metric_view
from reports.views import RunLine

__all__ = ["run_line"]


def run_line(plan: RunPlan, outcome: str, estimates: Sequence[Estimate], decision: str) -> RunLine:
    """Return one run of a list; `decision` is `none` where nothing was decided."""
    return RunLine(
        run=plan.run,
        system=plan.system,
        created_at=plan.created_at,
        outcome=outcome,
        target=target_name(plan),
        metrics=tuple(metric_view(estimate) for estimate in estimates),
        decision=decision,
    )
