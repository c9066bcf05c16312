"""Any number of runs against one baseline.

Rules of this place: what the gate would not compare is not compared here either, and the reason is named: other
questions refuse the whole pair, another judge refuses its metric. p-values are corrected for everything that is shown
together: Holm over metrics and candidates (each claim must hold), Benjamini-Hochberg over slices (a list to look into).
Memory is a few numbers a pair; texts are read for the rows that are shown, and for no other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from typing import Final

from assay.kernel import InputError, digest_json
from evaluation.comparison._paired import Paired, PairedRow
from evaluation.comparison._slices import slices_of
from evaluation.comparison._tally import Tally, corrected
from evaluation.comparison._texts import with_texts
from evaluation.comparison._types import (
    CompareOptions,
    MetricComparison,
    Refusal,
    RowChange,
    RunComparison,
    Side,
    SliceComparison,
)
from evaluation.runs import RunLog, RunPlan
from evaluation.statistics import benjamini_hochberg, holm
from evaluation.verdicts import good_from

__all__ = ["compare_all"]

_EQUAL: Final = 1e-9


def compare_all(
    candidates: Sequence[RunLog], baseline: RunLog, options: CompareOptions | None = None
) -> tuple[RunComparison, ...]:
    """Compare every candidate with the baseline; raise `InputError` where one cannot be compared at all."""
    found = [_compare(candidate, baseline, options or CompareOptions()) for candidate in candidates]
    return tuple(_corrected(found))


def _compare(candidate: RunLog, baseline: RunLog, options: CompareOptions) -> RunComparison:
    notes = list(_checked(candidate, baseline))
    metrics, refused = _metrics(candidate.plan, baseline.plan, options)
    with Paired(candidate, baseline, metrics) as paired:
        found = [_metric(paired, metric, options) for metric in metrics]
        notes += _partial(paired, candidate.plan, baseline.plan)
    _check_slices(found, options)
    return RunComparison(
        candidate=candidate.plan,
        baseline=baseline.plan,
        metrics=tuple(with_texts(found, candidate, baseline)),
        refused=refused,
        notes=tuple(notes),
        digests={log.plan.run: log.digest() for log in (candidate, baseline)},
    )


def _checked(candidate: RunLog, baseline: RunLog) -> Iterator[str]:
    """Refuse runs on other questions; yield what the reader must know about the others."""
    one, other = candidate.plan, baseline.plan
    names = f"the runs {one.run!r} and {other.run!r}"
    if candidate.digest() == baseline.digest():
        raise InputError(f"{names} are the same run", hint="`assay runs list` shows the ids")
    hint = "run both on the same question set or answers with the same ids"
    if one.questions.ids_digest != other.questions.ids_digest:
        raise InputError(f"{names} asked different questions", hint=hint)
    asked = one.target is not None and other.target is not None
    if asked and one.questions.digest != other.questions.digest:
        raise InputError(f"{names} asked different questions under the same ids: the set was changed", hint=hint)
    if one.system != other.system:
        yield f"The runs are of two systems, {one.system} and {other.system}: a gate would not compare them."


def _partial(paired: Paired, candidate: RunPlan, baseline: RunPlan) -> Iterator[str]:
    for plan, found in ((candidate, paired.found("candidate")), (baseline, paired.found("baseline"))):
        expected = plan.questions.count * plan.repeats
        if found != expected:
            yield f"{plan.run} is partial, {found} of {expected} rows: what is missing is not compared."


def _metrics(one: RunPlan, other: RunPlan, options: CompareOptions) -> tuple[tuple[str, ...], tuple[Refusal, ...]]:
    shared = [metric for metric in one.metrics if metric in other.metrics]
    missing = [metric for metric in options.metrics if metric not in shared]
    if missing or not shared:
        raise InputError(
            f"the runs share no metric {', '.join(missing) or 'at all'}: {list(one.metrics)!r} and "
            f"{list(other.metrics)!r}",
            hint="run both with the same --metrics",
        )
    wanted = [metric for metric in shared if not options.metrics or metric in options.metrics]
    refused = [metric for metric in wanted if _judge(one, metric) != _judge(other, metric)]
    reason = "the two runs were judged differently: judge, model, prompt or options changed"
    if len(refused) == len(wanted):
        raise InputError(
            f"{one.run!r} and {other.run!r} cannot be compared on {', '.join(refused)}: {reason}",
            hint="judge both with the same --judge; assay runs show RUN names it",
        )
    kept = tuple(metric for metric in wanted if metric not in refused)
    return kept, tuple(Refusal(metric=metric, reason=reason) for metric in refused)


def _check_slices(found: Sequence[MetricComparison], options: CompareOptions) -> None:
    seen = {part.by for metric in found for part in metric.slices}
    for by in options.slices:
        if by not in seen and any(metric.comparison.pairs for metric in found):
            raise InputError(
                f"no row is in a slice by {by!r}",
                hint="slice by tag, document or language, or by topic where rows have tags such as topic:fees",
            )


def _judge(plan: RunPlan, metric: str) -> str:
    return next((digest_json(dict(judge)) for judge in plan.judges if judge.get("metric") == metric), "")


@dataclass
class _Best:
    """The rows that changed most so far, biggest change first."""

    keep: int
    sign: int
    rows: list[PairedRow]

    def offer(self, row: PairedRow) -> None:
        change = self.sign * row.difference
        if change > _EQUAL and (len(self.rows) < self.keep or change > self.sign * self.rows[-1].difference):
            self.rows = nsmallest(self.keep, [*self.rows, row], key=lambda one: (-self.sign * one.difference, one.id))


def _metric(paired: Paired, metric: str, options: CompareOptions) -> MetricComparison:
    whole, parts = Tally(metric), dict[tuple[str, str], Tally]()
    good = options.good if options.good is not None else good_from(metric)
    gains, losses = _Best(options.keep, 1, []), _Best(options.keep, -1, [])
    regressions = []
    for row in paired.rows(metric):
        whole.add(row)
        gains.offer(row)
        losses.offer(row)
        if row.baseline >= good - _EQUAL and row.candidate < good - _EQUAL:
            regressions.append(row.id)
        for by in options.slices:
            for value in slices_of(row, by):
                parts.setdefault((by, value), Tally(metric)).add(_unit(row, by))
    return MetricComparison(
        comparison=whole.comparison(unpaired=paired.scored(metric) - len(whole.clusters)),
        test=whole.test(),
        flips=whole.flips(),
        slices=tuple(_slice(by, value, tally) for (by, value), tally in sorted(parts.items())),
        gains=tuple(_change(row) for row in gains.rows),
        losses=tuple(_change(row) for row in losses.rows),
        good=good,
        regressions=tuple(regressions),
    )


def _unit(row: PairedRow, by: str) -> PairedRow:
    """Within one document its rows are the units: it says something of this document alone."""
    return replace(row, cluster=None) if by == "document" else row


def _slice(by: str, value: str, tally: Tally) -> SliceComparison:
    return SliceComparison(by=by, value=value, comparison=tally.comparison(unpaired=0), test=tally.test())


def _change(row: PairedRow) -> RowChange:
    return RowChange(
        id=row.id,
        difference=row.difference,
        question="",
        reference=None,
        tags=row.tags,
        candidate=Side(value=row.candidate),
        baseline=Side(value=row.baseline),
    )


def _corrected(found: Sequence[RunComparison]) -> Iterator[RunComparison]:
    metrics = [metric for one in found for metric in one.metrics]
    whole = iter(corrected([metric.test for metric in metrics], holm, "holm"))
    slices = [part.test for metric in metrics for part in metric.slices]
    parts = iter(corrected(slices, benjamini_hochberg, "benjamini-hochberg"))
    for one in found:
        yield replace(
            one,
            metrics=tuple(
                replace(
                    metric,
                    test=next(whole),
                    slices=tuple(replace(part, test=next(parts)) for part in metric.slices),
                )
                for metric in one.metrics
            ),
        )
