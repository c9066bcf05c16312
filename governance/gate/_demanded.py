"""What a policy demands beside the numbers of the run, decided together; without a record, each says that it needs one.

Rules of this place: what is about numbers with a bound is kept apart, for it can fail by chance (`_chance`); a demand
gives one result whatever is there for it, so that how many rules there are is for the policy alone to say.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from governance.gate._evidence import check_evidence
from governance.gate._known import EvidenceRef, RecordFacts
from governance.gate._limits import check_filter, check_filter_languages, check_suite
from governance.gate._policy import Policy
from governance.gate._shelf import Held, Shelf
from governance.gate._standing import check_standing
from governance.gate._types import DecisionOutcome, RuleResult, RunFacts, UnreadableRun

__all__ = ["Demanded", "check_demanded"]

_NO_RECORD = "only a record knows it: assay runs ingest DIR, then gate it there"


@dataclass(frozen=True, kw_only=True)
class Demanded:
    """What became of the demands, and the evidence that they rest on."""

    bounded: tuple[RuleResult, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)  # rule → rows behind its number
    unbounded: tuple[RuleResult, ...] = ()
    evidence: tuple[EvidenceRef, ...] = ()


def check_demanded(
    policy: Policy, candidate: RunFacts | UnreadableRun, record: RecordFacts | None, now: datetime
) -> Demanded:
    """Hold what the record knows against what the policy demands of it."""
    if isinstance(candidate, UnreadableRun):
        return Demanded()
    known = RecordFacts() if record is None else record
    shelf = Shelf(record=known, system=candidate.system, candidate=candidate.run, now=now)
    held = list(_held(policy, shelf))
    evidence = _together(held)
    others = list(check_standing(policy, candidate, shelf, evidence))
    if record is None:
        held = [one._replace(result=_without_record(one.result)) for one in held]
        others = [_without_record(one) for one in others]
    bounded = [one for one in held if one.result.threshold is not None]
    return Demanded(
        bounded=tuple(one.result for one in bounded),
        rows={one.result.rule: one.rows for one in bounded},
        unbounded=(*(one.result for one in held if one.result.threshold is None), *others),
        evidence=evidence,
    )


def _held(policy: Policy, shelf: Shelf) -> Iterator[Held]:
    for expected in sorted(policy.evidence, key=lambda one: one.name):
        yield check_evidence(expected, shelf)
    for suite in sorted(policy.suites, key=lambda one: one.name):
        yield check_suite(suite, shelf)
    for limit in sorted(policy.filters, key=lambda one: one.name):
        yield check_filter(limit, shelf)
    if policy.languages is not None:
        yield from check_filter_languages((one.filter for one in policy.filters), policy.languages.filters, shelf)


def _without_record(result: RuleResult) -> RuleResult:
    return replace(result, outcome=DecisionOutcome.INCONCLUSIVE, reason=_NO_RECORD)


def _together(held: Iterable[Held]) -> tuple[EvidenceRef, ...]:
    return tuple(sorted({ref for one in held for ref in one.evidence}))
