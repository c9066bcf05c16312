"""Rows that got worse, as questions to ask again.

Rules of this place: the texts come from the baseline's run log; a row whose texts were erased cannot be asked again and
is counted; the log knows a document by its id alone, which keeps the rows of one document together in the next run.
"""

from collections.abc import Iterator, Mapping, Sequence

from evaluation.comparison._texts import texts_of
from evaluation.comparison._types import RunComparison
from evaluation.runs import RunLog

__all__ = ["regression_questions"]


def regression_questions(found: Sequence[RunComparison], baseline: RunLog) -> Iterator[Mapping[str, object] | str]:
    """Yield a line of a question file for each row that is a regression anywhere, or its id where its text is gone."""
    metrics: dict[str, list[str]] = {}
    for one in found:
        for metric in one.metrics:
            for name in metric.regressions:
                regressed = metrics.setdefault(name, [])
                if metric.comparison.metric not in regressed:
                    regressed.append(metric.comparison.metric)
    texts = texts_of(baseline, frozenset(metrics))
    for row in baseline.rows():
        regressed = metrics.pop(row.id, [])
        if not regressed:
            continue
        payload = texts.get(row.id)
        if payload is None or payload.erased is not None:
            yield row.id
            continue
        line: dict[str, object] = {"id": row.id, "question": payload.question, "regressed": regressed}
        known = {"reference": payload.reference, "document": row.cluster, "tags": list(row.tags) or None}
        yield {**line, **{name: value for name, value in known.items() if value is not None}}
