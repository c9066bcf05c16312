"""How steady verdicts are, over repeats and orders of contexts: for people and as documents for machines."""

from collections.abc import Mapping, Sequence

from assay.app.run_order import order_words
from assay.cli._output import show, show_table
from evaluation.runs import OrderSensitivity, RepeatedMetric
from evaluation.statistics import Measured

__all__ = ["order_document", "repeats_document", "show_order", "show_repeats"]


def repeats_document(found: RepeatedMetric | None) -> dict[str, object] | None:
    """Return the flip rate with its interval, the variance within rows, and pass@K and pass^K; None without repeats."""
    if found is None:
        return None
    flips = found.flip_rate
    return {
        "rows": found.rows,
        "draws": found.draws,
        "flip_rate": None if flips is None else flips.value,
        "lower": None if flips is None else flips.lower,
        "upper": None if flips is None else flips.upper,
        "within_variance": found.within_variance,
        "whole_rows": found.whole_rows,
        "pass_any": _document(found.pass_any),
        "pass_all": _document(found.pass_all),
    }


def show_repeats(repeats: Mapping[str, RepeatedMetric]) -> None:
    """Print a table, nothing where there were no repeats."""
    if not repeats:
        return
    rows = [
        (
            metric,
            _words(one.flip_rate),
            "unknown" if one.within_variance is None else f"{one.within_variance:.4f}",
            _words(one.pass_any),
            _words(one.pass_all),
            one.rows,
        )
        for metric, one in repeats.items()
    ]
    columns = (
        "repeats of",
        "flip rate (95 %)",
        "variance in a row>",
        "good in any draw",
        "good in every draw",
        "rows>",
    )
    show_table(columns, rows)


def order_document(found: Sequence[OrderSensitivity]) -> dict[str, object]:
    """Return metric → share of verdicts that change with reversed contexts; empty where it was not checked."""
    return {one.metric: {"rows": one.rows, "failed": one.failed, "changed": _document(one.changed)} for one in found}


def show_order(found: Sequence[OrderSensitivity]) -> None:
    """Print a line for each metric, nothing where it was not checked."""
    for one in found:
        show(order_words(one))


def _document(share: Measured | None) -> dict[str, float] | None:
    return None if share is None else {"value": share.value, "lower": share.lower, "upper": share.upper}


def _words(share: Measured | None) -> str:
    return "unknown" if share is None else f"{share.value:.3f} ({share.lower:.3f} to {share.upper:.3f})"
