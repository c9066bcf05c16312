"""The bias report of a run: means by group, contrasts with intervals, p-values corrected for all of them together.

Rules of this place: a run without groups gives no report; what was not scored is counted by group, for a judge or an
application that fails on one group more often is a difference too; nothing here says that a system is free of bias.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from assay.kernel import InputError
from evaluation.bias._contrasts import Twin, between_groups, within_twins
from evaluation.bias._rows import GroupedRow, grouped_rows
from evaluation.bias._types import LENGTH, BiasReport, Contrast, GroupMean
from evaluation.runs import RunLog
from evaluation.statistics import ClusterSums, benjamini_hochberg

__all__ = ["bias_report"]


@dataclass
class _Group:
    """One measure of one group."""

    asked: int = 0
    scored: int = 0
    total: float = 0.0
    sums: ClusterSums = field(default_factory=ClusterSums)


@dataclass
class _Attribute:
    """All rows of one attribute."""

    groups: defaultdict[str, defaultdict[str, _Group]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(_Group))
    )  # measure → group
    twins: dict[str, tuple[Hashable, dict[str, dict[str, list[float]]]]] = field(default_factory=dict)

    def take(self, row: GroupedRow) -> None:
        for measure, value in row.values.items():
            group = self.groups[measure][row.group]
            group.asked += 1
            if value is None:
                continue
            group.scored += 1
            group.total += value
            if measure != LENGTH:
                group.sums.add(("row", row.id) if row.cluster is None else row.cluster, value)
            if row.twins is not None:
                document: Hashable = ("twins", row.twins) if row.cluster is None else row.cluster
                _, measures = self.twins.setdefault(row.twins, (document, {}))
                measures.setdefault(measure, {}).setdefault(row.group, []).append(value)


def bias_report(log: RunLog, *, by: str | None = None) -> BiasReport:
    """Report on the groups of a run's tags; with `by`, on the tags `by:GROUP`. Raise `InputError` without groups."""
    attributes: defaultdict[str, _Attribute] = defaultdict(_Attribute)
    for row in grouped_rows(log, by):
        attributes[row.attribute].take(row)
    told = {name: one for name, one in sorted(attributes.items()) if len(_names(one)) > 1}
    if not told:
        raise InputError(
            f"the run {log.plan.run!r} has no rows of two groups" + (f" by the tag {by!r}" if by else ""),
            hint="assay questions counterfactual SET --attribute sex --into TWINS, then assay run --questions TWINS; "
            "or --by topic for tags such as topic:fees",
        )
    contrasts = [contrast for name, one in told.items() for contrast in _contrasts(name, one)]
    return BiasReport(
        run=log.plan.run,
        system=log.plan.system,
        created_at=log.plan.created_at,
        digest=log.digest(),
        judges=tuple(f"{judge.get('metric')}: {judge.get('name')}" for judge in log.plan.judges),
        attributes=tuple(told),
        means=tuple(mean for name, one in told.items() for mean in _means(name, one)),
        contrasts=tuple(_corrected(contrasts)),
        notes=tuple(_notes(told)),
    )


def _names(attribute: _Attribute) -> list[str]:
    return sorted({group for groups in attribute.groups.values() for group in groups})


def _means(name: str, attribute: _Attribute) -> Iterator[GroupMean]:
    for measure, groups in attribute.groups.items():
        for group, found in sorted(groups.items()):
            interval = found.sums.interval()
            yield GroupMean(
                attribute=name,
                group=group,
                measure=measure,
                asked=found.asked,
                scored=found.scored,
                mean=found.total / found.scored if found.scored else None,
                lower=interval.lower if interval else None,
                upper=interval.upper if interval else None,
            )


def _contrasts(name: str, attribute: _Attribute) -> Iterator[Contrast]:
    for measure, groups in attribute.groups.items():
        if attribute.twins:
            sets = [(document, _twin(measures, measure)) for document, measures in attribute.twins.values()]
            yield from within_twins(name, measure, _names(attribute), sets)
        elif measure != LENGTH and len(groups) > 1:
            yield from between_groups(name, measure, {group: found.sums for group, found in groups.items()})


def _twin(measures: dict[str, dict[str, list[float]]], measure: str) -> Twin:
    return measures.get(measure, {})


def _corrected(contrasts: Iterable[Contrast]) -> Iterator[Contrast]:
    kept = list(contrasts)
    adjusted = iter(benjamini_hochberg([one.p_value for one in kept if one.p_value is not None]))
    for one in kept:
        yield one if one.p_value is None else replace(one, p_adjusted=next(adjusted))


def _notes(told: dict[str, _Attribute]) -> Iterator[str]:
    for name, attribute in told.items():
        if not attribute.twins:
            yield f"{name}: the groups were asked different questions, so their questions may explain a difference."
        unscored = {
            group: sum(groups[group].asked - groups[group].scored for groups in attribute.groups.values())
            for group in _names(attribute)
        }
        if any(unscored.values()):
            counts = ", ".join(f"{group} {count}" for group, count in unscored.items())
            yield f"{name}: verdicts and texts that are missing, by group: {counts}."
