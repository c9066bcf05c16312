"""What a comparison of runs says. All values and differences are in the metric's own 0..1; `None` is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evaluation.runs import RunPlan
from evaluation.statistics import Comparison

__all__ = [
    "CompareOptions",
    "Flips",
    "MetricComparison",
    "Refusal",
    "RowChange",
    "RunComparison",
    "Side",
    "Significance",
    "SliceComparison",
]


@dataclass(frozen=True, kw_only=True)
class CompareOptions:
    """What to compare."""

    metrics: tuple[str, ...] = ()  # all that both runs have, where none is named
    slices: tuple[str, ...] = ()  # tag | document | language | the part of a tag before its colon
    keep: int = 5  # biggest wins and losses that are shown with their texts
    good: float | None = None  # least value that is called good; None: as everywhere, `verdicts.good_from`


@dataclass(frozen=True, kw_only=True)
class Significance:
    """How surprising a difference would be if nothing had changed: the sign-flip test over documents."""

    p_value: float
    p_adjusted: float  # for all comparisons that are shown together
    correction: str  # none | holm | benjamini-hochberg


@dataclass(frozen=True, kw_only=True)
class Flips:
    """Rows of a yes-or-no metric that changed sides (McNemar 1947)."""

    gained: int  # 0 in the baseline, 1 in the candidate
    lost: int
    p_value: float


@dataclass(frozen=True, kw_only=True)
class SliceComparison:
    """One slice of the rows."""

    by: str
    value: str
    comparison: Comparison
    test: Significance | None


@dataclass(frozen=True, kw_only=True)
class Side:
    """What one run said on a row, and how it was judged."""

    value: float  # mean over the repeats
    answer: str = ""  # of the first repeat that has texts
    contexts: tuple[str, ...] | None = None
    reason: str = ""
    erased: str = ""  # when the texts were erased, or that they are gone; "" where they are there


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """One row in both runs."""

    id: str
    difference: float
    question: str
    reference: str | None
    tags: tuple[str, ...]
    candidate: Side
    baseline: Side


@dataclass(frozen=True, kw_only=True)
class MetricComparison:
    """One metric over the rows that both runs scored."""

    comparison: Comparison
    test: Significance | None  # None without a pair
    flips: Flips | None  # None unless every paired value is 0 or 1
    slices: tuple[SliceComparison, ...]
    gains: tuple[RowChange, ...]  # biggest first
    losses: tuple[RowChange, ...]
    good: float
    regressions: tuple[str, ...]  # ids of rows that were good and are not any more


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A metric that is not compared, and why."""

    metric: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RunComparison:
    """A candidate against the baseline."""

    candidate: RunPlan
    baseline: RunPlan
    metrics: tuple[MetricComparison, ...]
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...]
    digests: Mapping[str, str] = field(default_factory=dict)  # run → run digest
