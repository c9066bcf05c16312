"""The facts of the record that are at hand when it is decided, and which of them count.

Rules of this place: every fact that counts has to hold, so that failing evidence never improves anything and a second
try never hides the first; what is returned, waits, is expired, too old, stale, dated in the future, of another system,
origin or version of the application does not count, and is named; without any that counts nothing is decided.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple

from assay.kernel import parse_time
from governance.evidence import Fact, FactStanding, Instant, Sifted, Untimely, sift
from governance.gate._chance import p_value
from governance.gate._ends import Demand, unknown
from governance.gate._known import EvidenceRef, RecordFacts
from governance.gate._types import DecisionOutcome, RuleResult

__all__ = ["Held", "Shelf", "Terms", "hold"]

_RANK: Final = {DecisionOutcome.FAIL: 0, DecisionOutcome.INCONCLUSIVE: 1, DecisionOutcome.PASS: 2}
_NOT_THAT: Final = {
    FactStanding.RETURNED: "it was returned to its submitter",
    FactStanding.SUBMITTED: "it waits for somebody to accept it",
    FactStanding.ACCEPTED: "somebody handed it in and somebody accepted it, which this policy does not take",
    FactStanding.RECORDED: "it was recorded and not accepted by anybody, which this policy does not take",
}


class Held(NamedTuple):
    """A rule that was held against evidence, and the evidence that it rests on."""

    result: RuleResult
    evidence: tuple[EvidenceRef, ...] = ()
    rows: int = 0  # behind the number that decided


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What makes a fact count."""

    standing: frozenset[str] = frozenset({FactStanding.RECORDED.value, FactStanding.ACCEPTED.value})
    origin: str | None = None  # who must have handed it in
    max_age_days: int | None = None


@dataclass(frozen=True)
class Shelf:
    """The facts of a system, by kind and name; `candidate` is the run that is decided about."""

    record: RecordFacts
    system: str
    candidate: str
    now: datetime

    def facts(self, kind: str, of: str) -> Sequence[Fact]:
        """Return the facts of a kind and name that can be about what is decided, whether or not they count."""
        return [fact for fact in self._by_name.get((kind, of), ()) if self._concerns(fact)]

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], Sequence[Fact]]:
        found: dict[tuple[str, str], list[Fact]] = {}
        for fact in sorted(self.record.facts, key=lambda one: (one.evidence, one.subject)):
            found.setdefault((fact.kind, fact.of), []).append(fact)
        return found

    def _concerns(self, fact: Fact) -> bool:
        """Whether it is of the version that is decided about, and among the scans that a release names."""
        release = self.record.release
        if fact.standing is not FactStanding.RECORDED:
            return True
        if fact.is_of_a_version:
            asked = frozenset() if self.record.application is None else self.record.application.runs
            named = () if release is None else release.runs
            return fact.subject == self.candidate or fact.subject in asked or fact.subject in named
        return fact.kind != "scan" or release is None or fact.subject in release.scans

    def problem(self, fact: Fact, terms: Terms) -> str:
        """Say why a fact does not count, "" where it does."""
        if fact.system != self.system:
            return f"it is about another system, {fact.system}"
        if fact.standing.value not in terms.standing:
            return _NOT_THAT[fact.standing]
        if terms.origin is not None and fact.origin.value != terms.origin:
            return f"a {fact.origin.value} handed it in, not CI with the token of a service account"
        stale = next((why for name in (fact.evidence, fact.subject) if (why := self.record.stale.get(name))), "")
        return f"it is stale: {stale}" if stale else self._age_problem(fact, terms)

    def _age_problem(self, fact: Fact, terms: Terms) -> str:
        untimely = self._instant.untimely(fact, terms.max_age_days)
        if untimely is Untimely.AHEAD:
            return f"it is dated {fact.issued_at}, which lies in the future"
        if untimely is Untimely.EXPIRED:
            return f"it expired at {fact.expires_at}"
        if untimely is Untimely.OLD:
            age = self.now - parse_time(fact.issued_at)
            return f"it is {age.days} days old, at most {terms.max_age_days} are wanted"
        return ""

    @cached_property
    def _instant(self) -> Instant:
        return Instant(self.now)


def hold(
    shelf: Shelf, demand: Demand, facts: Sequence[Fact], terms: Terms, judge: Callable[[Fact], RuleResult]
) -> Held:
    """Hold each fact that counts against the demand by `judge`; the worst result is the rule's."""
    sifted = sift(facts, lambda fact: shelf.problem(fact, terms))
    if not sifted.counting:
        return Held(unknown(demand, _absent(sifted)))
    judged = [(judge(fact), fact) for fact in sifted.counting]
    worst, fact = min(judged, key=lambda found: (_RANK[found[0].outcome], p_value(found[0], found[1].n)))
    refs = {EvidenceRef(evidence=one.evidence, digest=one.digest) for one in sifted.counting}
    return Held(_named(worst, fact, len(judged)), tuple(sorted(refs)), fact.n)


def _named(result: RuleResult, fact: Fact, count: int) -> RuleResult:
    among = f", the worst of {count} that count" if count > 1 else ""
    return replace(result, reason=f"{fact.evidence} ({fact.subject}{among}): {result.reason}")


def _absent(sifted: Sifted) -> str:
    if not sifted.others:
        return "no such evidence is there"
    fact, problem = sifted.newest_other
    others = f"; so it is with {len(sifted.others) - 1} more" if len(sifted.others) > 1 else ""
    return f"{fact.evidence} ({fact.subject}) does not count: {problem}{others}"
