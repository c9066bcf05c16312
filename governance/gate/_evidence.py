"""Evidence that a policy expects, held against the facts of the record.

Rules of this place: evidence without a number has to say by itself that all is well; a document, an attestation or a
bill of materials says so by being accepted; what a report does not say of a finding is unknown, and never harmless.
"""

from collections.abc import Iterator
from typing import Final

from governance.evidence import Conclusion, Fact
from governance.gate._demands import EvidenceExpectation
from governance.gate._ends import Demand, Measured, concluded, three_ends, unknown
from governance.gate._shelf import Held, Shelf, Terms, hold
from governance.gate._types import DecisionOutcome, RuleResult
from risks import MEASURED

__all__ = ["check_evidence", "measured_by", "too_few"]

_UNKNOWN: Final = "unknown"
_UNSURE: Final = {
    Conclusion.INCONCLUSIVE: "it is inconclusive itself",
    Conclusion.NOT_APPLICABLE: "it says that it does not apply",
    Conclusion.ERROR: "it ended in an error",
}


def check_evidence(expected: EvidenceExpectation, shelf: Shelf) -> Held:
    """Hold what is there of the expected kind and name against what the policy says of it."""
    demand = _demand(expected)
    terms = Terms(standing=frozenset(expected.standing), origin=expected.origin, max_age_days=expected.max_age_days)
    facts = shelf.facts(expected.kind.value, expected.of)
    return hold(shelf, demand, facts, terms, lambda fact: _judge(expected, demand, fact))


def too_few(fact: Fact, least: int | None) -> str:
    """Say that fewer rows are behind a number than are wanted, "" where they are enough."""
    wanted = max(1, least or 1)
    return f"{fact.n} rows are behind it, {wanted} are expected" if fact.n < wanted else ""


def measured_by(fact: Fact, *, worst_row: float, unit: str) -> Measured | str:
    """Return a fact's number, or why it is none; `worst_row` is the worst that a row without a number could be."""
    if fact.value is None:
        return "it holds no number"
    if fact.lower is None or fact.upper is None:
        return f"its number, {fact.value}, has no interval"
    if not all(number.is_finite() for number in (fact.value, fact.lower, fact.upper)):
        return f"its number, {fact.value} ({fact.lower} to {fact.upper}), is none"
    value, asked = float(fact.value), fact.n + fact.failures
    return Measured(
        value=value,
        lower=min(value, float(fact.lower)),
        upper=max(value, float(fact.upper)),
        worst=(value * fact.n + worst_row * fact.failures) / asked if fact.failures else value,
        n=max(1, fact.n),
        clusters=0,
        hidden=f"{fact.failures} of {asked} rows have no number",
        unit=unit,
    )


def _demand(expected: EvidenceExpectation) -> Demand:
    what = f"{expected.kind.value} {expected.of}"
    bound = expected.at_least if expected.at_least is not None else expected.at_most
    if bound is None:
        return Demand(rule=expected.name, words=f"there is evidence that all is well: {what}")
    at_most = expected.at_least is None
    words = f"{what} is at {'most' if at_most else 'least'} {bound:g}"
    return Demand(rule=expected.name, words=words, bound=bound, metric=expected.of, at_most=at_most)


def _judge(expected: EvidenceExpectation, demand: Demand, fact: Fact) -> RuleResult:
    if fact.conclusion in _UNSURE:
        return unknown(demand, _UNSURE[fact.conclusion])
    if expected.open_findings is None and fact.conclusion is Conclusion.NOT_SATISFIED:
        return concluded(demand, DecisionOutcome.FAIL, "it says itself that it is not satisfied")
    if expected.min_n is not None and (few := too_few(fact, expected.min_n)):
        return unknown(demand, few)
    found = list(_findings(expected, demand, fact))
    if demand.bound is not None:
        found.append(_bounded(demand, fact))
    elif expected.open_findings is None:
        found.append(_word(demand, fact))
    return min(found, key=lambda one: _ORDER.index(one.outcome))


_ORDER: Final = (DecisionOutcome.FAIL, DecisionOutcome.INCONCLUSIVE, DecisionOutcome.PASS)


def _word(demand: Demand, fact: Fact) -> RuleResult:
    """Take a fact at its word: a check that concluded, or a document that somebody accepted."""
    if fact.conclusion is Conclusion.SATISFIED:
        return concluded(demand, DecisionOutcome.PASS, "it says that it is satisfied")
    if fact.kind in {kind.value for kind in MEASURED}:
        return unknown(demand, "it is a number, and the policy names no bound: at_least or at_most")
    return concluded(demand, DecisionOutcome.PASS, f"it is {fact.standing.value}")


def _bounded(demand: Demand, fact: Fact) -> RuleResult:
    measured = measured_by(fact, worst_row=1.0 if demand.at_most else 0.0, unit="rows")
    few = too_few(fact, 1)
    if isinstance(measured, str) or few:
        return unknown(demand, few if not isinstance(measured, str) else measured)
    if fact.failures and not 0 <= measured.value <= 1:
        return unknown(demand, f"{fact.failures} rows have no number, and what they hide is not bounded")
    return three_ends(demand, measured)


def _findings(expected: EvidenceExpectation, demand: Demand, fact: Fact) -> Iterator[RuleResult]:
    if expected.open_findings is None:
        return
    if fact.open_findings is None:
        yield unknown(demand, "it lists no findings, so that none are known to be closed")
        return
    limits = expected.open_findings.limits
    for severity, most in sorted(limits.items()):
        yield _limited(demand, fact, severity, most, limits_unknown=_UNKNOWN in limits)


def _limited(demand: Demand, fact: Fact, severity: str, most: int, *, limits_unknown: bool) -> RuleResult:
    """Hold the open findings of one severity against the most; those without one could be of it."""
    total = fact.open_findings or 0
    if severity == "total":
        sure, possible = total, total
    else:
        sure = fact.by_severity.get(severity, 0)
        unsaid = max(0, total - sum(fact.by_severity.values()))
        hidden = 0 if limits_unknown or severity == _UNKNOWN else fact.by_severity.get(_UNKNOWN, 0)
        possible = sure + unsaid + hidden
    what = "findings are open" if severity == "total" else f"findings of severity {severity} are open"
    if sure > most:
        return concluded(demand, DecisionOutcome.FAIL, f"{sure} {what}, at most {most} may be")
    if possible > most:
        return unknown(demand, f"up to {possible} {what}, for of some the severity is not known; at most {most} may be")
    return concluded(demand, DecisionOutcome.PASS, f"{sure} {what}, at most {most} may be")
