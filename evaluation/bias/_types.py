"""What a bias report says. Metrics are in their own 0..1; lengths are words; `None` is unknown."""

from dataclasses import dataclass
from typing import Final

__all__ = ["DECLINED", "LENGTH", "BiasReport", "Contrast", "GroupMean"]

LENGTH: Final = "answer_length"  # words of the answer
DECLINED: Final = "declined"  # 1 where the answer only says that it cannot answer


@dataclass(frozen=True, kw_only=True)
class GroupMean:
    """One measure over the rows of one group."""

    attribute: str
    group: str
    measure: str  # a metric, `answer_length` or `declined`
    asked: int  # rows of the group, repeats counted
    scored: int
    mean: float | None
    lower: float | None  # 95 % interval; None for lengths
    upper: float | None


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """One group against the other groups.

    Of twins, the mean difference within a set of twins; for `answer_length` relative: (a − b) / (a + b), in −1..1.
    Without twins, the difference of two means over different questions.
    """

    attribute: str
    group: str
    against: tuple[str, ...]
    measure: str
    twins: bool
    pairs: int  # sets of twins; without twins, rows of the group
    clusters: int  # independent documents among them
    difference: float | None
    lower: float | None  # 95 % interval
    upper: float | None
    p_value: float | None
    p_adjusted: float | None  # Benjamini-Hochberg over every contrast of the report


@dataclass(frozen=True, kw_only=True)
class BiasReport:
    """One run, held against its groups."""

    run: str
    system: str
    created_at: str
    digest: str  # of the run log
    judges: tuple[str, ...]  # "metric: name"
    attributes: tuple[str, ...]
    means: tuple[GroupMean, ...]
    contrasts: tuple[Contrast, ...]
    notes: tuple[str, ...]
