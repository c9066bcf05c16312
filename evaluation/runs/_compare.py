"""Two runs on the same questions: candidate minus baseline, paired by row."""

from assay.kernel import InputError
from evaluation.runs._log import RunLog
from evaluation.statistics import Comparison, Pairing

__all__ = ["compare_runs"]


def compare_runs(candidate: RunLog, baseline: RunLog) -> tuple[Comparison, ...]:
    """Return one comparison per metric that both plans have; raise `InputError` when there is none."""
    shared = [metric for metric in candidate.plan.metrics if metric in baseline.plan.metrics]
    if not shared:
        raise InputError(
            f"the runs share no metric: {list(candidate.plan.metrics)!r} and {list(baseline.plan.metrics)!r}",
            hint="run both with the same --metrics",
        )
    pairings = {metric: Pairing(metric) for metric in shared}
    for log, method in ((candidate, Pairing.add_candidate), (baseline, Pairing.add_baseline)):
        for row in log.rows():
            for verdict in row.verdicts:
                if verdict.metric in pairings and verdict.value is not None:
                    method(pairings[verdict.metric], row.id, row.cluster, verdict.value)
    return tuple(pairing.comparison() for pairing in pairings.values())
