"""View models of a comparison of runs: final values, ready to be laid out, for the page, the table and programs."""

from dataclasses import dataclass

from reports.views import ComparisonView, ShortText

__all__ = ["CandidateView", "ChangeView", "ComparedRuns", "MetricChangeView", "RunFacts", "SideView", "SliceView"]


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """Which run, of what, and who judged it."""

    run: str
    system: str
    created_at: str  # RFC 3339, UTC
    target: str
    questions: int
    repeats: int
    judges: tuple[str, ...]  # "metric: name, model"
    digest: str  # of the run log


@dataclass(frozen=True, kw_only=True)
class SideView:
    """What one run said on a row."""

    value: float  # mean over the repeats
    answer: ShortText
    contexts: tuple[ShortText, ...]
    contexts_more: int  # passages that are not shown
    contexts_known: bool
    reason: ShortText
    erased: str  # when the texts were erased, "" while they are kept


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    """One row that changed, both answers side by side."""

    id: str
    difference: float
    question: ShortText
    reference: ShortText | None
    candidate: SideView
    baseline: SideView


@dataclass(frozen=True, kw_only=True)
class SliceView:
    """One slice of the rows."""

    by: str
    value: str
    pairs: int
    clusters: int
    difference: float | None
    lower: float | None
    upper: float | None
    wins: int
    ties: int
    losses: int
    p_value: float | None
    p_adjusted: float | None


@dataclass(frozen=True, kw_only=True)
class MetricChangeView:
    """One metric of one candidate against the baseline."""

    comparison: ComparisonView
    p_value: float | None  # None: nothing to test
    p_adjusted: float | None
    flips: tuple[int, int, float] | None  # 0 → 1, 1 → 0, McNemar's p; None unless the metric says yes or no
    slices: tuple[SliceView, ...]  # most surprising first
    biggest_gains: tuple[ChangeView, ...]
    biggest_losses: tuple[ChangeView, ...]
    good: float  # least value that was called good
    regressions: tuple[str, ...]  # ids


@dataclass(frozen=True, kw_only=True)
class CandidateView:
    """One candidate."""

    facts: RunFacts
    metrics: tuple[MetricChangeView, ...]
    refused: tuple[tuple[str, str], ...]  # metric, reason
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ComparedRuns:
    """Everything that the comparison says."""

    baseline: RunFacts
    candidates: tuple[CandidateView, ...]
    tests: int  # how many metrics were tested together
    slices: int
    limits: tuple[str, ...]  # what this does not prove
