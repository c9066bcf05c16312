"""Evidence that a policy expects: what counts, what does not, and the laws of both."""

import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.kernel import canonical_bytes
from governance.evidence import Conclusion, EvidenceOrigin, Fact, FactStanding
from governance.gate import ApplicationRef, Decision, DecisionOutcome, ReleaseRef, RuleResult
from tests.governance.gate.evidence import HEAD, decided, fact, rate, result_of
from tests.governance.gate.samples import NOW, decide, policy, run_facts

RANK = {DecisionOutcome.FAIL: 0, DecisionOutcome.INCONCLUSIVE: 1, DecisionOutcome.PASS: 2}
AUDIT = """
evidence:
  - {id: audit, kind: vulnerability_scan, of: pip-audit, max_age_days: 30, open_findings: {critical: 0, high: 2}}
"""
SAID = "evidence: [{id: audit, kind: vulnerability_scan, of: pip-audit, max_age_days: 30}]\n"
RECALL = "evidence: [{id: recall, kind: metric, of: recall, at_least: 0.8, min_n: 50}]\n"
DOCUMENT = "evidence: [{id: paper, kind: document, of: instructions for use}]\n"


def audited(**changes: Any) -> RuleResult:  # noqa: ANN401  fields by name
    """Hold one report against the expectation of an audit."""
    return result_of(decided(SAID, fact(**changes)), "audit")


def found(critical: int, high: int, **changes: object) -> RuleResult:
    """Hold a report with open findings against the most that may be open."""
    severities = {"critical": critical, "high": high, **changes}
    by_severity = {str(name): int(str(count)) for name, count in severities.items() if count}
    report = fact(conclusion=Conclusion.NOT_SATISFIED, open_findings=sum(by_severity.values()), by_severity=by_severity)
    return result_of(decided(AUDIT, report), "audit")


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
@pytest.mark.parametrize("where", ["value", "lower", "upper"])
def test_a_number_that_is_none_never_passes(number: str, where: str) -> None:
    """What compares with nothing, or reaches every bound, is not known."""
    broken = dataclasses.replace(rate(99, 100), **{where: Decimal(number)})  # type: ignore[arg-type]  # field by name

    result = result_of(decided(RECALL, broken), "recall")

    assert (result.outcome, "is none" in result.reason) == (DecisionOutcome.INCONCLUSIVE, True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"standing": FactStanding.RETURNED}, "it was returned to its submitter"),
        ({"standing": FactStanding.SUBMITTED}, "it waits for somebody to accept it"),
        ({"expires_at": "2026-11-21T12:00:00.000000Z"}, "it expired at 2026-11-21"),
        ({"issued_at": "2026-11-21T12:06:00.000000Z"}, "lies in the future"),
        ({"issued_at": "2026-10-01T12:00:00.000000Z"}, "it is 51 days old, at most 30"),
        ({"system": "other"}, "it is about another system, other"),
        ({"conclusion": Conclusion.ERROR}, "it ended in an error"),
        ({"conclusion": Conclusion.NOT_APPLICABLE}, "it says that it does not apply"),
        ({"conclusion": Conclusion.INCONCLUSIVE}, "it is inconclusive itself"),
        ({"conclusion": None}, "the policy names no bound"),
        ({"of": "trivy"}, "no such evidence is there"),
        ({"kind": "document"}, "no such evidence is there"),
    ],
)
def test_what_does_not_count_is_named_and_blocks(changes: dict[str, object], words: str) -> None:
    """Expired, returned, too old, of another system: inconclusive with the reason, never a pass."""
    result = audited(**changes)

    assert result.outcome is DecisionOutcome.INCONCLUSIVE
    assert words in result.reason


def test_evidence_from_a_person_does_not_do_where_ci_is_wanted() -> None:
    """The origin is what the record knows of who handed it in."""
    wanted = SAID.replace("of: pip-audit", "of: pip-audit, origin: ci")

    assert "a person handed it in" in result_of(decided(wanted, fact()), "audit").reason
    assert decided(wanted, fact(origin=EvidenceOrigin.CI)).outcome is DecisionOutcome.PASS


def test_what_says_that_it_is_not_satisfied_fails() -> None:
    """A check with an end of its own is taken at its word."""
    assert audited(conclusion=Conclusion.NOT_SATISFIED).outcome is DecisionOutcome.FAIL
    assert audited().outcome is DecisionOutcome.PASS


def test_a_document_counts_by_being_accepted() -> None:
    """Somebody else than its submitter read it; nobody measured anything."""
    paper = fact(kind="document", of="instructions for use", conclusion=None)

    assert decided(DOCUMENT, paper).outcome is DecisionOutcome.PASS
    assert (
        decided(DOCUMENT, dataclasses.replace(paper, standing=FactStanding.SUBMITTED)).outcome
        is DecisionOutcome.INCONCLUSIVE
    )


@pytest.mark.parametrize(
    ("critical", "high", "others", "outcome"),
    [
        (0, 2, {}, DecisionOutcome.PASS),
        (0, 3, {}, DecisionOutcome.FAIL),
        (1, 0, {}, DecisionOutcome.FAIL),
        (0, 0, {"low": 9}, DecisionOutcome.PASS),
        (0, 0, {"unknown": 1}, DecisionOutcome.INCONCLUSIVE),
    ],
)
def test_open_findings_are_limited_by_severity(
    critical: int, high: int, others: dict[str, object], outcome: DecisionOutcome
) -> None:
    """A finding whose severity nobody said could be the worst one."""
    assert found(critical, high, **others).outcome is outcome


def test_a_report_that_lists_no_findings_closes_none() -> None:
    """Absence of a list is not an empty list."""
    result = result_of(decided(AUDIT, fact(open_findings=None)), "audit")

    assert (result.outcome, "lists no findings" in result.reason) == (DecisionOutcome.INCONCLUSIVE, True)


@pytest.mark.parametrize(
    ("number", "outcome", "words"),
    [
        (rate(97, 100), DecisionOutcome.PASS, "reaches the bound"),
        (rate(83, 100), DecisionOutcome.INCONCLUSIVE, "more rows needed"),
        (rate(60, 100), DecisionOutcome.FAIL, "lies below the bound"),
        (rate(40, 40), DecisionOutcome.INCONCLUSIVE, "40 rows are behind it, 50 are expected"),
        (rate(97, 100, failures=40), DecisionOutcome.INCONCLUSIVE, "40 of 140 rows have no number"),
        (rate(97, 100, lower=None), DecisionOutcome.INCONCLUSIVE, "has no interval"),
        (rate(97, 100, value=None), DecisionOutcome.INCONCLUSIVE, "it holds no number"),
        (dataclasses.replace(rate(97, 100), n=0), DecisionOutcome.INCONCLUSIVE, "0 rows are behind it"),
    ],
)
def test_a_number_has_three_ends(number: Fact, outcome: DecisionOutcome, words: str) -> None:
    """The interval decides, and rows without a number are taken as bad ones."""
    result = result_of(decided(RECALL, number), "recall")

    assert (result.outcome, words in result.reason) == (outcome, True), result.reason


def test_a_bound_from_above_is_held_from_above() -> None:
    """The mirror image: surely below passes, surely above fails."""
    drift = "evidence: [{id: drift, kind: drift, of: psi, at_most: 0.2}]\n"
    outcomes = [result_of(decided(drift, rate(share, 200, kind="drift", of="psi")), "drift") for share in (10, 40, 120)]

    assert [one.outcome.value for one in outcomes] == ["pass", "inconclusive", "fail"]
    assert all(one.at_most for one in outcomes)
    assert RuleResult.from_json(outcomes[0].as_json()).at_most


def test_evidence_of_another_version_of_the_application_does_not_count() -> None:
    """A run's own numbers count for the application that it asked, or for the release that names it."""
    of_before = rate(97, 100, subject="run-old")
    asked = ApplicationRef(runs=frozenset({"run-a", "run-old"}), described="app 1")
    release = ReleaseRef(release="r-1", system="assistant", digest="d", runs={"run-old": "x"}, scans={})

    assert "no such evidence" in result_of(decided(RECALL, of_before), "recall").reason
    assert result_of(decided(RECALL, of_before, application=asked), "recall").outcome is DecisionOutcome.PASS
    assert result_of(decided(RECALL, of_before, release=release), "recall").outcome is DecisionOutcome.PASS


def test_what_rests_on_something_that_changed_is_stale() -> None:
    """Lineage names the run or the evidence, and why."""
    decision = decided(SAID, fact(), stale={"evidence-1": "requirements.txt changed", "run-a": "handbook.pdf changed"})

    assert "it is stale: requirements.txt changed" in result_of(decision, "audit").reason
    assert "handbook.pdf changed" in result_of(decision, "run.lineage").reason


def test_a_second_try_does_not_hide_the_first() -> None:
    """The worst of all that count is the rule's, and the decision rests on all of them."""
    decision = decided(RECALL, rate(97, 100, "evidence-2"), rate(60, 100, "evidence-1"))

    assert result_of(decision, "recall").outcome is DecisionOutcome.FAIL
    assert "evidence-1 (run-a, the worst of 2 that count)" in result_of(decision, "recall").reason
    assert [one.evidence for one in decision.evidence] == ["evidence-1", "evidence-2"]
    assert Decision.from_json(decision.as_json()).evidence == decision.evidence


def test_without_a_record_every_demand_says_that_it_needs_one() -> None:
    """A store-less gate decides about the run alone."""
    demands = RECALL + "risks: {open_at_most: 0}\nduties: {due: complete}\nsign_offs: {needed: 1}\n"
    decision = decide(policy(HEAD + demands), run_facts({"faithfulness": [1.0] * 40}, policy=None), now=NOW)

    blocked = {one.rule: one.reason for one in decision.results if one.outcome is DecisionOutcome.INCONCLUSIVE}
    assert blocked.keys() == {"recall", "risks.open", "risks.reviews", "duties.due", "sign_offs"}
    assert all("only a record knows it" in reason for reason in blocked.values())


def test_of_many_expectations_one_that_barely_fails_is_inconclusive() -> None:
    """Numbers of evidence can fail by chance like those of the run; what is said or counted cannot."""
    many = "".join(f"  - {{id: e{i}, kind: metric, of: m{i}, at_least: 0.8}}\n" for i in range(8))
    audit = "  - {id: audit, kind: vulnerability_scan, of: pip-audit, open_findings: {total: 0}}\n"
    facts = [rate(97 if i else 71, 100, f"evidence-{i}", of=f"m{i}") for i in range(8)]

    alone = decided(
        "evidence:\n  - {id: e0, kind: metric, of: m0, at_least: 0.8}\n" + audit, facts[0], fact("e", open_findings=1)
    )
    together = decided(f"evidence:\n{many}", *facts)

    assert result_of(alone, "audit").outcome is DecisionOutcome.FAIL
    assert result_of(together, "e0").outcome is DecisionOutcome.INCONCLUSIVE
    assert "of 9 rules one may by chance" in result_of(together, "e0").reason


DEMANDS = """
evidence:
  - {id: recall, kind: metric, of: recall, at_least: 0.8}
  - {id: audit, kind: vulnerability_scan, of: pip-audit, max_age_days: 30}
  - {id: paper, kind: document, of: manual}
"""
FACTS = st.builds(
    lambda number, kind, good, standing, conclusion, day: dataclasses.replace(
        rate(good, 100, f"evidence-{number}", standing=standing) if kind == "metric" else fact(f"evidence-{number}"),
        kind=kind,
        of={"metric": "recall", "vulnerability_scan": "pip-audit", "document": "manual"}[kind],
        standing=standing,
        conclusion=conclusion,
        issued_at=f"2026-{day}T12:00:00.000000Z",
    ),
    number=st.integers(0, 10**6),
    kind=st.sampled_from(["metric", "vulnerability_scan", "document"]),
    good=st.sampled_from([100, 97, 85, 71, 40]),
    standing=st.sampled_from(FactStanding),
    conclusion=st.sampled_from([None, None, *Conclusion]),
    day=st.sampled_from(["11-20", "11-20", "09-01", "12-24"]),
)
SHELVES = st.lists(FACTS, max_size=6, unique_by=lambda one: one.evidence)


def outcomes(facts: Sequence[Fact]) -> dict[str, DecisionOutcome]:
    """Return what becomes of each expectation, and of the whole as ``."""
    decision = decided(DEMANDS, *facts)
    found = {one.rule: one.outcome for one in decision.results if one.rule in {"recall", "audit", "paper"}}
    return {**found, "": decision.outcome}


@settings(max_examples=150, deadline=None)
@given(SHELVES, FACTS)
def test_adding_evidence_that_does_not_pass_alone_never_improves_anything(shelf: list[Fact], one: Fact) -> None:
    """No rule and no decision is better for it."""
    alone = {rule for rule, outcome in outcomes([one]).items() if rule and outcome is DecisionOutcome.PASS}
    before, after = outcomes(shelf), outcomes([*shelf, one])

    assert all(RANK[after[rule]] <= RANK[before[rule]] for rule in before if not alone)


@settings(max_examples=150, deadline=None)
@given(SHELVES, st.data())
def test_without_the_evidence_of_an_expectation_nothing_passes(shelf: list[Fact], data: st.DataObject) -> None:
    """Whatever is taken away whole, its rule and the decision do not pass; with nothing at all neither."""
    kind = data.draw(st.sampled_from(["metric", "vulnerability_scan", "document"]))
    left = outcomes([one for one in shelf if one.kind != kind])
    rule = {"metric": "recall", "vulnerability_scan": "audit", "document": "paper"}[kind]

    assert left[rule] is DecisionOutcome.INCONCLUSIVE
    assert left[""] is not DecisionOutcome.PASS


@settings(max_examples=100, deadline=None)
@given(SHELVES, st.data())
def test_taking_away_evidence_that_passes_never_makes_a_pass(shelf: list[Fact], data: st.DataObject) -> None:
    """Only what speaks against a release can stand in its way."""
    good = [one for one in shelf if DecisionOutcome.PASS in [o for rule, o in outcomes([one]).items() if rule]]
    gone = data.draw(st.sampled_from(good)) if good else None
    before, after = outcomes(shelf), outcomes([one for one in shelf if one is not gone])

    assert all(before[rule] is DecisionOutcome.PASS for rule in after if after[rule] is DecisionOutcome.PASS)


@settings(max_examples=50, deadline=None)
@given(SHELVES, st.randoms(use_true_random=False))
def test_the_order_of_facts_and_of_rules_decides_nothing(shelf: list[Fact], random: Random) -> None:
    """The recorded bytes are the same."""
    shuffled, lines = list(shelf), DEMANDS.strip().splitlines()
    random.shuffle(shuffled)
    turned = "\n".join([lines[0], *reversed(lines[1:]), ""])

    assert canonical_bytes(decided(DEMANDS, *shelf).as_json()) == canonical_bytes(decided(turned, *shuffled).as_json())


@settings(max_examples=50, deadline=None)
@given(SHELVES.filter(bool), st.sampled_from(["expires_at", "issued_at", "standing"]))
def test_evidence_that_expired_or_was_returned_is_never_a_pass_or_a_fail(shelf: list[Fact], what: str) -> None:
    """It decides nothing."""
    past = {"expires_at": "2026-11-01T00:00:00.000000Z", "issued_at": "2026-12-24T00:00:00.000000Z"}
    change = {what: past.get(what, FactStanding.RETURNED)}
    found = outcomes([dataclasses.replace(one, **change) for one in shelf])  # type: ignore[arg-type]  # real fields

    assert set(found.values()) == {DecisionOutcome.INCONCLUSIVE}
