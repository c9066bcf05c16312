"""Estimates and comparisons as lines for people and as documents for machines; unknown is a word, never a number."""

import dataclasses
from collections.abc import Sequence

from assay.cli._output import show_table
from evaluation.statistics import Comparison, Estimate

__all__ = ["estimate_document", "show_comparisons", "show_estimates"]


def estimate_document(estimate: Estimate | Comparison) -> dict[str, object]:
    """Return every field by its name."""
    return dataclasses.asdict(estimate)


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


def show_comparisons(comparisons: Sequence[Comparison]) -> None:
    """Print a table: difference, interval, and how the pairs fell out."""
    rows = [
        (
            one.metric,
            _number(one.difference, sign="+"),
            _range(one.lower, one.upper, sign="+"),
            one.pairs,
            f"{one.wins} / {one.ties} / {one.losses}",
            one.unpaired,
        )
        for one in comparisons
    ]
    show_table(("metric", "difference>", "95 % interval", "pairs>", "better / same / worse", "unpaired>"), rows)


def _number(value: float | None, sign: str = "") -> str:
    return "unknown" if value is None else format(value, f"{sign}.3f")


def _range(lower: float | None, upper: float | None, sign: str = "") -> str:
    return f"{_number(lower, sign)} to {_number(upper, sign)}"
