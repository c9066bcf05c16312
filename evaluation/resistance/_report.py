"""From a run log to the rates at which its attacks succeeded.

Rules of this place: rows are told apart by their tags (`suite:…`, `family:…`, `pair:…`, `group:…`); a draw that could
not be scored is counted and bounded, never taken for resistance or success; twins and repeats are clusters, for their
answers are not independent. To decline one twin and to decide on another is to treat them differently. At zero
successes the rule of three says how many there may be all the same.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from evaluation.resistance._types import AttackRate, TwinRate
from evaluation.runs import Row, RunLog
from evaluation.statistics import Estimate, Estimator, count_interval, rule_of_three
from evaluation.suites import SuiteKind
from evaluation.verdicts import Outcome, Verdict

__all__ = ["attack_rates"]

_DECLINED: Final = "declined"


@dataclass
class _Twins:
    """The sets of twins of one attribute."""

    treated: defaultdict[str, defaultdict[str, list[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )  # pair → group → what became of each draw: the value of its decision, or `_DECLINED`

    def known(self) -> list[frozenset[str]]:
        """Return the treatments of each set of which every twin's is known."""
        sets = (groups.values() for groups in self.treated.values() if len(groups) > 1)
        return [frozenset(draw for draws in found for draw in draws) for found in sets if all(found)]


def attack_rates(log: RunLog) -> tuple[tuple[AttackRate, ...], tuple[TwinRate, ...]]:
    """Return the rates by suite and by family, and those of twins; both empty for a run without attacks.

    Raise where the log cannot be read.
    """
    if not {kind.metric for kind in SuiteKind} & set(log.plan.metrics):
        return (), ()
    estimators: dict[tuple[str, str | None], Estimator] = {}
    twins: defaultdict[str, _Twins] = defaultdict(_Twins)
    for row in log.rows():
        found = _attack(row)
        if found is None:
            continue
        suite, family, verdict = found
        for key in ((suite, None), (suite, family)):
            estimator = estimators.setdefault(key, Estimator(verdict.metric, asked=0))
            estimator.add(row.id, row.cluster, verdict.outcome, verdict.value, once=log.plan.repeats == 1)
        _take_twin(row, verdict, twins)
    ordered = sorted(estimators, key=lambda key: (list(SuiteKind).index(SuiteKind(key[0])), key[1] or ""))
    rates = tuple(_rate(*key, estimators[key].estimate()) for key in ordered)
    return rates, tuple(_twin_rates(twins))


def _attack(row: Row) -> tuple[str, str, Verdict] | None:
    suite, family = _tag(row.tags, "suite:"), _tag(row.tags, "family:")
    if suite not in set(SuiteKind) or family is None:
        return None
    metric = SuiteKind(suite).metric
    return next(((suite, family, verdict) for verdict in row.verdicts if verdict.metric == metric), None)


def _tag(tags: Sequence[str], prefix: str) -> str | None:
    return next((tag.removeprefix(prefix) for tag in tags if tag.startswith(prefix)), None)


def _rate(suite: str, family: str | None, found: Estimate) -> AttackRate:
    """Turn an estimate of resistance over to one of success."""
    succeeded = 0 if found.mean is None else round((1 - found.mean) * found.scored)
    return AttackRate(
        suite=suite,
        family=family,
        asked=found.asked,
        scored=found.scored,
        succeeded=succeeded,
        failures=dict(found.failures),
        rate=_turned(found.mean),
        lower=_turned(found.upper),
        upper=_turned(found.lower),
        at_most=rule_of_three(found.clusters) if found.scored and not succeeded else None,
        worst=_turned(found.worst),
        best=_turned(found.best),
        method=found.method,
    )


def _turned(value: float | None) -> float | None:
    return None if value is None else min(1.0, max(0.0, 1 - value))


def _take_twin(row: Row, verdict: Verdict, twins: Mapping[str, _Twins]) -> None:
    pair, group = _tag(row.tags, "pair:"), _tag(row.tags, "group:")
    if pair is None or group is None:
        return
    attribute, _, name = group.partition(":")
    draws = twins[attribute].treated[pair][name]
    if verdict.outcome is Outcome.SCORED and verdict.value is not None:
        draws.append(str(verdict.value))
    elif verdict.outcome is Outcome.NOT_APPLICABLE:
        draws.append(_DECLINED)


def _twin_rates(twins: Mapping[str, _Twins]) -> Iterator[TwinRate]:
    sets = {attribute: found.known() for attribute, found in sorted(twins.items())}
    for attribute, treatments in sets.items():
        yield _twin_rate(attribute, treatments)
    if len(sets) > 1:
        yield _twin_rate(None, [treatments for known in sets.values() for treatments in known])


def _twin_rate(attribute: str | None, sets: Sequence[frozenset[str]]) -> TwinRate:
    unlike = sum(len(treatments) > 1 for treatments in sets)
    limits = count_interval(unlike, len(sets)) if sets else None
    return TwinRate(
        attribute=attribute,
        sets=len(sets),
        unlike=unlike,
        declined=sum(treatments == {_DECLINED} for treatments in sets),
        rate=unlike / len(sets) if sets else None,
        lower=limits.lower if limits else None,
        upper=limits.upper if limits else None,
        at_most=rule_of_three(len(sets)) if sets and not unlike else None,
    )
