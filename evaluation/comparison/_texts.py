"""The texts of the rows that are shown: each log is read once more, and only those rows are kept."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from evaluation.comparison._types import MetricComparison, RowChange, Side
from evaluation.runs import Payload, RunLog

__all__ = ["texts_of", "with_texts"]

_GONE: Final = "a time that is not recorded"


def with_texts(found: Sequence[MetricComparison], candidate: RunLog, baseline: RunLog) -> Iterator[MetricComparison]:
    """Yield the comparisons with the texts of their biggest changes; raise for texts that are not those judged."""
    wanted = frozenset(row.id for metric in found for row in (*metric.gains, *metric.losses))
    ours, theirs = texts_of(candidate, wanted), texts_of(baseline, wanted)
    for metric in found:
        name = metric.comparison.metric
        yield replace(
            metric,
            gains=tuple(_filled(row, name, ours.get(row.id), theirs.get(row.id)) for row in metric.gains),
            losses=tuple(_filled(row, name, ours.get(row.id), theirs.get(row.id)) for row in metric.losses),
        )


def texts_of(log: RunLog, wanted: frozenset[str]) -> dict[str, Payload]:
    """Return the texts of the wanted rows by id, of the first repeat that has any; raise `IntegrityError`."""
    found: dict[str, Payload] = {}
    if not wanted:
        return found
    for row, payload in log.joined(wanted):
        if payload is not None:
            known = found.get(row.id)
            if known is None or (known.erased is not None, known.repeat) > (payload.erased is not None, payload.repeat):
                found[row.id] = payload
    return found


def _filled(row: RowChange, metric: str, ours: Payload | None, theirs: Payload | None) -> RowChange:
    asked = next((one for one in (ours, theirs) if one is not None and one.erased is None), None)
    return replace(
        row,
        question=asked.question if asked else "",
        reference=asked.reference if asked else None,
        candidate=_side(row.candidate, metric, ours),
        baseline=_side(row.baseline, metric, theirs),
    )


def _side(side: Side, metric: str, payload: Payload | None) -> Side:
    if payload is None or payload.erased is not None:
        return replace(side, erased=(payload.erased if payload else None) or _GONE)
    reason = (payload.reasons or {}).get(metric, "")
    return replace(side, answer=payload.answer, contexts=payload.contexts, reason=reason)
