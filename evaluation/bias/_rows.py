"""The rows of a run by group: from tags to (attribute, group, set of twins), with every measure of the row.

Rules of this place: the tag `group:ATTRIBUTE:GROUP` names a row's group, `pair:…` its set of twins; with `by`, the tags
`by:GROUP` make the groups. Length and declining are counted on the texts, and are unknown where those were erased. What
another suite's metric says of an attack is no measure of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from evaluation.bias._types import DECLINED, LENGTH
from evaluation.judges._abstention import abstains
from evaluation.runs import Payload, Row, RunLog
from evaluation.suites import SuiteKind

__all__ = ["GroupedRow", "grouped_rows"]

_GROUP: Final = "group:"
_PAIR: Final = "pair:"


@dataclass(frozen=True, kw_only=True)
class GroupedRow:
    """One row in one group."""

    id: str
    attribute: str
    group: str
    twins: str | None  # the set of twins, None for a row that has none
    cluster: str | None
    values: dict[str, float | None]  # measure → value, None where it is not known


def grouped_rows(log: RunLog, by: str | None) -> Iterator[GroupedRow]:
    """Yield each row once for each group that it is in; raise where the log cannot be read."""
    for row, payload in log.joined():
        groups = list(_groups(row, by))
        values = _values(row, payload) if groups else {}
        twins = next((tag for tag in row.tags if tag.startswith(_PAIR)), None) if by is None else None
        for attribute, group in groups:
            yield GroupedRow(
                id=row.id, attribute=attribute, group=group, twins=twins, cluster=row.cluster, values=values
            )


def _groups(row: Row, by: str | None) -> Iterator[tuple[str, str]]:
    for tag in row.tags:
        if by is not None and tag.startswith(f"{by}:"):
            yield by, tag.removeprefix(f"{by}:")
        elif by is None and tag.startswith(_GROUP):
            attribute, _, group = tag.removeprefix(_GROUP).partition(":")
            if group:
                yield attribute, group


def _values(row: Row, payload: Payload | None) -> dict[str, float | None]:
    aside = _metrics_of_others(row)
    values: dict[str, float | None] = {
        verdict.metric: verdict.value for verdict in row.verdicts if verdict.metric not in aside
    }
    there = payload is not None and payload.erased is None and row.answer_outcome.value == "answered"
    answer = payload.answer if payload is not None else ""
    values[LENGTH] = float(len(answer.split())) if there else None
    values[DECLINED] = float(abstains(answer)) if there else None
    return values


def _metrics_of_others(row: Row) -> frozenset[str]:
    """Return the metrics of the suites that an attack is not of; none for a row that is no attack."""
    own = {kind for kind in SuiteKind if f"suite:{kind}" in row.tags}
    return frozenset(kind.metric for kind in set(SuiteKind) - own) if own else frozenset()
