"""The worst-scoring rows of a run, and how its values spread: one pass over the run log.

Rules of this place: memory stays flat however long the log is; nothing here is an estimate, the stored estimates are;
a text that was erased is said to be erased; ties are broken by id, so that the same log gives the same choice.
"""

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from evaluation.runs import Hallucinations, Payload, Row, RunLog, hallucinations_of
from evaluation.verdicts import Outcome, UnitVerdict, Verdict
from reports.text import shorten
from reports.views import Distribution, Example, ExampleSet, Segment
from reports.words import metric_name

__all__ = ["RowFindings", "read_findings", "segments"]

_BINS = 10
_QUESTION, _ANSWER, _REASON = 600, 1_600, 800  # code points shown
_UNREAD = "a time that is not recorded"  # where the texts are gone without their line

_Rank = tuple[int, float, str, int]


@dataclass(frozen=True, kw_only=True)
class RowFindings:
    """What the rows add to the stored estimates."""

    distributions: tuple[Distribution, ...]
    examples: tuple[ExampleSet, ...]
    hallucinations: Hallucinations | None = None  # None where no faithfulness verdict shows its sentences


@dataclass
class _Metric:
    keep: int
    bins: Counter[int] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    below: int = 0
    worst: list[tuple[_Rank, Example]] = field(default_factory=list)

    def count(self, verdict: Verdict) -> None:
        self.outcomes[verdict.outcome] += 1
        if verdict.value is not None:
            self.bins[min(_BINS - 1, int(verdict.value * _BINS))] += 1

    def offer(self, row: Row, payload: Payload | None, verdict: Verdict) -> None:
        if verdict.outcome is Outcome.NOT_APPLICABLE or verdict.value == 1:
            return
        self.below += 1
        rank = _rank(row, verdict)
        if len(self.worst) < self.keep or rank < self.worst[-1][0]:
            self.worst.append((rank, _example(row, payload, verdict)))
            self.worst = heapq.nsmallest(self.keep, self.worst, key=lambda pair: pair[0])


def read_findings(log: RunLog, metrics: Sequence[str], *, keep: int = 5) -> RowFindings:
    """Read the log once; keep the `keep` worst rows of each metric, worst first, failures after low values.

    Raise `IntegrityError` when the texts are not those that were judged, `InputError` for a log that is unreadable.
    """
    found = {metric: _Metric(keep) for metric in metrics}
    for row, payload in log.joined():
        for verdict in row.verdicts:
            if verdict.metric in found:
                found[verdict.metric].count(verdict)
                found[verdict.metric].offer(row, payload, verdict)
    return RowFindings(
        distributions=tuple(_distribution(metric, kept) for metric, kept in found.items() if kept.outcomes),
        examples=tuple(_set(metric, kept) for metric, kept in found.items() if kept.worst),
        hallucinations=hallucinations_of(log.rows()),
    )


def segments(answer: str, units: Sequence[UnitVerdict]) -> Iterator[Segment]:
    """Yield the answer in stretches, marked where a judge gave a verdict; units that overlap are not marked twice."""
    at = 0
    for unit in sorted(units, key=lambda unit: (unit.start, unit.end)):
        start, end = max(at, unit.start), min(len(answer), unit.end)
        if start >= end:
            continue
        if start > at:
            yield Segment(text=answer[at:start])
        yield Segment(text=answer[start:end], support=unit.support.value)
        at = end
    if at < len(answer):
        yield Segment(text=answer[at:])


def _rank(row: Row, verdict: Verdict) -> _Rank:
    return (verdict.value is None, verdict.value or 0.0, row.id, row.repeat)


def _example(row: Row, payload: Payload | None, verdict: Verdict) -> Example:
    texts = payload or Payload(id=row.id, repeat=row.repeat, erased=_UNREAD)
    answer = shorten(texts.answer, _ANSWER)
    return Example(
        id=row.id,
        repeat=row.repeat,
        outcome=verdict.outcome.value,
        value=verdict.value,
        erased=texts.erased or "",
        question=shorten(texts.question, _QUESTION),
        answer=tuple(segments(answer.text, verdict.units)),
        answer_more=answer.more,
        reason=shorten(_reason(texts, verdict.metric), _REASON),
        reference=None if texts.reference is None else shorten(texts.reference, _QUESTION),
        contexts=row.contexts,
    )


def _reason(texts: Payload, metric: str) -> str:
    return (texts.reasons or {}).get(metric, "") or texts.answer_reason


def _distribution(metric: str, kept: _Metric) -> Distribution:
    others = sorted(outcome for outcome in kept.outcomes if outcome != Outcome.SCORED)
    return Distribution(
        metric=metric,
        name=metric_name(metric),
        bins=tuple(kept.bins[index] for index in range(_BINS)),
        outcomes=tuple((str(outcome), kept.outcomes[outcome]) for outcome in (Outcome.SCORED, *others)),
    )


def _set(metric: str, kept: _Metric) -> ExampleSet:
    examples = tuple(example for _, example in kept.worst)
    return ExampleSet(metric=metric, name=metric_name(metric), examples=examples, of=kept.below)
