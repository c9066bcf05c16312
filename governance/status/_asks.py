"""One piece of evidence that a rule asks for, held against the facts about it.

Rules of this place: every fact that counts has to agree, so that failing evidence never improves anything and taking
evidence away never satisfies; what is stale, expired, dated in the future, returned, still to be accepted or about
another version of the application does not count, and is named; what was measured in a run log that was altered since
satisfies nothing, and what fails goes on failing; a bound is held against the end of the interval, with the rows that
have no number taken as bad ones for a pass and as good ones for a fail.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Final

from governance.evidence import Conclusion, Fact, FactStanding, Instant, Stand, Untimely, sift, stand
from governance.status._algebra import all_of
from governance.status._types import AskStatus
from risks import Ask

__all__ = ["Moment", "hold"]

_NOT_YET: Final = {
    FactStanding.RETURNED: "it was returned to its submitter",
    FactStanding.SUBMITTED: "it waits for somebody to accept it",
}
_CONCLUSIONS: Final = {
    Stand.MISSED: Conclusion.NOT_SATISFIED,
    Stand.OPEN: Conclusion.INCONCLUSIVE,
    Stand.KEPT: Conclusion.SATISFIED,
}
_BAD: Final = frozenset({Conclusion.NOT_SATISFIED, Conclusion.ERROR})


@dataclass(frozen=True)
class Moment:
    """When evidence is looked at, and what it has to be about."""

    now: datetime
    current: frozenset[str] | None = None  # runs of the version in use; None: no version was named, so all count

    @cached_property
    def instant(self) -> Instant:
        """The time, for what is looked at."""
        return Instant(self.now)

    @property
    def text(self) -> str:
        """The time, as facts have it."""
        return self.instant.text


def hold(ask: Ask, facts: Sequence[Fact], moment: Moment, *, altered: Collection[str] = ()) -> AskStatus:
    """Hold an ask against the facts of its kind and name; `altered`: the runs whose logs are not the recorded ones."""
    if not facts:
        return AskStatus(ask=ask, outcome=Conclusion.INCONCLUSIVE, reason="no evidence is there", evidence=())
    sifted = sift(facts, lambda fact: _problem(ask, fact, moment))
    if not sifted.counting:
        newest, problem = sifted.newest_other
        return AskStatus(ask=ask, outcome=Conclusion.INCONCLUSIVE, reason=problem, evidence=(newest.evidence,))
    concluded = [(fact, *_conclude(ask, fact, is_altered=fact.subject in altered)) for fact in sifted.counting]
    outcome = all_of(found for _, found, _ in concluded)
    deciding = [(fact, why) for fact, found, why in concluded if found is outcome]
    reason = _newest(deciding)
    return AskStatus(ask=ask, outcome=outcome, reason=reason, evidence=_ids(fact for fact, _ in deciding))


def _problem(ask: Ask, fact: Fact, moment: Moment) -> str:
    """Say why a fact does not count, "" where it does."""
    if fact.standing in _NOT_YET:
        return _NOT_YET[fact.standing]
    if moment.current is not None and fact.is_of_a_version and fact.subject not in moment.current:
        return "it is about another version of the application than the one in use"
    untimely = moment.instant.untimely(fact, ask.max_age_days)
    return "" if untimely is None else _age_problem(ask, fact, untimely)


def _age_problem(ask: Ask, fact: Fact, untimely: Untimely) -> str:
    if untimely is Untimely.AHEAD:
        return f"it is dated {fact.issued_at[:10]}, which is to come"
    if untimely is Untimely.EXPIRED:
        return f"it expired on {(fact.expires_at or '')[:10]}"
    return f"it is of {fact.issued_at[:10]}, more than {ask.max_age_days} days old"


def _conclude(ask: Ask, fact: Fact, *, is_altered: bool) -> tuple[Conclusion, str]:
    outcome, reason = _stated(ask, fact)
    if is_altered and outcome not in _BAD:
        return Conclusion.INCONCLUSIVE, "the run log that it was measured in is no longer the one that was recorded"
    return outcome, reason


def _stated(ask: Ask, fact: Fact) -> tuple[Conclusion, str]:
    if fact.conclusion is not None and fact.conclusion is not Conclusion.SATISFIED:
        return fact.conclusion, f"the evidence says {fact.conclusion.value.replace('_', ' ')}"
    if fact.open_findings:
        return Conclusion.NOT_SATISFIED, f"{fact.open_findings} findings are open"
    if fact.n < ask.min_n:
        rows = "1 row" if fact.n == 1 else f"{fact.n} rows"
        return Conclusion.INCONCLUSIVE, f"it rests on {rows}, {ask.min_n} are needed"
    if ask.at_least or ask.at_most:
        return _bounded(ask, fact)
    return Conclusion.SATISFIED, "it is there and counts"


def _bounded(ask: Ask, fact: Fact) -> tuple[Conclusion, str]:
    if fact.lower is None or fact.upper is None:
        return Conclusion.INCONCLUSIVE, "it holds no number with an interval"
    low, high = _with_failures(fact.lower, fact, as_good=False), _with_failures(fact.upper, fact, as_good=True)
    least, most = _bound(ask.at_least), _bound(ask.at_most)
    outcome = _CONCLUSIONS[stand(low, high, least=least, most=most)]
    wanted = " and ".join([f"at least {least}"] * (least is not None) + [f"at most {most}"] * (most is not None))
    unscored = f"; {fact.failures} rows have no number" if fact.failures else ""
    return outcome, f"95 % interval {fact.lower:.3f} to {fact.upper:.3f} on {fact.n} rows, needed {wanted}{unscored}"


def _with_failures(end: Decimal, fact: Fact, *, as_good: bool) -> Decimal:
    """Return an end of the interval with each row that has no number counted as 1 (`as_good`) or as 0."""
    if not fact.failures:
        return end
    return (end * fact.n + (fact.failures if as_good else 0)) / (fact.n + fact.failures)


@lru_cache(maxsize=1024)
def _bound(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _newest(deciding: Iterable[tuple[Fact, str]]) -> str:
    _, reason = max(deciding, key=lambda found: (found[0].issued_at, found[0].evidence))
    return reason


def _ids(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(sorted({fact.evidence for fact in facts}))
