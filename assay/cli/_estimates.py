"""Estimates as lines for people and as documents for machines; unknown is a word, never a number."""

import dataclasses
from collections.abc import Sequence

from assay.cli._output import show, show_table
from assay.cli._repeats import repeats_document
from evaluation.runs import RepeatedMetric
from evaluation.statistics import Corrected, Estimate

__all__ = ["estimate_document", "show_estimates"]


def estimate_document(estimate: Estimate, repeated: RepeatedMetric | None = None) -> dict[str, object]:
    """Return every field by its name, and what repeats showed where there were any."""
    repeats = repeats_document(repeated)
    document = dataclasses.asdict(estimate) | {"corrected": _corrected(estimate.corrected)}
    return document | ({} if repeats is None else {"repeats": repeats})


def show_estimates(estimates: Sequence[Estimate]) -> None:
    """Print a table: mean, interval, counts, failures and what they could change; what people corrected comes first."""
    rows = [row for one in estimates for row in _rows(one)]
    show_table(("metric", "mean>", "95 % interval", "scored>", "not scored", "worst to best"), rows)
    for one in estimates:
        if one.corrected is not None:
            show(f"{one.metric}, corrected: the share of answers that people would call good; {_judge(one.corrected)}")


def _rows(one: Estimate) -> list[tuple[str, ...]]:
    found = one.corrected
    alone = (
        one.metric if found is None else f"{one.metric}, judge alone",
        _number(one.mean),
        _range(one.lower, one.upper),
        f"{one.scored} of {one.asked}",
        ", ".join(f"{count} {kind}" for kind, count in one.failures.items()) or "none",
        _range(one.worst, one.best),
    )
    if found is None:
        return [alone]
    name = f"{one.metric}, corrected"
    return [(name, _number(found.mean), _range(found.lower, found.upper), f"{found.labels} labels", "", ""), alone]


def _judge(found: Corrected) -> str:
    rates = (("sensitivity", found.sensitivity), ("specificity", found.specificity), ("Youden's J", found.youden))
    words = (f"{name} {'unknown' if rate is None else f'{rate.value:.2f}'}" for name, rate in rates)
    return f"on the labels the judge has {', '.join(words)}"


def _corrected(found: Corrected | None) -> dict[str, object] | None:
    if found is None:
        return None
    rates = ("sensitivity", "specificity", "youden")
    named = {name: None if (rate := getattr(found, name)) is None else rate._asdict() for name in rates}
    return dataclasses.asdict(found) | named


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"


def _range(lower: float | None, upper: float | None) -> str:
    return f"{_number(lower)} to {_number(upper)}"
