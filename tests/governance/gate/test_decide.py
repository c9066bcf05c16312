"""The gate: three ends of each rule, absences that block, and the laws of a decision."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.kernel import InputError, canonical_bytes
from evaluation.statistics import Comparison
from evaluation.verdicts import Outcome
from governance.gate import Decision, DecisionOutcome, Policy, RunFacts, UnreadableRun
from tests.governance.gate.evidence import CANDIDATE, tried
from tests.governance.gate.samples import GOOD, NOW, POLICY, Values, compared, decide, policy, run_facts

RANK = {DecisionOutcome.FAIL: 0, DecisionOutcome.INCONCLUSIVE: 1, DecisionOutcome.PASS: 2}
THRESHOLD = """
version: 1
name: one rule
fixed_beforehand: false
expect: {metrics: [faithfulness], questions: {at_least: 1}}
rules: [{id: it, metric: faithfulness, at_least: 0.7}]
"""


def gate(
    candidate: RunFacts | UnreadableRun | None = None,
    baseline: RunFacts | UnreadableRun | None = None,
    *,
    comparison: Comparison | None = None,
    rules: Policy | None = None,
) -> Decision:
    """Decide about a good run against an equally good baseline, but for what a test replaces."""
    return decide(
        rules or policy(),
        candidate or run_facts(),
        baseline or run_facts(run="run-b"),
        comparisons=[comparison or compared("relevancy", GOOD, GOOD)],
        now=NOW,
    )


def one_rule(values: Values, at_least: float = 0.7) -> Decision:
    """Decide about one metric and one threshold."""
    rules = policy(THRESHOLD.replace("0.7", str(at_least)))
    return decide(rules, run_facts({"faithfulness": values}, policy=None), now=NOW)


def reasons(decision: Decision) -> str:
    """Join what blocked."""
    return "; ".join(r.reason for r in decision.results if r.outcome is not DecisionOutcome.PASS)


def test_a_good_run_passes() -> None:
    """Everything expected is there and both rules hold."""
    decision = gate()

    assert decision.outcome is DecisionOutcome.PASS
    assert decision.outcome.exit_code == 0
    assert {"faithfulness-at-least", "relevancy-not-worse"} <= {result.rule for result in decision.results}


@pytest.mark.parametrize(
    ("good", "outcome", "code"),
    [(90, DecisionOutcome.PASS, 0), (72, DecisionOutcome.INCONCLUSIVE, 3), (50, DecisionOutcome.FAIL, 1)],
)
def test_a_threshold_has_three_ends(good: int, outcome: DecisionOutcome, code: int) -> None:
    """Surely above passes, surely below fails, and between nobody knows."""
    decision = one_rule([1.0] * good + [0.0] * (100 - good))

    assert decision.outcome is outcome
    assert decision.outcome.exit_code == code


def test_an_undecided_threshold_says_how_many_questions_are_missing() -> None:
    """The number grows as the mean nears the bound, and with it the result would pass."""
    result = next(r for r in one_rule([1.0] * 76 + [0.0] * 24).results if r.rule == "it")

    assert result.rows_still_needed is not None
    more = (100 + result.rows_still_needed) * 76 // 100
    assert one_rule([1.0] * more + [0.0] * (more * 24 // 76)).outcome is DecisionOutcome.PASS


def test_a_hopeless_rule_names_no_number_of_questions() -> None:
    """Below the bound, more questions would not turn it into a pass."""
    result = next(r for r in one_rule([1.0] * 68 + [0.0] * 32).results if r.rule == "it")

    assert result.outcome is DecisionOutcome.INCONCLUSIVE
    assert result.rows_still_needed is None
    assert "would not" in result.reason


@pytest.mark.parametrize(
    ("losses", "outcome"),
    [(0, DecisionOutcome.PASS), (8, DecisionOutcome.INCONCLUSIVE), (40, DecisionOutcome.FAIL)],
)
def test_non_inferiority_has_three_ends(losses: int, outcome: DecisionOutcome) -> None:
    """The interval of the paired difference decides against −margin."""
    worse = [0.0] * losses + list(GOOD)[losses:]
    decision = gate(
        run_facts({"faithfulness": GOOD, "relevancy": worse}), comparison=compared("relevancy", worse, GOOD)
    )

    assert decision.outcome is outcome


def test_failures_that_could_turn_the_result_block() -> None:
    """A mean that passes on the scored rows alone does not pass if the failed ones could spoil it."""
    values: Values = [1.0] * 96 + [Outcome.TIMED_OUT] * 4
    decision = one_rule(values, at_least=0.961)

    assert one_rule([1.0] * 96, at_least=0.961).outcome is DecisionOutcome.PASS
    assert decision.outcome is DecisionOutcome.INCONCLUSIVE
    assert "4 of 100 verdicts lack a score" in reasons(decision)


ABSENCES: dict[str, tuple[Callable[[], Decision], str]] = {
    "missing metric": (lambda: gate(run_facts({"relevancy": GOOD})), "did not measure faithfulness"),
    "planned metric without estimate": (
        lambda: gate(dataclasses.replace(run_facts(), estimates={})),
        "did not measure",
    ),
    "metric never scored": (
        lambda: gate(run_facts({"faithfulness": [Outcome.ERROR] * 100, "relevancy": GOOD})),
        "not one verdict of faithfulness",
    ),
    "metric never applicable": (
        lambda: gate(run_facts({"faithfulness": [Outcome.NOT_APPLICABLE] * 100, "relevancy": GOOD})),
        "not applicable",
    ),
    "no baseline": (lambda: decide(policy(), run_facts(), None, now=NOW), "no baseline"),
    "unreadable baseline": (lambda: gate(None, UnreadableRun(run="b", reason="torn")), "torn"),
    "baseline without the metric": (lambda: gate(None, run_facts({"faithfulness": GOOD}, run="b")), "did not measure"),
    "partial baseline": (lambda: gate(None, run_facts(run="b", incomplete="9 of 100 rows are there")), "9 of 100"),
    "no comparison": (lambda: decide(policy(), run_facts(), run_facts(run="b"), now=NOW), "no row has relevancy"),
    "no common rows": (lambda: gate(comparison=compared("relevancy", [], GOOD)), "no row has relevancy"),
    "unreadable run": (lambda: gate(UnreadableRun(run="a", reason="no run.json")), "no run.json"),
    "partial run": (lambda: gate(run_facts(incomplete="40 of 100 rows are there")), "40 of 100 rows"),
    "empty run": (lambda: gate(run_facts({"faithfulness": [], "relevancy": []})), "the run is empty"),
    "run of zero found rows": (lambda: gate(run_facts(found=0)), "the run is empty"),
    "too few questions": (lambda: gate(run_facts(questions=49)), "49 questions"),
    "no policy beforehand": (lambda: gate(run_facts(policy=None)), "no policy was fixed before the run"),
    "another policy beforehand": (lambda: gate(run_facts(policy="sha256:other")), "another policy"),
    "another policy than the plan's, which says that it need not be fixed": (
        lambda: gate(rules=policy(POLICY.replace("name: release", "name: release\nfixed_beforehand: false"))),
        "another policy",
    ),
    "run that the record does not hold": (lambda: gate(run_facts(recorded=False)), "assay runs ingest"),
    "run that was killed before the record held it": (
        lambda: gate(run_facts(recorded=False, incomplete="9 of 100 rows are there")),
        "the record does not hold it; assay run --resume run-a",
    ),
    "baseline that the record does not hold": (lambda: gate(None, run_facts(run="b", recorded=False)), "runs ingest"),
    "repeated until it pleased": (
        lambda: gate(run_facts(recorded=True, attempts=(tried("run-0", seq=1), tried("run-a", CANDIDATE, seq=2)))),
        "under this policy an earlier attempt exists; the first stands: assay gate --run run-0",
    ),
    "baseline with other ids": (lambda: gate(None, run_facts(run="b", ids_digest="sha256:b")), "other questions"),
    "baseline with other questions under the ids": (
        lambda: gate(run_facts(questions_digest="sha256:a"), run_facts(run="b", questions_digest="sha256:b")),
        "other questions under the same ids",
    ),
    "stale run": (lambda: gate(run_facts(created_at=NOW - timedelta(days=31))), "31 days old"),
    "future-dated run": (lambda: gate(run_facts(created_at=NOW + timedelta(days=1))), "future"),
    "too many failures": (
        lambda: gate(run_facts({"faithfulness": [*GOOD, *[Outcome.ERROR] * 6], "relevancy": [*GOOD, *[1.0] * 6]})),
        "lack a score: 6 error",
    ),
    "too many missing verdicts": (
        lambda: gate(run_facts({"faithfulness": GOOD, "relevancy": [*GOOD, *[1.0] * 20]})),
        "20 missing",
    ),
    "too many not applicable": (
        lambda: gate(run_facts({"faithfulness": [*GOOD, *[Outcome.NOT_APPLICABLE] * 30], "relevancy": [1.0] * 130})),
        "are not applicable",
    ),
    "compared with itself": (lambda: gate(run_facts(), run_facts()), "compared with itself"),
    "baseline of another system": (lambda: gate(None, run_facts(run="b", system="other")), "another system"),
    "judged differently": (
        lambda: gate(None, run_facts(run="b", judge_digests={"relevancy": "sha256:new"})),
        "judged differently",
    ),
    "judged by another judge": (
        lambda: gate(rules=policy(POLICY.replace("  max_age_days: 30", "  judge: big"))),
        "was judged by embedded",
    ),
}


@pytest.mark.parametrize("name", ABSENCES)
def test_absence_blocks(name: str) -> None:
    """What is expected and is not there is inconclusive and named; nothing absent ends with exit code 0."""
    attempt, words = ABSENCES[name]

    decision = attempt()

    assert decision.outcome is DecisionOutcome.INCONCLUSIVE
    assert decision.outcome.exit_code == 3
    assert words in reasons(decision)


def test_a_recorded_first_run_passes_against_answers_that_were_collected() -> None:
    """Being in the record is no obstacle, nor is a baseline whose questions came in an answers file."""
    recorded = run_facts(recorded=True, questions_digest="sha256:a")

    assert gate(recorded, run_facts(run="b", recorded=True)).outcome is DecisionOutcome.PASS


def test_a_fail_outranks_what_is_undecided() -> None:
    """A run that surely misses its bound fails, even if it is partial."""
    decision = gate(run_facts({"faithfulness": [0.0] * 100, "relevancy": GOOD}, incomplete="rows are missing"))

    assert decision.outcome is DecisionOutcome.FAIL


def test_the_recorded_form_holds_no_floats() -> None:
    """A decision goes into the ledger, whose canonical form refuses floats."""
    document = gate().as_json()

    assert canonical_bytes(document)
    assert document["outcome"] == "pass"


def test_a_recorded_decision_reads_back() -> None:
    """What the ledger holds is the decision, with numbers to six decimals."""
    decision = gate()

    found = Decision.from_json(decision.as_json())

    assert found.as_json() == decision.as_json()
    assert found.results[0].observed == pytest.approx(decision.results[0].observed, abs=1e-6)


@pytest.mark.parametrize("field", ["outcome", "results", "decided_at"])
def test_a_document_that_is_no_decision_is_refused(field: str) -> None:
    """A field that is missing or foreign is named."""
    document = gate().as_json()

    with pytest.raises(InputError):
        Decision.from_json({**document, field: "?"} if field == "outcome" else {**document, field: None})


VERDICT = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([o for o in Outcome if o is not Outcome.SCORED]))
COLUMN = st.lists(VERDICT, max_size=120)
BIASED = st.builds(lambda good, rest: [1.0] * good + rest, st.integers(0, 300), COLUMN)


@settings(max_examples=60, deadline=None)
@given(values=BIASED, order=st.permutations([0.2, 0.5, 0.7, 0.9]))
def test_the_order_of_rules_does_not_matter(values: Values, order: list[float]) -> None:
    """Two policies that differ in order have one digest and one decision."""
    lines = [f"  - {{id: r{bound}, metric: faithfulness, at_least: {bound}}}" for bound in order]
    head = THRESHOLD.split("rules:", maxsplit=1)[0]
    one, other = (policy(head + "rules:\n" + "\n".join(rules)) for rules in (lines, sorted(lines)))
    run = run_facts({"faithfulness": values})

    assert one.digest == other.digest
    assert decide(one, run, now=NOW) == decide(other, run, now=NOW)


@settings(max_examples=100, deadline=None)
@given(
    values=BIASED,
    added=st.lists(
        st.sampled_from([Outcome.ERROR, Outcome.TIMED_OUT, Outcome.REFUSED, Outcome.UNPARSABLE]), max_size=9
    ),
    at_least=st.sampled_from([0.5, 0.7, 0.9, 0.95]),
)
def test_adding_failures_never_improves(values: Values, added: list[Outcome], at_least: float) -> None:
    """More verdicts without a score leave the decision or worsen it."""
    before = one_rule(values, at_least).outcome
    after = one_rule([*values, *added], at_least).outcome

    assert RANK[after] <= RANK[before] or before is after


@settings(max_examples=60, deadline=None)
@given(
    candidate=st.lists(st.sampled_from([0.0, 1.0]), min_size=50, max_size=150),
    removed=st.sampled_from(["metric", "estimates", "baseline", "comparison", "policy", "rows", "judge", "run"]),
)
def test_removing_evidence_never_turns_a_non_pass_into_a_pass(candidate: list[float], removed: str) -> None:
    """Whatever is taken away, what did not pass before does not pass after; and nothing passes without it."""
    values = {"faithfulness": candidate, "relevancy": candidate}
    run: RunFacts | UnreadableRun = run_facts(values)
    baseline: RunFacts | None = run_facts({"relevancy": GOOD}, run="b")
    comparisons = [compared("relevancy", candidate, GOOD)]
    assert isinstance(run, RunFacts)
    less: dict[str, RunFacts | UnreadableRun] = {
        "metric": run_facts({"relevancy": candidate}),
        "estimates": dataclasses.replace(run, estimates={}),
        "policy": dataclasses.replace(run, policy=None),
        "rows": dataclasses.replace(run, incomplete="rows are missing"),
        "judge": dataclasses.replace(run, judge_digests={}),
        "run": UnreadableRun(run="a", reason="gone"),
    }
    baseline = None if removed == "baseline" else baseline
    comparisons = [] if removed == "comparison" else comparisons

    decision = decide(policy(), less.get(removed, run), baseline, comparisons=comparisons, now=NOW)

    assert decision.outcome is not DecisionOutcome.PASS
