"""From a recorded run and decision to the view."""

from dataclasses import replace
from pathlib import Path

from evaluation.runs import Completeness, RunOutcome
from evaluation.statistics import Comparison, Estimate
from governance.gate import DecisionOutcome, RuleResult
from reports._evaluation import Decided, Measured, assemble
from tests.evaluation.runs import samples
from tests.reports.run_logs import JUDGE, write

ESTIMATE = Estimate(
    metric="faithfulness",
    asked=3,
    applicable=3,
    scored=2,
    failures={"unparsable": 1, "error": 0},
    clusters=2,
    mean=0.625,
    lower=0.2,
    upper=1.0,
    worst=0.416667,
    best=0.75,
    method="clustered-t",
)
FLOOR = RuleResult(
    rule="faithfulness-at-least",
    metric="faithfulness",
    words="faithfulness is at least 0.6",
    outcome=DecisionOutcome.INCONCLUSIVE,
    reason="the bound lies within the 95 % interval: 43 more questions needed",
    observed=0.625,
    lower=0.2,
    upper=1.0,
    threshold=0.6,
    rows_still_needed=43,
)
MEASURED = RuleResult(
    rule="run.metrics", words="run measured faithfulness", outcome=DecisionOutcome.PASS, reason="as expected"
)
DECIDED = Decided(
    outcome="inconclusive", results=(FLOOR, MEASURED), at="2026-11-20T11:00:00.000000Z", policy="sha256:" + "a" * 64
)


def measured(folder: Path) -> Measured:
    """Return a run of three rows, recorded as it is on the disk."""
    log = write(folder / "run-1", {"q1": 1.0, "q2": 0.25, "q3": None})
    there = Completeness(outcome=RunOutcome.COMPLETE, expected=3, found=3, reason="")
    return Measured(
        plan=log.plan,
        completeness=there,
        digest=log.digest(),
        estimates=(ESTIMATE,),
        sequence=4,
        checkpoint="note",
        log=log,
    )


def test_the_header_says_what_was_measured_and_with_what(tmp_path: Path) -> None:
    """Target, judge with weights, skipped documents by kind and the state of the code are there."""
    head = assemble(measured(tmp_path), DECIDED).header
    assert (head.target, head.judges[0].model_digest, head.judges[0].digest) == (
        "rag (command)",
        JUDGE.model_digest,
        JUDGE.digest,
    )
    assert head.corpus is not None
    assert (head.corpus.documents, head.corpus.skipped) == (9, (("encrypted", 1), ("scanned", 2)))
    assert "d326174 (with uncommitted changes)" in {fact.value for fact in head.particulars}


def test_numbers_are_the_stored_estimates(tmp_path: Path) -> None:
    """The view repeats the record, with the threshold of the rule that was held against it."""
    (metric,) = assemble(measured(tmp_path), DECIDED).metrics
    assert (metric.mean, metric.worst, metric.scored, metric.threshold) == (0.625, 0.416667, 2, 0.6)
    assert metric.failures == (("unparsable", 1),)


def test_the_decision_says_how_many_questions_are_missing(tmp_path: Path) -> None:
    """An inconclusive rule leads the sentence; expectations that were met stand aside."""
    decision = assemble(measured(tmp_path), DECIDED).decision
    assert decision.sentence == "About 43 more questions needed to decide: faithfulness is at least 0.6."
    assert [(rule.metric, rule.needed) for rule in decision.rules] == [("faithfulness", 43)]
    assert decision.held == ("run measured faithfulness",)
    assert decision.rules[0].measured == "0.625 (0.200 to 1.000)"


def test_an_unmet_expectation_is_told_by_its_reason(tmp_path: Path) -> None:
    """What is absent is said in words, not by the name of a check."""
    blocked = replace(MEASURED, outcome=DecisionOutcome.INCONCLUSIVE, reason="no policy was fixed before the run")
    decision = assemble(measured(tmp_path), replace(DECIDED, results=(blocked,))).decision
    assert decision.sentence == "1 of 1 check cannot be decided: no policy was fixed before the run."


def test_a_run_that_nobody_decided_is_not_decided(tmp_path: Path) -> None:
    """Without a policy there is neither pass nor fail, nor a threshold."""
    view = assemble(measured(tmp_path), None)
    assert (view.decision.outcome, view.decision.headline) == ("none", "Not decided")
    assert view.metrics[0].threshold is None


def test_a_comparison_shows_its_margin(tmp_path: Path) -> None:
    """The margin comes from the rule that was held against this difference."""
    found = Comparison(
        metric="faithfulness",
        pairs=2,
        clusters=2,
        difference=-0.3,
        lower=-0.5,
        upper=-0.1,
        wins=0,
        ties=1,
        losses=1,
        unpaired=1,
        method="paired",
    )
    rule = replace(FLOOR, rule="faithfulness-not-worse", observed=-0.3, threshold=-0.05)
    (shown,) = assemble(
        measured(tmp_path), replace(DECIDED, results=(rule,)), baseline="run-0", comparisons=(found,)
    ).comparisons
    assert (shown.margin, shown.sentence) == (0.05, "Faithfulness is lower than in the baseline.")


def test_a_run_log_that_is_not_the_recorded_one_gives_no_examples(tmp_path: Path) -> None:
    """A row added after the record is not shown beside recorded numbers, and the reader is told."""
    run = replace(measured(tmp_path), digest="sha256:" + "0" * 64)
    view = assemble(run, DECIDED)
    assert (view.examples, view.distributions) == ((), ())
    assert any("not the one that was recorded" in note for note in view.notes)


def test_a_run_log_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    """The numbers stay; the examples are left out in words."""
    view = assemble(replace(measured(tmp_path), log=None), DECIDED)
    assert view.metrics
    assert any("not on this machine" in note for note in view.notes)


def test_a_partial_run_and_skipped_documents_are_told_first(tmp_path: Path) -> None:
    """Both stand among the notes under the banner."""
    there = Completeness(outcome=RunOutcome.PARTIAL, expected=8, found=3, reason="3 of 8 rows are there")
    notes = assemble(replace(measured(tmp_path), completeness=there), DECIDED).notes
    assert notes[0].startswith("This run is partial: 3 of 8 rows")
    assert notes[1].startswith("3 documents could not be read and were skipped: 1 encrypted, 2 scanned.")


def test_a_number_of_another_rule_is_no_threshold(tmp_path: Path) -> None:
    """Only a rule on this metric gives the mark on its chart."""
    other = replace(FLOOR, metric="relevancy")
    assert assemble(measured(tmp_path), replace(DECIDED, results=(other,))).metrics[0].threshold is None


def test_faithfulness_says_how_its_hallucinations_split(tmp_path: Path) -> None:
    """Sentences that the passages contradict and that they do not hold, from the rows of the recorded log alone."""
    log = write(tmp_path / "split", {"q1": 0.5})
    run = replace(measured(tmp_path), log=log, digest=log.digest())

    found = assemble(run, None)
    forged = assemble(replace(run, digest="sha256:" + "0" * 64), None)

    assert "(intrinsic hallucination)" in found.metrics[0].kinds
    assert forged.metrics[0].kinds == ""


def test_repeats_are_told_in_one_line_and_only_where_there_were_any(tmp_path: Path) -> None:
    """One of two questions flips between its two draws."""
    drawn = samples.plan_for(["a", "b"])
    rows = [
        replace(samples.row(name, repeat=number), verdicts=(samples.verdict(value=value),))
        for name, values in {"a": (1.0, 1.0), "b": (1.0, 0.5)}.items()
        for number, value in enumerate(values)
    ]
    log = samples.write_log(tmp_path / "run-1", replace(drawn, repeats=2), rows)
    once = measured(tmp_path / "once")
    repeated = replace(once, plan=log.plan, digest=log.digest(), log=log)

    (note,) = [note for note in assemble(repeated, None).notes if "two draws" in note]

    assert note.startswith("faithfulness: two draws of one question differ in good or not with a probability of 0.500")
    assert not any("draws" in note for note in assemble(once, None).notes)
