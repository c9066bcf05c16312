"""Putting an evaluation view together from what governance recorded and what the run log still holds.

Rules of this place: numbers come from the record, texts from the run log; a run log that is not the recorded one gives
no texts and says so; a note is written for everything that a reader must know before trusting a number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from evaluation.resistance import attack_rates
from evaluation.runs import Completeness, RunLog, RunOutcome, RunPlan, repeats_of
from evaluation.statistics import Comparison, Estimate
from evaluation.suites import SuiteKind
from governance.gate import RuleResult
from reports._decision import decision_view, floor_of, margin_of, no_decision
from reports._examples import RowFindings, read_findings
from reports._header import header_view, skipped_sentence
from reports._numbers import comparison_view, hallucination_sentence, metric_view
from reports.attacks import attacks_view
from reports.views import DecisionView, EvaluationView, HeaderView, MetricView, ProofView
from reports.words import ATTACK_LIMITS, LIMITS

__all__ = ["Decided", "Measured", "assemble"]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A run as it was recorded."""

    plan: RunPlan
    completeness: Completeness
    digest: str  # of the run log at ingest
    estimates: tuple[Estimate, ...]
    sequence: int | None  # of its ledger entry
    checkpoint: str  # newest signed note
    log: RunLog | None  # None where the folder is gone


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision as it was recorded."""

    outcome: str
    results: tuple[RuleResult, ...]
    at: str
    policy: str  # digest


def assemble(
    run: Measured, decided: Decided | None, *, baseline: str = "", comparisons: Sequence[Comparison] = ()
) -> EvaluationView:
    """Return the whole view; `baseline` is the id of the run that `comparisons` are against."""
    header = header_view(run.plan, run.completeness)
    results = decided.results if decided else ()
    findings, missing = _findings(run)
    only_attacks = set(run.plan.metrics) <= {kind.metric for kind in SuiteKind}
    return EvaluationView(
        header=header,
        decision=decided_view(decided, fixed=bool(header.policy)),
        metrics=tuple(_metric(estimate, results, findings) for estimate in run.estimates),
        distributions=() if only_attacks else findings.distributions,
        baseline=baseline,
        comparisons=tuple(comparison_view(found, margin_of(results, found)) for found in comparisons),
        examples=findings.examples,
        notes=tuple(_notes(header, run, missing)),
        limits=ATTACK_LIMITS if only_attacks else LIMITS,
        proof=ProofView(run_digest=run.digest, sequence=run.sequence, checkpoint=run.checkpoint),
        attacks=None if missing or run.log is None else attacks_view(*attack_rates(run.log)),
        only_attacks=only_attacks,
    )


def _metric(estimate: Estimate, results: Sequence[RuleResult], findings: RowFindings) -> MetricView:
    view = metric_view(estimate, floor_of(results, estimate))
    if estimate.metric != "faithfulness" or findings.hallucinations is None:
        return view
    return replace(view, kinds=hallucination_sentence(findings.hallucinations))


def decided_view(decided: Decided | None, *, fixed: bool = False) -> DecisionView:
    """Return the view of a decision, or of there being none; `fixed`: a policy was named before the run."""
    if decided is None:
        return no_decision(fixed=fixed)
    return decision_view(decided.outcome, decided.results, at=decided.at, policy=decided.policy)


def _findings(run: Measured) -> tuple[RowFindings, str]:
    """Return what the rows add, or nothing and why."""
    nothing = RowFindings(distributions=(), examples=())
    if run.log is None:
        return nothing, "The run log is not on this machine: examples and distributions are left out."
    if run.log.digest() != run.digest:
        return nothing, (
            "The run log on this machine is not the one that was recorded: examples and distributions are left out. "
            "The numbers are those of the record."
        )
    return read_findings(run.log, run.plan.metrics), ""


def _notes(header: HeaderView, run: Measured, missing: str) -> Iterator[str]:
    there = run.completeness
    if there.outcome is RunOutcome.PARTIAL:
        yield f"This run is partial: {there.found} of {there.expected} rows. {_sentence(there.reason)}".strip()
    if header.corpus is not None and header.corpus.skipped:
        yield skipped_sentence(header.corpus)
    if missing:
        yield missing
    elif run.log is not None:
        yield from _repeat_sentences(run.log)


def _repeat_sentences(log: RunLog) -> Iterator[str]:
    """Say what repeats of a question showed, metric by metric; nothing for a run without repeats."""
    for metric, found in repeats_of(log).items():
        flips = found.flip_rate
        if flips is None:
            yield f"{metric}: no question has two draws with a score, so nothing is known of repeats."
        else:
            yield (
                f"{metric}: two draws of one question differ in good or not with a probability of {flips.value:.3f} "
                f"(95 % {flips.lower:.3f} to {flips.upper:.3f}; {found.draws} draws of {found.rows} questions)."
            )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
