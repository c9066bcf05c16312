"""Each rule of a decision in words, for `--explain`."""

from collections.abc import Iterator

from governance.gate import DecisionOutcome, RuleResult, place_of
from reports.gate._next_steps import next_step
from reports.gate._sheet import GateSheet
from reports.gate._words import describe_need, describe_observed, still_needed

__all__ = ["explained"]


def explained(sheet: GateSheet) -> Iterator[str]:
    """Yield lines: what each rule demands, what was observed and needed, why it ended so, and what would settle it."""
    for result in sheet.decision.results:
        yield f"{result.rule}: {result.outcome.value}{_where(sheet, result)}"
        yield f"  demands    {result.words}"
        if observed := describe_observed(result):
            yield f"  observed   {observed}, mean with 95 % interval"
        if need := describe_need(result):
            yield f"  needed     {need}"
        yield f"  found      {result.reason}"
        if settles := _settles(result):
            yield f"  settled by {settles}"
    for one in sheet.decision.evidence:
        yield f"rests on evidence {one.evidence} ({one.digest})"
    for name, digest in sheet.decision.catalogues.items():
        yield f"under the catalogue {name} ({digest})"


def _where(sheet: GateSheet, result: RuleResult) -> str:
    place = place_of(result.rule, sheet.places)
    return "" if place is None else f" ({sheet.policy_file}, line {place.line})"


def _settles(result: RuleResult) -> str:
    if result.outcome is DecisionOutcome.PASS:
        return ""
    more, step = still_needed(result), next_step(result)
    if result.outcome is DecisionOutcome.FAIL:
        return "a better application: more questions would not change it"
    return f"{more}: {step}" if more else step
