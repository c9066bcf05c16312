"""Hallucinations of a run, split: contradicted by the source (intrinsic) or not to be found in it (extrinsic).

Rules of this place: pure, over the faithfulness verdicts that show their sentences. A sentence is contradicted, absent
or supported, never two of them. Rates come per sentence and per answer (one such sentence is enough), each with a 95 %
interval clustered by source document, or by row where none is known, since sentences of one answer are alike.
Intrinsic and extrinsic are the terms of Maynez et al. 2020 (ACL). A judge that never calls a sentence contradicted
leaves the split to the extrinsic side: the sum holds, the split is then the judge's.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from evaluation.runs._types import Row
from evaluation.statistics import ClusterSums, MeanInterval
from evaluation.verdicts import Outcome, Support, Verdict

__all__ = ["HallucinationRates", "Hallucinations", "hallucinations_of"]

METRIC = "faithfulness"


@dataclass(frozen=True, kw_only=True)
class HallucinationRates:
    """One kind of hallucination: how often, 0..1."""

    sentences: MeanInterval  # share of the sentences judged
    answers: MeanInterval  # share of the answers judged that hold at least one


@dataclass(frozen=True, kw_only=True)
class Hallucinations:
    """Both kinds over the same sentences and answers."""

    intrinsic: HallucinationRates  # contradicted by the contexts
    extrinsic: HallucinationRates  # not to be found in the contexts


def hallucinations_of(rows: Iterable[Row]) -> Hallucinations | None:
    """Return the rates, or `None` where no faithfulness verdict shows its sentences."""
    counts = {kind: (ClusterSums(), ClusterSums()) for kind in (Support.CONTRADICTED, Support.ABSENT)}
    for row in rows:
        cluster: Hashable = ("row", row.id) if row.cluster is None else row.cluster
        for verdict in filter(_shows_sentences, row.verdicts):
            for kind, (sentences, answers) in counts.items():
                found = [unit.support is kind for unit in verdict.units]
                for one in found:
                    sentences.add(cluster, float(one))
                answers.add(cluster, float(any(found)))
    intrinsic, extrinsic = (_rates(*counts[kind]) for kind in (Support.CONTRADICTED, Support.ABSENT))
    return Hallucinations(intrinsic=intrinsic, extrinsic=extrinsic) if intrinsic and extrinsic else None


def _shows_sentences(verdict: Verdict) -> bool:
    return verdict.metric == METRIC and verdict.outcome is Outcome.SCORED and bool(verdict.units)


def _rates(sentences: ClusterSums, answers: ClusterSums) -> HallucinationRates | None:
    of_sentences, of_answers = sentences.interval(), answers.interval()
    if of_sentences is None or of_answers is None:
        return None
    return HallucinationRates(sentences=of_sentences, answers=of_answers)
