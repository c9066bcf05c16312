"""The estimate: a number that carries its uncertainty."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Comparison", "Estimate"]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One metric over one run. All values in 0..1; `None` where nothing was scored: unknown is not 0."""

    metric: str
    asked: int  # verdicts expected: rows × repeats
    applicable: int  # asked − not applicable
    scored: int
    failures: Mapping[str, int]  # outcome → count > 0, for every outcome but `scored`; missing rows as "missing"
    clusters: int  # distinct source documents among the scored rows; each row its own where none is known
    mean: float | None
    lower: float | None  # 95 % interval
    upper: float | None
    worst: float | None  # mean if every failed applicable row were 0
    best: float | None  # mean if every failed applicable row were 1
    method: str  # how the interval was made: wilson | bounded-wilson-t | clustered-wilson-t | none


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Candidate minus baseline on the rows that both scored, clustered by document."""

    metric: str
    pairs: int
    clusters: int
    difference: float | None
    lower: float | None  # 95 % interval of the difference
    upper: float | None
    wins: int
    ties: int
    losses: int
    unpaired: int  # rows scored in only one of the two
    method: str
