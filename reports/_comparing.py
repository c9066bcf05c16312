"""From compared runs to their views. Nothing is computed anew here; texts are cut, words are chosen."""

from collections.abc import Sequence

from evaluation.comparison import MetricComparison, RowChange, RunComparison, Side, SliceComparison
from evaluation.runs import RunPlan
from reports._header import target_name
from reports._numbers import comparison_view
from reports.comparing import (
    CandidateView,
    ChangeView,
    ComparedRuns,
    MetricChangeView,
    RunFacts,
    SideView,
    SliceView,
)
from reports.text import shorten
from reports.words import COMPARISON_LIMITS, claim_sentence, metric_name

__all__ = ["compared_view"]

_QUESTION, _ANSWER, _CONTEXT, _REASON = 600, 1_600, 700, 800  # code points shown
_CONTEXTS = 3


def compared_view(found: Sequence[RunComparison]) -> ComparedRuns:
    """Return the view of comparisons that share their baseline."""
    first = found[0]
    return ComparedRuns(
        baseline=_facts(first.baseline, first.digests[first.baseline.run]),
        candidates=tuple(_candidate(one) for one in found),
        tests=sum(metric.test is not None for one in found for metric in one.metrics),
        slices=sum(part.test is not None for one in found for metric in one.metrics for part in metric.slices),
        limits=COMPARISON_LIMITS,
    )


def _candidate(found: RunComparison) -> CandidateView:
    return CandidateView(
        facts=_facts(found.candidate, found.digests[found.candidate.run]),
        metrics=tuple(_metric(metric) for metric in found.metrics),
        refused=tuple((metric_name(one.metric), one.reason) for one in found.refused),
        notes=found.notes,
    )


def _facts(plan: RunPlan, digest: str) -> RunFacts:
    judges = []
    for judge in plan.judges:
        model = f", {judge['model']}" if judge.get("model") else ""
        judges.append(f"{metric_name(str(judge.get('metric')))}: {judge.get('name')}{model}")
    return RunFacts(
        run=plan.run,
        system=plan.system,
        created_at=plan.created_at,
        target=target_name(plan),
        questions=plan.questions.count,
        repeats=plan.repeats,
        judges=tuple(judges),
        digest=digest,
    )


def _metric(found: MetricComparison) -> MetricChangeView:
    test, flips = found.test, found.flips
    view = comparison_view(found.comparison, sentence=claim_sentence(found.comparison, test))
    return MetricChangeView(
        comparison=view,
        p_value=test.p_value if test else None,
        p_adjusted=test.p_adjusted if test else None,
        flips=(flips.gained, flips.lost, flips.p_value) if flips else None,
        slices=tuple(sorted((_slice(part) for part in found.slices), key=_surprise)),
        biggest_gains=tuple(_change(row) for row in found.gains),
        biggest_losses=tuple(_change(row) for row in found.losses),
        good=found.good,
        regressions=found.regressions,
    )


def _slice(part: SliceComparison) -> SliceView:
    found = part.comparison
    return SliceView(
        by=part.by,
        value=part.value,
        pairs=found.pairs,
        clusters=found.clusters,
        difference=found.difference,
        lower=found.lower,
        upper=found.upper,
        wins=found.wins,
        ties=found.ties,
        losses=found.losses,
        p_value=part.test.p_value if part.test else None,
        p_adjusted=part.test.p_adjusted if part.test else None,
    )


def _surprise(part: SliceView) -> tuple[float, str, str]:
    return (2.0 if part.p_value is None else part.p_value, part.by, part.value)


def _change(row: RowChange) -> ChangeView:
    return ChangeView(
        id=row.id,
        difference=row.difference,
        question=shorten(row.question, _QUESTION),
        reference=None if row.reference is None else shorten(row.reference, _QUESTION),
        candidate=_side(row.candidate),
        baseline=_side(row.baseline),
    )


def _side(side: Side) -> SideView:
    contexts = side.contexts or ()
    return SideView(
        value=side.value,
        answer=shorten(side.answer, _ANSWER),
        contexts=tuple(shorten(text, _CONTEXT) for text in contexts[:_CONTEXTS]),
        contexts_more=max(0, len(contexts) - _CONTEXTS),
        contexts_known=side.contexts is not None,
        reason=shorten(side.reason, _REASON),
        erased=side.erased,
    )
