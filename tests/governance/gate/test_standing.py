"""People's word, obligations, releases and baselines: what must stand at the time of the decision."""

import dataclasses

import pytest

from governance.gate import (
    BaselineRelease,
    Decision,
    DecisionOutcome,
    EvidenceRef,
    Obligations,
    RecordFacts,
    ReleaseRef,
    SignOff,
)
from tests.governance.gate.evidence import decided, result_of
from tests.governance.gate.samples import GOOD, NOW, POLICY, compared, decide, policy, run_facts

PASS, FAIL, UNKNOWN = DecisionOutcome.PASS, DecisionOutcome.FAIL, DecisionOutcome.INCONCLUSIVE
RISKS = "risks: {open_at_most: 1, overdue_reviews_at_most: 0}\n"
DUTIES = "duties: {due: complete}\n"
TWO = "sign_offs: {needed: 2, roles: [approver]}\n"
NOTHING_OPEN = Obligations(open_risks=(), overdue_reviews=(), incomplete_duties=())


def answer(person: str, **changes: object) -> SignOff:
    """Return an approval that stands."""
    found = SignOff(
        person=person, role="approver", approved=True, expires_at="2027-01-01T00:00:00.000000Z", four_eyes=True
    )
    return dataclasses.replace(found, **changes)  # type: ignore[arg-type]  # tests name real fields


def signed(*answers: SignOff) -> tuple[DecisionOutcome, str]:
    """Say what becomes of two sign-offs that are asked for."""
    result = result_of(decided(TWO, sign_offs=answers), "sign_offs")
    return result.outcome, result.reason


def based(baseline: str, *releases: BaselineRelease, with_record: bool = True) -> Decision:
    """Decide against a baseline that these releases name."""
    candidate, other = run_facts(), run_facts(run="run-b")
    rules = policy(POLICY + baseline)
    candidate = dataclasses.replace(candidate, policy=rules.digest)
    other = dataclasses.replace(other, policy=rules.digest)
    record = RecordFacts(baselines=releases) if with_record else None
    return decide(rules, candidate, other, comparisons=[compared("relevancy", GOOD, GOOD)], record=record, now=NOW)


@pytest.mark.parametrize(
    ("open_risks", "overdue", "outcome", "words"),
    [
        (("9.1",), (), PASS, "as expected"),
        (("9.1", "9.2"), (), FAIL, "2 are: 9.1, 9.2"),
        (("9.1",), ("review-1",), UNKNOWN, "1 are: review-1"),
    ],
)
def test_open_risks_and_overdue_reviews_are_counted(
    open_risks: tuple[str, ...], overdue: tuple[str, ...], outcome: DecisionOutcome, words: str
) -> None:
    """Too many that are known to be open fail; what nobody looked at again is undecided."""
    known = dataclasses.replace(NOTHING_OPEN, open_risks=open_risks, overdue_reviews=overdue)
    decision = decided(RISKS, obligations=known)

    assert decision.outcome is outcome
    assert words in " ".join(one.reason for one in decision.results if one.rule.startswith("risks"))


def test_risks_are_counted_under_the_catalogue_that_the_policy_names() -> None:
    """A laxer rule of evidence in a file beside the policy lets nothing through."""
    named, other = "sha256:" + "1" * 64, "sha256:" + "2" * 64
    rules = RISKS.replace("}", f", catalogue: '{named}'}}")
    held = dataclasses.replace(NOTHING_OPEN, catalogue=named)

    assert decided(rules, obligations=held).outcome is PASS
    changed = decided(rules, obligations=dataclasses.replace(held, catalogue=other))
    assert result_of(changed, "risks.catalogue").outcome is UNKNOWN
    assert other in result_of(changed, "risks.catalogue").reason
    assert decided(RISKS, obligations=held).outcome is PASS


def test_a_pass_says_which_files_of_one_s_own_the_risks_were_counted_by() -> None:
    """Whoever reads it learns that not our rules alone decided, without asking for digests."""
    held = dataclasses.replace(NOTHING_OPEN, own_files=("rules/lax.yaml",))
    assert "rules/lax.yaml" in result_of(decided(RISKS, obligations=held), "risks.open").words
    assert "one's own" not in result_of(decided(RISKS, obligations=NOTHING_OPEN), "risks.open").words


def test_what_nobody_assessed_is_undecided() -> None:
    """No register of risks and no determined duties are no empty ones."""
    decision = decided(RISKS + DUTIES, obligations=None)

    assert decision.outcome is UNKNOWN
    assert "nobody assessed the risks" in result_of(decision, "risks.open").reason
    assert "nobody determined the duties" in result_of(decision, "duties.due").reason
    assert decided(RISKS + DUTIES, obligations=NOTHING_OPEN).outcome is PASS


def test_a_duty_that_is_due_and_lacks_evidence_is_undecided() -> None:
    """It is named."""
    known = dataclasses.replace(NOTHING_OPEN, incomplete_duties=("article-12",))

    assert "missing or undecided for article-12" in result_of(decided(DUTIES, obligations=known), "duties.due").reason


def test_two_approvals_by_different_people_are_two() -> None:
    """One person counts once, whatever they answered about."""
    assert signed(answer("p-1"), answer("p-2"))[0] is PASS
    assert signed(answer("p-1"), answer("p-1")) == (UNKNOWN, signed(answer("p-1"))[1])
    assert "1 of 2 stand now" in signed(answer("p-1"))[1]


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (answer("p-2", expires_at="2026-11-21T12:00:00.000000Z"), "1 of 2 stand now, 1 expired"),
        (answer("p-2", role="reviewer"), "1 of 2 stand now"),
        (answer("p-2", evidence=(EvidenceRef(evidence="e", digest="d"),)), "given when other evidence was there"),
    ],
)
def test_what_does_not_stand_does_not_count(second: SignOff, words: str) -> None:
    """Expired, in another role, or about other evidence."""
    outcome, reason = signed(answer("p-1"), second)

    assert (outcome, words in reason) == (UNKNOWN, True), reason


def test_a_refusal_that_stands_fails() -> None:
    """However many approved."""
    assert signed(answer("p-1"), answer("p-2"), answer("p-3", approved=False)) == (FAIL, "refused by p-3")


def test_a_single_user_s_word_is_shown_for_what_it_is() -> None:
    """They have no role to approve in, and are no four eyes."""
    alone = "sign_offs: {needed: 1}\n"
    decision = decided(alone, sign_offs=(answer("owner", role="owner", four_eyes=False),))

    assert decision.outcome is PASS
    assert "single user: not four eyes" in result_of(decision, "sign_offs").reason


@pytest.mark.parametrize(
    ("baseline", "states", "outcome"),
    [
        ("", [], PASS),
        ("", ["released"], PASS),
        ("", ["superseded"], UNKNOWN),
        ("", ["recalled"], UNKNOWN),
        ("", ["superseded", "released"], PASS),
        ("baseline: released\n", [], UNKNOWN),
        ("baseline: released\n", ["approved"], UNKNOWN),
        ("baseline: released\n", ["released"], PASS),
        ("baseline: any\n", ["recalled"], PASS),
    ],
)
def test_a_baseline_counts_while_nothing_took_its_place(
    baseline: str, states: list[str], outcome: DecisionOutcome
) -> None:
    """One that was superseded is named with its release."""
    decision = based(baseline, *(BaselineRelease(release=f"r-{state}", state=state) for state in states))

    assert decision.outcome is outcome
    if outcome is UNKNOWN:
        assert (
            f"run-b is of {f'r-{states[0]} ({states[0]})' if states else 'no release'}"
            in result_of(decision, "baseline.standing").reason
        )


def test_without_a_record_nobody_knows_what_is_released() -> None:
    """Where the policy demands it, that blocks."""
    assert based("", with_record=False).outcome is PASS
    assert (
        "only a record knows" in result_of(based("baseline: released\n", with_record=False), "baseline.standing").reason
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"runs": {"run-b": "x"}}, "the manifest of r-1 does not name run-a"),
        ({"runs": {"run-a": "sha256:other"}}, "the manifest names sha256:other, the log is sha256:run-a"),
        ({"system": "other"}, "the release is of other, the run of assistant"),
    ],
)
def test_a_release_is_decided_about_by_the_run_that_its_manifest_names(changes: dict[str, object], words: str) -> None:
    """In that very version."""
    release = ReleaseRef(release="r-1", system="assistant", digest="d", runs={"run-a": "sha256:run-a"}, scans={})
    decision = decided("", release=dataclasses.replace(release, **changes))  # type: ignore[arg-type]  # real fields

    assert result_of(decision, "release.run").reason == (words or "as expected")
    assert (decision.release, decision.release_digest) == ("r-1", "d")
    assert decision.outcome is (UNKNOWN if words else PASS)


def test_a_decision_of_before_releases_reads_back() -> None:
    """The record outlives its form."""
    document = decided("").as_json()
    old = {name: value for name, value in document.items() if name not in {"release", "release_digest", "attempts"}}
    found = Decision.from_json({name: value for name, value in old.items() if name != "evidence"})

    assert (found.release, found.release_digest, found.attempts, found.evidence) == (None, None, (), ())
