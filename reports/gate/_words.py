"""What was observed and what was needed, in few words."""

from decimal import Decimal

from evaluation.runs import Spend
from governance.gate import Attempt, RuleResult

__all__ = ["describe_attempt", "describe_need", "describe_observed", "describe_spend", "still_needed"]

_MINUTE_S = 60


def describe_observed(result: RuleResult) -> str:
    """Write `0.912 (0.851 to 0.949)`, or nothing where nothing was measured."""
    if result.observed is None or result.lower is None or result.upper is None:
        return ""
    sign = "+" if _is_difference(result) else ""
    return f"{result.observed:{sign}.3f} ({result.lower:{sign}.3f} to {result.upper:{sign}.3f})"


def describe_need(result: RuleResult) -> str:
    """Write the bound as the rule has it, or nothing for an expectation."""
    if result.threshold is None:
        return ""
    if result.at_most:
        return f"≤ {result.threshold:g}"
    return f"≥ {result.threshold:g}" if not _is_difference(result) else f"≥ {result.threshold:+g} difference"


def still_needed(result: RuleResult) -> str:
    """Write `34 more questions from 5 more documents`, or nothing where no number would do or none is needed."""
    if result.rows_still_needed is None:
        return ""
    documents = result.documents_still_needed
    origin = "" if not documents else f" from {documents:,} more document{'s' if documents > 1 else ''}"
    return f"{result.rows_still_needed:,} more question{'s' if result.rows_still_needed > 1 else ''}{origin}"


def describe_attempt(attempt: Attempt) -> str:
    """Write the numbers of an attempt, metric by metric."""
    return "; ".join(
        f"{one.metric} {'unknown' if one.mean is None else f'{one.mean:.3f}'} ({one.scored:,} of {one.asked:,} scored)"
        for one in attempt.values
    )


def describe_spend(spend: Spend) -> str:
    """Write time, money, calls and tokens of a run; money has the currency of the prices in assay.yaml."""
    judging = spend.judging
    parts = [
        f"{_time(spend.passed_s)} from plan to last row",
        f"work: {_time(spend.answering_ms / 1000)} answering, {_time(judging.latency_ms / 1000)} judging",
    ]
    if not judging.calls:
        return " · ".join([*parts, "no language model judged"])
    asked = [
        f"judging cost {_money(judging.cost)}",
        f"{judging.calls:,} calls of judges, {judging.cached_calls:,} of them from the cache",
        f"{judging.prompt_tokens:,} + {judging.completion_tokens:,} tokens",
    ]
    return " · ".join([*parts, *asked])


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < _MINUTE_S else f"{seconds / _MINUTE_S:,.1f} minutes"


def _money(cost: Decimal) -> str:
    return "nothing that has a price" if not cost else f"{cost:.4f} by the prices of assay.yaml"


def _is_difference(result: RuleResult) -> bool:
    """Tell −margin, the bound of a non-inferiority rule (−0.0 for a margin of 0), from a threshold."""
    return not result.at_most and result.threshold is not None and f"{result.threshold:+.6f}".startswith("-")
