"""The laws of status, for any facts: order, failing evidence, removal, emptiness, age."""

import dataclasses
from datetime import timedelta
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

import risks
from governance.evidence import Conclusion, Fact, FactStanding
from governance.status import AskStatus, Assessor, Known, Moment, RiskShown, SystemStatus, Waiver, all_of
from governance.status._algebra import WORST_FIRST
from tests.governance.status.samples import MOMENT, NOW, days_ago, fact

ASSESSOR: Final = Assessor(risks.framework())
ASKS: Final = sorted({(ask.kind.value, ask.of) for rule in ASSESSOR.framework.rules for ask in rule.evidence})
CONTROLS: Final = [control.id for control in ASSESSOR.framework.catalogue.controls]
GOODNESS: Final = {RiskShown.OPEN: 0, RiskShown.UNDECIDED: 1, RiskShown.ACCEPTED: 2, RiskShown.TREATED: 3}
outcomes = st.lists(st.sampled_from(Conclusion), max_size=6)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """Return a fact about something that the rules ask for."""
    kind, of = draw(st.sampled_from(ASKS))
    good = draw(st.booleans())
    return fact(
        evidence=f"evidence-{draw(st.integers(0, 10**6))}",
        kind=kind,
        of=of,
        lower="0.991" if good else "0.1",
        upper="0.999" if good else draw(st.sampled_from(["0.2", "0.95"])),
        n=1000,
        issued_at=days_ago(draw(st.sampled_from([-3, 0, 1, 20, 400]))),
        standing=draw(st.sampled_from(FactStanding)),
        conclusion=draw(st.sampled_from([None, *Conclusion])),
    )


many = st.lists(facts(), max_size=40)


def status(found: list[Fact], waivers: list[Waiver] | None = None) -> SystemStatus:
    """Return the status at the tests' moment."""
    return ASSESSOR.assess("shop", found, MOMENT, waivers=waivers or [])


def complete() -> list[Fact]:
    """Return one good fact for everything that is asked."""
    good = {"lower": "0.991", "upper": "0.999", "n": 1000, "issued_at": days_ago(0)}
    rate = {**good, "lower": "0", "upper": "0.001"}
    return [
        fact(evidence=f"evidence-{kind}-{of}", kind=kind, of=of, **(rate if kind == "scan" else good))
        for kind, of in ASKS
    ]


def log(number: int, conclusion: Conclusion) -> Fact:
    """Return what the check of a run's log found."""
    of = {"kind": "run_log", "of": "verified", "issued_at": days_ago(0), "conclusion": conclusion}
    return fact(evidence=f"log-{number}", subject=f"run-{number}", **of)


def failed(asked: tuple[str, str]) -> Fact:
    """Return a fact that says of what is asked that it is not so."""
    kind, of = asked
    return fact(evidence=f"failed-{kind}-{of}", kind=kind, of=of, conclusion=Conclusion.NOT_SATISFIED)


def asks_of(found: SystemStatus) -> list[AskStatus]:
    """Return every piece of evidence that is asked for, risk by risk."""
    return [ask for risk in found.risks for control in risk.controls for ask in control.asks]


@given(outcomes, st.randoms())
def test_order_does_not_matter(found: list[Conclusion], random: Random) -> None:
    """Neither does repetition."""
    shuffled = [*found, *found]
    random.shuffle(shuffled)
    assert all_of(shuffled) is all_of(found)


@given(outcomes, outcomes, outcomes)
def test_joining_is_associative(one: list[Conclusion], two: list[Conclusion], three: list[Conclusion]) -> None:
    """Parts may be joined first, where each has something."""
    if one and two and three:
        assert all_of([all_of([*one, *two]), *three]) is all_of([*one, all_of([*two, *three])])


@given(outcomes, st.sampled_from(Conclusion))
def test_joining_never_improves_a_failure(found: list[Conclusion], more: Conclusion) -> None:
    """What is joined is at best as good as what was there, but for nothing at all."""
    if found and more is not Conclusion.NOT_APPLICABLE:
        assert WORST_FIRST.index(all_of([*found, more])) <= WORST_FIRST.index(all_of(found))


def test_nothing_is_never_satisfied() -> None:
    """Neither an empty list, nor a system without evidence."""
    assert all_of([]) is Conclusion.INCONCLUSIVE
    empty = status([])
    assert {one.shown for one in empty.risks} == {RiskShown.UNDECIDED}
    assert {control.known for one in empty.risks for control in one.controls} == {Known.UNKNOWN}
    assert set(empty.components.values()) == {Conclusion.INCONCLUSIVE}


def test_everything_that_is_asked_treats_every_risk() -> None:
    """The rules can be met."""
    found = status(complete())
    assert [one.risk for one in found.risks if one.shown is not RiskShown.TREATED] == []
    assert set(found.components.values()) == {Conclusion.SATISFIED}


@settings(max_examples=60, deadline=None)
@given(many, st.randoms())
def test_the_order_of_facts_decides_nothing(found: list[Fact], random: Random) -> None:
    """Facts come from a store in any order."""
    found = list({one.evidence: one for one in found}.values())
    shuffled = list(found)
    random.shuffle(shuffled)
    assert status(shuffled) == status(found)


@settings(max_examples=60, deadline=None)
@given(many, facts(), st.sampled_from([0, 1]))
def test_failing_evidence_never_improves(found: list[Fact], more: Fact, whole: int) -> None:
    """On top of anything, everything that is asked included."""
    before = [*found, *(complete() * whole)]
    failing = dataclasses.replace(more, conclusion=Conclusion.NOT_SATISFIED)
    for one, other in zip(status(before).risks, status([*before, failing]).risks, strict=True):
        assert GOODNESS[other.shown] <= GOODNESS[one.shown]


@settings(max_examples=60, deadline=None)
@given(many, st.sets(st.sampled_from(ASKS)))
def test_removing_evidence_never_improves(found: list[Fact], removed: set[tuple[str, str]]) -> None:
    """Whatever else is there; what fails cannot be removed from a store that only grows."""
    kept = [one for one in complete() if (one.kind, one.of) not in removed]
    for one, other in zip(status([*found, *complete()]).risks, status([*found, *kept]).risks, strict=True):
        assert GOODNESS[other.shown] <= GOODNESS[one.shown]


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(ASKS)), st.integers(0, 400))
def test_time_alone_never_improves(removed: set[tuple[str, str]], days: int) -> None:
    """What gets stale becomes undecided."""
    kept = [one for one in complete() if (one.kind, one.of) not in removed]
    later = ASSESSOR.assess("shop", kept, Moment(now=NOW + timedelta(days=days)))
    for one, other in zip(status(kept).risks, later.risks, strict=True):
        assert GOODNESS[other.shown] <= GOODNESS[one.shown]


@settings(max_examples=60, deadline=None)
@given(many, st.sets(st.sampled_from(ASKS), max_size=20), st.integers(0, 2))
def test_an_altered_log_improves_nothing_and_changes_only_what_was_measured_in_it(
    found: list[Fact], failing: set[tuple[str, str]], altered: int
) -> None:
    """What names evidence of another run alone stays as it is, to the word."""
    every = [*found, *(one for one in complete() if (one.kind, one.of) not in failing), *map(failed, sorted(failing))]
    measured = [dataclasses.replace(one, subject=f"run-{number % 3}") for number, one in enumerate(every)]
    logs = [log(number, Conclusion.SATISFIED) for number in range(3)]
    before = status([*measured, *logs])
    logs[altered] = log(altered, Conclusion.NOT_SATISFIED)
    of_run = {one.evidence for one in (*measured, *logs) if one.subject == f"run-{altered}"}
    for one, other in zip(asks_of(before), asks_of(status([*measured, *logs])), strict=True):
        assert WORST_FIRST.index(other.outcome) <= WORST_FIRST.index(one.outcome)
        assert one == other or of_run.intersection(other.evidence)


@settings(max_examples=40, deadline=None)
@given(many, st.sampled_from(CONTROLS))
def test_a_waiver_accepts_at_best_and_ends(found: list[Fact], control: str) -> None:
    """What is waived is never shown as treated, and an ended waiver counts for nothing."""
    waiver = Waiver(id="waiver-1", control=control, risk=None, expires_at=days_ago(-5))
    ended = dataclasses.replace(waiver, expires_at=days_ago(0))
    assert status(found, [ended]) == status(found)
    for one in status([*found, *complete()], [waiver]).risks:
        waived = [item.control for item in one.controls if item.known is Known.WAIVED]
        assert not waived or (waived == [control] and one.shown is not RiskShown.TREATED)
