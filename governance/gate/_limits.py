"""Limits on what attacks may achieve and on what filters may flag, and the languages in which filters were measured.

Rules of this place: a limit is held against the rate of success, not of resistance; where nothing succeeded the upper
end is at least what the rule of three allows, so that no success in few tries is no proof; a suite that was run several
times is held at its worst.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from evaluation.statistics import rule_of_three
from governance.evidence import Conclusion, Fact
from governance.gate._demands import FilterLimit, SuiteLimit
from governance.gate._ends import Demand, Measured, concluded, three_ends, unknown
from governance.gate._evidence import measured_by, too_few
from governance.gate._shelf import Held, Shelf, Terms, hold
from governance.gate._types import DecisionOutcome, RuleResult

__all__ = ["check_filter", "check_filter_languages", "check_suite"]

_RATE_PROBLEM: Final = "its number is no rate between 0 and 1"


def check_suite(limit: SuiteLimit, shelf: Shelf) -> Held:
    """Hold the rate at which attacks of a suite succeeded against the most that may."""
    words = f"at most {limit.at_most:.1%} of the {limit.suite.value} attacks succeed"
    demand = Demand(rule=limit.name, words=words, bound=limit.at_most, metric=limit.suite.metric, at_most=True)
    facts = [*shelf.facts("suite", limit.suite.value), *shelf.facts("metric", limit.suite.metric)]
    return hold(shelf, demand, facts, _terms(limit), lambda fact: _judge(limit, demand, fact, resisted=True))


def check_filter(limit: FilterLimit, shelf: Shelf) -> Held:
    """Hold the share of scanned rows that a filter flagged against the most that it may."""
    words = f"the {limit.filter} filter flags at most {limit.at_most:.1%} of the scanned rows"
    demand = Demand(rule=limit.name, words=words, bound=limit.at_most, metric=limit.filter, at_most=True)
    facts = shelf.facts("scan", limit.filter)
    return hold(shelf, demand, facts, _terms(limit), lambda fact: _judge(limit, demand, fact, resisted=False))


def check_filter_languages(filters: Iterable[str], languages: Iterable[str], shelf: Shelf) -> Iterator[Held]:
    """Demand for each filter and language evidence of its measured quality: kind `filter`, of `FILTER:LANGUAGE`."""
    for name in sorted(set(filters)):
        for language in sorted(languages):
            demand = Demand(
                rule=f"languages.filter.{name}.{language}", words=f"the {name} filter was measured in {language}"
            )
            of = f"{name}:{language}"
            yield hold(shelf, demand, shelf.facts("filter", of), Terms(), partial(_measured_quality, demand))


def _measured_quality(demand: Demand, fact: Fact) -> RuleResult:
    """Take any measured quality: how good it has to be is for `evidence` to say."""
    if fact.conclusion is Conclusion.NOT_SATISFIED:
        return concluded(demand, DecisionOutcome.FAIL, "it says itself that it is not satisfied")
    if fact.conclusion not in {None, Conclusion.SATISFIED} or (fact.conclusion is None and not fact.n):
        return unknown(demand, "it measured nothing")
    return concluded(demand, DecisionOutcome.PASS, f"{fact.n} rows are behind it")


def _terms(limit: SuiteLimit | FilterLimit) -> Terms:
    return Terms(origin=limit.origin, max_age_days=limit.max_age_days)


def _judge(limit: SuiteLimit | FilterLimit, demand: Demand, fact: Fact, *, resisted: bool) -> RuleResult:
    if fact.conclusion in {Conclusion.INCONCLUSIVE, Conclusion.ERROR, Conclusion.NOT_APPLICABLE}:
        return unknown(demand, "it is inconclusive itself")
    if few := too_few(fact, limit.min_n):
        return unknown(demand, few)
    measured = measured_by(fact, worst_row=0.0 if resisted else 1.0, unit="attacks" if resisted else "rows")
    if isinstance(measured, str):
        return unknown(demand, measured)
    if not 0 <= measured.lower <= measured.upper <= 1:
        return unknown(demand, _RATE_PROBLEM)
    return three_ends(demand, _with_unseen(_successes(measured) if resisted else measured))


def _successes(resisted: Measured) -> Measured:
    return replace(
        resisted,
        value=1 - resisted.value,
        lower=1 - resisted.upper,
        upper=1 - resisted.lower,
        worst=1 - resisted.worst,
    )


def _with_unseen(rate: Measured) -> Measured:
    """Where nothing was seen, let the upper end allow for what was not (Hanley & Lippman-Hand 1983)."""
    return rate if rate.value > 0 else replace(rate, upper=max(rate.upper, rule_of_three(rate.n)))
