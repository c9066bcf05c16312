"""Estimates as lines for people and as documents for machines; unknown is a word, never a number."""

import dataclasses
from collections.abc import Sequence

from assay.cli._output import show_table
from assay.cli._repeats import repeats_document
from evaluation.runs import RepeatedMetric
from evaluation.statistics import Estimate

__all__ = ["estimate_document", "show_estimates"]


def estimate_document(estimate: Estimate, repeated: RepeatedMetric | None = None) -> dict[str, object]:
    """Return every field by its name, and what repeats showed where there were any."""
    repeats = repeats_document(repeated)
    return dataclasses.asdict(estimate) | ({} if repeats is None else {"repeats": repeats})


def show_estimates(estimates: Sequence[Estimate]) -> None:
    """Print a table: mean, interval, counts, failures and what they could change."""
    rows = [
        (
            one.metric,
            _number(one.mean),
            _range(one.lower, one.upper),
            f"{one.scored} of {one.asked}",
            ", ".join(f"{count} {kind}" for kind, count in one.failures.items()) or "none",
            _range(one.worst, one.best),
        )
        for one in estimates
    ]
    show_table(("metric", "mean>", "95 % interval", "scored>", "not scored", "worst to best"), rows)


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"


def _range(lower: float | None, upper: float | None) -> str:
    return f"{_number(lower)} to {_number(upper)}"
