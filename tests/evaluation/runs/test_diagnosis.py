"""Who is at fault, and which kind of hallucination: pure functions over the rows of a run log."""

import dataclasses
from pathlib import Path

import pytest

from evaluation.runs import FinishedRow, RunLog
from evaluation.runs._diagnosis import Fault, diagnose, diagnose_rows
from evaluation.runs._hallucinations import hallucinations_of
from evaluation.verdicts import Outcome, Support, UnitVerdict, Verdict
from tests.evaluation.runs.samples import AT, item, judge_of, plan_for, write_log


def scored(metric: str, value: float | None) -> Verdict:
    """Return a verdict; without a value it failed."""
    outcome = Outcome.ERROR if value is None else Outcome.SCORED
    return Verdict(metric=metric, outcome=outcome, judge=judge_of(metric).digest, value=value)


def row(**values: float | None) -> list[Verdict]:
    """Return a row's verdicts by metric."""
    return [scored(metric, value) for metric, value in values.items()]


@pytest.mark.parametrize(
    ("verdicts", "fault"),
    [
        (row(answer_correctness=1, context_recall=1, faithfulness=1), Fault.NONE),
        (row(answer_correctness=0, context_recall=0, faithfulness=1), Fault.RETRIEVER),
        (row(completeness=0.2, context_relevance=0), Fault.RETRIEVER),
        (row(answer_correctness=0, context_recall=1, faithfulness=1), Fault.GENERATOR),
        (row(answer_correctness=0, context_relevance=0.25), Fault.GENERATOR),
        (row(answer_correctness=1, context_recall=1, faithfulness=0.5), Fault.GENERATOR),
        (row(context_recall=1, faithfulness=0.5), Fault.GENERATOR),
        (row(context_recall=1, faithfulness=1), Fault.NONE),
        (row(answer_correctness=0, context_recall=0, faithfulness=0), Fault.BOTH),
        (row(context_recall=0, faithfulness=0), Fault.BOTH),
        (row(answer_correctness=1, context_recall=0, faithfulness=0), Fault.RETRIEVER),
        (row(answer_correctness=1), Fault.NONE),
    ],
)
def test_the_pattern_of_the_verdicts_names_who_is_at_fault(verdicts: list[Verdict], fault: Fault) -> None:
    """One line of the table for each."""
    assert diagnose(verdicts).fault is fault


@pytest.mark.parametrize(
    ("verdicts", "add"),
    [
        (row(answer_correctness=0, faithfulness=1), "context_recall"),
        (row(faithfulness=0), "context_recall"),
        (row(context_recall=1), "faithfulness"),
        (row(relevancy=1), "answer_correctness"),
        (row(answer_correctness=None, context_recall=None, faithfulness=None), "answer_correctness"),
    ],
)
def test_what_cannot_be_told_is_undetermined_and_names_the_metric_to_add(verdicts: list[Verdict], add: str) -> None:
    """A failed verdict tells nothing: it is as if nobody had asked."""
    found = diagnose(verdicts)

    assert (found.fault, found.add) == (Fault.UNDETERMINED, add)


def test_recall_decides_over_relevance_and_correctness_over_completeness() -> None:
    """The metric that looks at the reference knows better."""
    assert diagnose(row(context_recall=0, context_relevance=1, answer_correctness=0)).fault is Fault.RETRIEVER
    assert diagnose(row(context_recall=1, answer_correctness=0, completeness=1)).fault is Fault.GENERATOR


def log_of(directory: Path, rows: dict[str, list[Verdict]], document: str | None = None) -> RunLog:
    """Write a run log with these verdicts."""
    metrics = tuple(verdict.metric for verdict in next(iter(rows.values())))
    done = [
        FinishedRow(item=item(name, document=document), repeat=0, verdicts=tuple(found), at=AT)
        for name, found in rows.items()
    ]
    return write_log(directory, plan_for(list(rows), metrics=metrics), done)


def test_a_runs_findings_add_up_and_carry_intervals(tmp_path: Path) -> None:
    """Every row has one finding; shares lie inside their intervals."""
    wrong = row(answer_correctness=0, context_recall=0)
    log = log_of(tmp_path / "r", {"a": row(answer_correctness=1, context_recall=1), "b": wrong, "c": wrong})

    found = diagnose_rows(log.rows())

    assert found is not None
    counts = {share.fault: share.rows for share in found.shares}
    assert counts == {Fault.NONE: 1, Fault.RETRIEVER: 2, Fault.GENERATOR: 0, Fault.BOTH: 0, Fault.UNDETERMINED: 0}
    assert all(one.share.lower <= one.share.mean <= one.share.upper for one in found.shares)
    assert sum(one.share.mean for one in found.shares) == pytest.approx(1)


def test_nothing_has_no_diagnosis_and_no_hallucination_rate() -> None:
    """Unknown is not 0."""
    assert diagnose_rows([]) is None
    assert hallucinations_of([]) is None


def faithful(*supports: Support) -> Verdict:
    """Return a faithfulness verdict with these sentences."""
    units = tuple(UnitVerdict(start=at, end=at + 1, support=support) for at, support in enumerate(supports))
    value = sum(support is Support.SUPPORTED for support in supports) / len(supports)
    return dataclasses.replace(scored("faithfulness", value), units=units)


def test_hallucinations_are_split_into_contradicted_and_not_found(tmp_path: Path) -> None:
    """Rates per sentence have sentences as denominator, rates per answer answers; failed rows are in neither."""
    log = log_of(
        tmp_path / "r",
        {
            "a": [faithful(Support.SUPPORTED, Support.CONTRADICTED)],
            "b": [faithful(Support.ABSENT, Support.ABSENT)],
            "c": [faithful(Support.SUPPORTED)],
            "d": [scored("faithfulness", None)],
        },
    )

    found = hallucinations_of(log.rows())

    assert found is not None
    assert [found.intrinsic.sentences.mean, found.extrinsic.sentences.mean] == pytest.approx([1 / 5, 2 / 5])
    assert [found.intrinsic.answers.mean, found.extrinsic.answers.mean] == pytest.approx([1 / 3, 1 / 3])
    assert (found.intrinsic.sentences.n, found.intrinsic.answers.n) == (5, 3)


def test_sentences_of_one_document_widen_the_interval(tmp_path: Path) -> None:
    """What comes from one source is no independent evidence."""
    rows = {str(at): [faithful(Support.ABSENT if at % 2 else Support.SUPPORTED)] for at in range(40)}

    apart = hallucinations_of(log_of(tmp_path / "apart", rows).rows())
    together = hallucinations_of(log_of(tmp_path / "together", rows, document="d").rows())

    assert apart is not None
    assert together is not None
    widths = [found.extrinsic.sentences.upper - found.extrinsic.sentences.lower for found in (apart, together)]
    assert widths[0] < widths[1]


def test_a_verdict_without_sentences_gives_no_split(tmp_path: Path) -> None:
    """A plug-in that only gives a value says nothing on kinds."""
    log = log_of(tmp_path / "r", {"a": [scored("faithfulness", 0.5)]})

    assert hallucinations_of(log.rows()) is None
