"""From stored estimates and comparisons to the rows that a reader sees. Nothing is computed anew here."""

from collections.abc import Callable

from evaluation.runs import Hallucinations
from evaluation.statistics import Comparison, Corrected, Estimate, MeanInterval, Measured
from reports.views import ComparisonView, CorrectedView, MetricView
from reports.words import difference_sentence, metric_meaning, metric_name, number, signed

__all__ = ["comparison_view", "hallucination_sentence", "metric_view"]


def metric_view(estimate: Estimate, threshold: float | None = None) -> MetricView:
    """Return the row of one metric; `threshold` is the gate's floor."""
    return MetricView(
        metric=estimate.metric,
        name=metric_name(estimate.metric),
        meaning=metric_meaning(estimate.metric),
        asked=estimate.asked,
        applicable=estimate.applicable,
        scored=estimate.scored,
        failures=tuple(sorted((str(outcome), count) for outcome, count in estimate.failures.items() if count)),
        clusters=estimate.clusters,
        mean=estimate.mean,
        lower=estimate.lower,
        upper=estimate.upper,
        worst=estimate.worst,
        best=estimate.best,
        method=estimate.method,
        threshold=threshold,
        corrected=None if estimate.corrected is None else _corrected(estimate.corrected),
    )


def comparison_view(comparison: Comparison, margin: float | None = None, *, sentence: str = "") -> ComparisonView:
    """Return the row of one comparison; `margin` is the gate's tolerance, > 0; `sentence` says more than the usual."""
    name = metric_name(comparison.metric)
    return ComparisonView(
        metric=comparison.metric,
        name=name,
        pairs=comparison.pairs,
        clusters=comparison.clusters,
        difference=comparison.difference,
        lower=comparison.lower,
        upper=comparison.upper,
        wins=comparison.wins,
        ties=comparison.ties,
        losses=comparison.losses,
        unpaired=comparison.unpaired,
        method=comparison.method,
        sentence=sentence or difference_sentence(name, comparison.difference, comparison.lower, comparison.upper),
        margin=margin,
    )


def _corrected(found: Corrected) -> CorrectedView:
    rates = (
        f"sensitivity {_rate(found.sensitivity)}",
        f"specificity {_rate(found.specificity)}",
        f"Youden's J {_rate(found.youden, write=signed)}",
    )
    return CorrectedView(
        mean=found.mean, lower=found.lower, upper=found.upper, labels=found.labels, judge=", ".join(rates)
    )


def _rate(rate: Measured | None, write: Callable[[float | None], str] = number) -> str:
    return "not known" if rate is None else f"{write(rate.value)} ({write(rate.lower)} to {write(rate.upper)})"


def hallucination_sentence(found: Hallucinations) -> str:
    """Say how often the contexts contradict a sentence, or do not hold it, and in how many answers."""
    return (
        f"Contradicted by the passages (intrinsic hallucination): {_share(found.intrinsic.sentences)} of sentences, "
        f"in {_share(found.intrinsic.answers)} of answers. Not found in the passages (extrinsic): "
        f"{_share(found.extrinsic.sentences)} of sentences, in {_share(found.extrinsic.answers)} of answers."
    )


def _share(rate: MeanInterval) -> str:
    return f"{rate.mean:.1%} ({rate.lower:.1%} to {rate.upper:.1%})"
