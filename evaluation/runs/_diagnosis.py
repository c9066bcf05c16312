"""Who is at fault for a bad row: the retriever, which brought the wrong contexts, or the generator, which misused them.

Rules of this place: pure, from verdicts alone, and no guess. Three questions decide, each answered by the first of its
metrics that is scored: is the answer right (answer_correctness, completeness)? Did the contexts hold what was needed
(context_recall, context_relevance)? Did the answer keep to the contexts (faithfulness)? Good and bad are those of
`calls_good`, but contexts are enough by relevance as soon as one of them helps. What cannot be told is undetermined,
with the metric to add. The idea, to look at retrieval and generation by separate metrics and blame by their pattern, is
that of RAGChecker (Ru et al. 2024, arXiv 2408.08067).

| answer | contexts | keeps to them | fault |
|---|---|---|---|
| right or not asked | enough | yes, or not asked with a right answer | none |
| right or not asked | enough | no | generator |
| right or not asked | lacking | yes, or not asked | retriever |
| right | lacking | no | retriever |
| not asked | lacking | no | both |
| wrong | enough | any | generator |
| wrong | lacking | yes, or not asked | retriever |
| wrong | lacking | no | both |
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evaluation.runs._types import Row
from evaluation.statistics import MeanInterval, clustered_mean
from evaluation.verdicts import Verdict, calls_good

__all__ = ["Diagnosis", "Fault", "FaultShare", "RunDiagnosis", "diagnose", "diagnose_rows"]


class Fault(StrEnum):
    """Who is at fault."""

    NONE = "none"
    RETRIEVER = "retriever"
    GENERATOR = "generator"
    BOTH = "both"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """The finding on one row."""

    fault: Fault
    reason: str  # in words, from values alone: no text of the row
    add: str = ""  # the metric that would tell, where it is undetermined


@dataclass(frozen=True, kw_only=True)
class FaultShare:
    """How often one finding came up."""

    fault: Fault
    rows: int  # rows and repeats
    share: MeanInterval  # of all rows, clustered by source document


@dataclass(frozen=True, kw_only=True)
class RunDiagnosis:
    """All findings of a run: every row has one."""

    shares: tuple[FaultShare, ...]  # one for each `Fault`, in its order
    add: tuple[str, ...]  # metrics that would tell more, the one that helps most rows first


_ANSWER: Final = ("answer_correctness", "completeness")
_CONTEXTS: Final = ("context_recall", "context_relevance")
_KEEPS: Final = "faithfulness"


def diagnose(verdicts: Iterable[Verdict]) -> Diagnosis:
    """Return the finding on one row from its verdicts."""
    known = {verdict.metric: verdict for verdict in verdicts if verdict.value is not None}
    right = _first(known, _ANSWER)
    enough = _enough(known)
    keeps = calls_good(known[_KEEPS]) if _KEEPS in known else None
    values = ", ".join(f"{name} {known[name].value:.2f}" for name in (*_ANSWER, *_CONTEXTS, _KEEPS) if name in known)
    fault, words, add = _judge(right, enough, keeps)
    return Diagnosis(fault=fault, reason=f"{words} ({values})" if values else words, add=add)


def diagnose_rows(rows: Iterable[Row]) -> RunDiagnosis | None:
    """Return the findings of all rows with their shares; `None` without rows."""
    found: list[Fault] = []
    clusters: list[Hashable] = []
    wanted: dict[str, int] = {}
    for row in rows:
        one = diagnose(row.verdicts)
        found.append(one.fault)
        clusters.append(("row", row.id) if row.cluster is None else row.cluster)
        if one.add:
            wanted[one.add] = wanted.get(one.add, 0) + 1
    shares = [_share(fault, found, clusters) for fault in Fault]
    add = tuple(sorted(wanted, key=lambda metric: (-wanted[metric], metric)))
    return RunDiagnosis(shares=tuple(share for share in shares if share), add=add) if found else None


def _share(fault: Fault, found: list[Fault], clusters: list[Hashable]) -> FaultShare | None:
    share = clustered_mean([float(one is fault) for one in found], clusters)
    return None if share is None else FaultShare(fault=fault, rows=found.count(fault), share=share)


def _first(known: Mapping[str, Verdict], metrics: tuple[str, ...]) -> bool | None:
    return next((calls_good(known[metric]) for metric in metrics if metric in known), None)


def _enough(known: Mapping[str, Verdict]) -> bool | None:
    recall, relevance = (known.get(metric) for metric in _CONTEXTS)
    if recall is not None:
        return calls_good(recall)
    return None if relevance is None else (relevance.value or 0.0) > 0


def _judge(right: bool | None, enough: bool | None, keeps: bool | None) -> tuple[Fault, str, str]:  # noqa: FBT001 (three answers)
    if enough is None:
        return _blind(right, keeps)
    if enough:
        return _with_contexts(right, keeps)
    if keeps is False and right is not True:
        return Fault.BOTH, "the contexts lack what was needed, and the answer says what they do not", ""
    how = "though the answer is right" if right else "and the answer had nothing to rest on"
    return Fault.RETRIEVER, f"the contexts lack what was needed, {how}", ""


def _with_contexts(right: bool | None, keeps: bool | None) -> tuple[Fault, str, str]:  # noqa: FBT001 (as above)
    if right is False:
        return Fault.GENERATOR, "the contexts hold what was needed, and the answer is wrong or incomplete", ""
    if keeps is False:
        return Fault.GENERATOR, "the contexts hold what was needed, and the answer says what they do not", ""
    if right is None and keeps is None:
        return Fault.UNDETERMINED, "nothing tells whether the answer is good", _KEEPS
    return Fault.NONE, "the contexts hold what was needed, and nothing speaks against the answer", ""


def _blind(right: bool | None, keeps: bool | None) -> tuple[Fault, str, str]:  # noqa: FBT001 (as above)
    """Without a word on the contexts only a good row can be told."""
    if right is True and keeps is not False:
        return Fault.NONE, "the answer is right", ""
    if right is None and keeps is None:
        return Fault.UNDETERMINED, "nothing tells whether the answer is good", _ANSWER[0]
    return Fault.UNDETERMINED, "nothing tells whether the contexts hold what was needed", _CONTEXTS[0]
