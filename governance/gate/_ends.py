"""Three ends of a bound: surely kept, surely missed, not enough known.

Rules of this place: the ends of the 95 % interval decide, never the mean; a pass must also survive the worst that rows
without a number could hide (Manski 1989); a fail needs no such help, so that adding failures never mends one. A bound
from above is a bound from below seen in a mirror.
"""

from dataclasses import dataclass, replace

from evaluation.statistics import documents_still_needed, rows_still_needed
from governance.evidence import Stand, stand
from governance.gate._types import DecisionOutcome, RuleResult

__all__ = ["Demand", "Measured", "concluded", "three_ends", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What a rule asks for."""

    rule: str  # its id in the policy
    words: str  # for people
    bound: float | None = None  # None: it is there or not, without a number
    metric: str = ""
    at_most: bool = False  # whether the bound is one from above


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A number with its interval, and the worst it could be."""

    value: float
    lower: float
    upper: float
    worst: float
    n: int  # questions, or rows
    clusters: int  # documents that they come from
    hidden: str  # what could hide behind the worst
    labels: int = 0  # by which the number was corrected
    unit: str = "questions"

    @property
    def mirrored(self) -> "Measured":
        """The same with what is better turned round."""
        return replace(self, value=-self.value, lower=-self.upper, upper=-self.lower, worst=-self.worst)


def three_ends(demand: Demand, measured: Measured) -> RuleResult:
    """Hold a number against its bound."""
    if demand.bound is None:
        raise ValueError(f"the rule {demand.rule!r} has no bound to hold a number against")
    seen, bound = (measured.mirrored, -demand.bound) if demand.at_most else (measured, demand.bound)
    outcome, reason, rows, documents = DecisionOutcome.INCONCLUSIVE, "", None, None
    place = stand(seen.lower, seen.upper, least=bound)
    if place is Stand.MISSED:
        outcome = DecisionOutcome.FAIL
        reason = f"the whole 95 % interval lies {'above' if demand.at_most else 'below'} the bound"
    elif place is Stand.OPEN:
        rows = rows_still_needed(mean=seen.value, lower=seen.lower, bound=bound, n=seen.n)
        documents = _documents(rows, seen)
        reason = _undecided(rows, documents, "labels" if seen.labels else seen.unit)
        rows = None if seen.labels else rows
    elif seen.worst < bound:
        reason = f"{measured.hidden}: were all of them bad, it would be {measured.worst:.3f}"
    else:
        outcome = DecisionOutcome.PASS
        reason = f"the whole 95 % interval {'stays within' if demand.at_most else 'reaches'} the bound"
    return RuleResult(
        rule=demand.rule,
        metric=demand.metric,
        words=demand.words,
        outcome=outcome,
        reason=f"{reason}; corrected by {measured.labels} labels" if measured.labels else reason,
        observed=measured.value,
        lower=measured.lower,
        upper=measured.upper,
        threshold=demand.bound,
        rows_still_needed=rows,
        documents_still_needed=documents,
        at_most=demand.at_most,
    )


def unknown(demand: Demand, reason: str) -> RuleResult:
    """Say that nothing is known that could be held against the demand, and why."""
    return concluded(demand, DecisionOutcome.INCONCLUSIVE, reason)


def concluded(demand: Demand, outcome: DecisionOutcome, reason: str) -> RuleResult:
    """Say what became of a demand without a number of its own."""
    return RuleResult(
        rule=demand.rule,
        metric=demand.metric,
        words=demand.words,
        outcome=outcome,
        reason=reason,
        threshold=demand.bound,
        at_most=demand.at_most,
    )


def _documents(rows: int | None, measured: Measured) -> int | None:
    if rows is None or measured.labels or measured.clusters < 1:
        return None
    return documents_still_needed(rows, n=max(measured.n, measured.clusters), clusters=measured.clusters)


def _undecided(rows: int | None, documents: int | None, what: str) -> str:
    if rows is None:
        return f"the bound lies within the 95 % interval, and more {what} at this score would not turn it into a pass"
    origin = f" from {documents} more document{'s' if documents > 1 else ''}" if documents else ""
    return f"the bound lies within the 95 % interval: {rows} more {what}{origin} needed"
