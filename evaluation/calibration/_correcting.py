"""A run's estimate corrected by what people said of some of its rows.

Rules of this place: the population is every row that people could have labelled, those included on which the judge
failed; a row that was drawn by several samples counts once, with the probability that any of them drew it; rows of one
document are one cluster; with too few labels there is no correction, never a rough one.
"""

import math
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence

from evaluation.calibration._cards import good_share
from evaluation.calibration._sampling import RowKey, frame, inclusion
from evaluation.calibration._types import FEWEST_LABELS, Label, LabelSet
from evaluation.runs import Row, RunLog
from evaluation.statistics import Agreement, Corrected, LabelledPair, PpiMean, agreement, ppi_mean
from evaluation.verdicts import calls_good

__all__ = ["correct_estimate"]


def correct_estimate(log: RunLog, metric: str, sets: Sequence[LabelSet]) -> Corrected | None:
    """Return the corrected estimate of a metric from all its label sets; `None` with fewer than `FEWEST_LABELS` rows.

    What is estimated is the share of answers that people would call good. The judge's part is its probability that the
    answer is good, where it gives one, else its value; where it failed, the mean of the others.
    """
    labels = _by_row(sets)
    if len(labels) < FEWEST_LABELS:
        return None
    clusters: dict[RowKey, tuple[str, str]] = {}
    rows: dict[RowKey, Row] = {}  # the labelled ones
    people_could = frame(_noted(log, clusters, rows, labels), metric)
    designs = dict.fromkeys(found.sampling for found in sets if found.sampling is not None)
    chances = _joined([inclusion(people_could, design) for design in designs])
    judged = _filled(people_could)
    keys = [key for key in judged if key in labels]
    rest = [key for key in judged if key not in labels]
    found = ppi_mean(
        [judged[key] for key in rest],
        [(judged[key], good_share([one.good for one in labels[key]])) for key in keys],
        probabilities=[chances[key] for key in keys],
        clusters=[clusters[key] for key in keys],
        judged_clusters=[clusters[key] for key in rest],
    )
    judge = _judge(metric, [(rows[key], labels[key], chances[key]) for key in keys])
    return None if found is None else _with_judge(found, judge)


def _by_row(sets: Sequence[LabelSet]) -> Mapping[RowKey, Sequence[Label]]:
    labels: defaultdict[RowKey, list[Label]] = defaultdict(list)
    for one in (label for found in sets for label in found.labels):
        labels[(one.row, one.repeat)].append(one)
    return labels


def _noted(
    log: RunLog, clusters: dict[RowKey, tuple[str, str]], rows: dict[RowKey, Row], wanted: Container[RowKey]
) -> Iterator[Row]:
    """Yield the rows of the log, and note their clusters and those that are wanted on the way."""
    for row in log.rows():
        key = (row.id, row.repeat)
        clusters[key] = ("row", row.id) if row.cluster is None else ("cluster", row.cluster)
        if key in wanted:
            rows[key] = row
        yield row


def _filled(rows: Sequence[tuple[RowKey, float | None]]) -> dict[RowKey, float]:
    """Put the mean where the judge failed."""
    scored = [score for _, score in rows if score is not None]
    mean = math.fsum(scored) / len(scored) if scored else 0.5
    return {key: mean if score is None else score for key, score in rows}


def _with_judge(found: PpiMean, judge: Agreement) -> Corrected:
    return Corrected(
        mean=found.mean,
        lower=found.lower,
        upper=found.upper,
        labels=found.labels,
        tuning=found.tuning,
        sensitivity=judge.sensitivity,
        specificity=judge.specificity,
        youden=judge.youden,
        method=found.method,
    )


def _joined(samples: Sequence[Mapping[RowKey, float]]) -> dict[RowKey, float]:
    """Return the probability that any of several independent samples draws a row."""
    return {key: 1 - math.prod(1 - sample[key] for sample in samples) for key in samples[0]}


def _judge(metric: str, labelled: Sequence[tuple[Row, Sequence[Label], float]]) -> Agreement:
    pairs = []
    for row, labels, chance in labelled:
        verdict = next(one for one in row.verdicts if one.metric == metric)
        share, judge = good_share([label.good for label in labels]), calls_good(verdict)
        if judge is not None and share != 1 / 2:
            pairs.append(
                LabelledPair(
                    judge=judge,
                    human=share > 1 / 2,
                    probability=verdict.probability,
                    cluster=row.cluster,
                    weight=1 / chance,
                )
            )
    return agreement(pairs)
