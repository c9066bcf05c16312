"""The estimate: a number that carries its uncertainty."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Comparison", "Corrected", "Estimate", "LabelledPair", "Measured"]


class Measured(NamedTuple):
    """A number with its 95 % interval."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True, kw_only=True)
class LabelledPair:
    """A judge's hard verdict and a person's on the same row."""

    judge: bool
    human: bool
    probability: float | None = None  # the judge's calibrated probability of true, 0..1
    cluster: str | None = None  # source document; None makes the row its own cluster
    weight: float = 1.0  # 1 / probability that the row was picked for labelling

    def __post_init__(self) -> None:
        """Refuse a weight or a probability that is none."""
        if not 0 < self.weight < float("inf"):
            raise ValueError(f"a weight must be positive and finite, got {self.weight!r}")
        if self.probability is not None and not 0 <= self.probability <= 1:
            raise ValueError(f"a probability must lie in 0..1, got {self.probability!r}")


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """What people would say of all rows: the share that they would call good, from the labels of some (`ppi_mean`)."""

    mean: float  # 0..1
    lower: float  # 95 % interval
    upper: float
    labels: int  # rows that people labelled
    tuning: float  # λ: how much the judge helped, 0 = labels alone
    sensitivity: Measured | None  # of the judge on these labels; None where they are all of one kind
    specificity: Measured | None
    youden: Measured | None
    method: str = "ppi++"


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
    corrected: Corrected | None = None  # where enough rows of the run carry people's labels


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
