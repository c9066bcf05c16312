"""What several rules together may not do by chance: fail a release that is as good as its bounds (ADR 4).

Rules of this place: a pass needs no correction, for all rules must pass and the one that should not is held by its own
level (an intersection–union test). A fail needs one: it takes a single rule, so that many rules find one by chance. The
rules' p-values are adjusted by Holm at 2.5 %, one-sided: the level of a 95 % interval's lower end, so that one rule
alone decides as its interval shows. What a correction takes from fail is inconclusive, and blocks. How many rules there
are is for the policy to say, not for the evidence that is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from evaluation.statistics import holm, one_sided_p
from governance.gate._types import DecisionOutcome, RuleResult

__all__ = ["ONE_SIDED_LEVEL", "correct_fails", "p_value"]

ONE_SIDED_LEVEL = 0.025


def correct_fails(results: Sequence[RuleResult], clusters: Mapping[str, int]) -> list[RuleResult]:
    """Leave a fail only where it holds against the number of rules; `clusters` counts independent units by rule."""
    adjusted = holm([p_value(result, clusters.get(result.rule, 0)) for result in results])
    return [
        _undecided(result, p, len(results))
        if result.outcome is DecisionOutcome.FAIL and p > ONE_SIDED_LEVEL
        else result
        for result, p in zip(results, adjusted, strict=True)
    ]


def p_value(result: RuleResult, clusters: int) -> float:
    """Evidence that the truth lies beyond the bound; 1 where nothing is known, 0 where it is no matter of chance."""
    end = result.lower if result.at_most else result.upper
    if result.observed is None or end is None or result.threshold is None:
        return 0.0 if result.outcome is DecisionOutcome.FAIL else 1.0
    return one_sided_p(value=result.observed, end=end, bound=result.threshold, clusters=clusters)


def _undecided(result: RuleResult, p: float, rules: int) -> RuleResult:
    reason = (
        f"{result.reason}, but of {rules} rules one may by chance: adjusted for that, p = {p:.3f} where a fail needs "
        f"{ONE_SIDED_LEVEL:g}; more questions would tell"
    )
    return replace(result, outcome=DecisionOutcome.INCONCLUSIVE, reason=reason)
