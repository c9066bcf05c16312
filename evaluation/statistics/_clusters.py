"""The mean of values in 0..1 that come in clusters (questions of one document), with an honest interval.

Method, in the order of the code:

1. The variance of the mean is the ratio estimator's, with whole clusters as independent units (Cochran 1977 §9A.2;
   Miller 2024, arXiv 2411.00640, appendix A). C, the number of independent units, is n²/Σn_c² (Kish 1965): the number
   of clusters if all are of one size, less if a few hold most rows. C/(C − 1) corrects for small C.
2. The interval is Wilson's at the effective size m(1 − m)/variance with Student's t (Korn & Graubard 1998, Survey
   Methodology 24:193; Dean & Pagano 2015, JSSAM 3:484). It stays inside 0..1 and leans to the middle, as means near 1
   must. The degrees of freedom are C − 1; for values that are not all 0 or 1 they are Satterthwaite's (1946, Biometrics
   Bulletin 2:110), 2/(1/J − 1/C), between (C − 1)/2 and C − 1, for a variance that few clusters carry is known less
   well; J is that of step 3, which is enough for rates.
3. A variance that was seen in a few clusters only is little knowledge. It is averaged with the variance at a stated
   guess, correlation 0.4 within a cluster; the guess weighs 1/(1 + (J/2.8)⁴), where J = (ΣT²)²/ΣT⁴ is the number of
   clusters that carry the variance. With all values equal J is 0 and the guess stands alone: never a width of 0.
   The two constants were fitted to the coverage that `benchmarks/statistics.py` prints, and to nothing else.
4. It is never wider than if each cluster were a single row: correlation within a cluster ends at 1.
5. Values between 0 and 1 may all be alike and still hide a rare bad one: each end is at least as far out as the rule
   of three allows for an unseen 0 or 1.
6. Weights (inverse sampling probabilities) are scaled so that they add up to Kish's effective number of rows,
   (Σw)²/Σw², and then count like rows (Kish 1965 §11.7).
"""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from evaluation.statistics._distributions import student_quantile
from evaluation.statistics._intervals import CONFIDENCE, Interval, count_interval, rate_interval, rule_of_three
from evaluation.statistics._types import Measured

__all__ = ["ClusterSums", "MeanInterval", "clustered_mean", "weighted_mean"]

GUESSED_CORRELATION = 0.4
_TOO_FEW = 2.8  # clusters that carry the variance, at which the guess weighs half
_NEGLIGIBLE = 1e-12


@dataclass(frozen=True, kw_only=True)
class MeanInterval:
    """A mean with its 95 % interval."""

    mean: float
    lower: float
    upper: float
    n: int
    clusters: int
    method: str  # wilson | clustered-wilson-t | bounded-wilson-t

    @property
    def measured(self) -> Measured:
        """The mean and its interval alone."""
        return Measured(self.mean, self.lower, self.upper)


class ClusterSums:
    """What the interval needs of the values, one short record per cluster, so that memory does not grow with rows."""

    def __init__(self, *, guessed_correlation: float = GUESSED_CORRELATION) -> None:
        """Start without values; the guess (step 3) is the correlation of values within a cluster, 0..1."""
        self._guess = guessed_correlation
        self._sums: dict[Hashable, tuple[float, float]] = {}
        self._alone: Counter[float] = Counter()  # values that are a cluster each
        self._squares = 0.0
        self._mass = 0.0
        self._all_binary = True
        self.n = 0
        self.total = 0.0

    def add(self, cluster: Hashable, value: float, weight: float = 1.0) -> None:
        """Take one value in 0..1; weights are those of step 6."""
        if not 0 <= value <= 1:
            raise ValueError(f"a value must lie in 0..1, got {value!r}")
        mass, total = self._sums.get(cluster, (0.0, 0.0))
        self._sums[cluster] = (mass + weight, total + weight * value)
        self._squares += weight * value * value
        self._mass += weight
        self._all_binary = self._all_binary and value in {0.0, 1.0}
        self.n += 1
        self.total += weight * value

    def add_alone(self, value: float) -> None:
        """Take one value in 0..1 that is a cluster of its own; memory grows with different values, not with rows."""
        if not 0 <= value <= 1:
            raise ValueError(f"a value must lie in 0..1, got {value!r}")
        self._alone[value] += 1
        self._squares += value * value
        self._mass += 1
        self._all_binary = self._all_binary and value in {0.0, 1.0}
        self.n += 1
        self.total += value

    def add_counted(self, cluster: Hashable, count: int, total: float, squares: float) -> None:
        """Take `count` values of one cluster at once, by their sum and sum of squares: equal where all are 0 or 1."""
        if not 0 <= squares <= total <= count:
            raise ValueError(f"values in 0..1 have 0 ≤ squares ≤ sum ≤ count, got {squares!r}, {total!r}, {count!r}")
        mass, before = self._sums.get(cluster, (0.0, 0.0))
        self._sums[cluster] = (mass + count, before + total)
        self._squares += squares
        self._mass += count
        self._all_binary = self._all_binary and squares == total
        self.n += count
        self.total += total

    @property
    def clusters(self) -> int:
        """How many clusters were seen."""
        return len(self._sums) + self._alone.total()

    def interval(self, inflation: float = 1.0) -> MeanInterval | None:
        """Estimate the mean; `None` without values. The variance is multiplied by `inflation` > 0."""
        if not self.n:
            return None
        mean = min(1.0, self.total / self._mass)
        lower, upper = self._limits(mean, inflation)
        return MeanInterval(
            mean=mean, lower=lower, upper=upper, n=self.n, clusters=self.clusters, method=self._method()
        )

    def _method(self) -> str:
        if self.clusters < self.n:
            return "clustered-wilson-t"
        return "wilson" if self._all_binary else "bounded-wilson-t"

    def _limits(self, mean: float, inflation: float) -> Interval:
        if self._method() == "wilson":
            counts = inflation == 1 and self._mass == self.n
            return count_interval(round(self.total), self.n) if counts else rate_interval(mean, self._mass / inflation)
        fewest = self._mass**2 / math.fsum([mass**2 for mass, _ in self._sums.values()] + [self._alone.total()])
        limits = self._score_limits(mean, fewest, inflation)
        return _widen(limits, mean, self._guessed_size(fewest), binary=self._all_binary)

    def _score_limits(self, mean: float, fewest: float, inflation: float) -> Interval:
        """Do steps 2 and 4: the narrower of Student's t at the effective size and one row a cluster."""
        widest = rate_interval(mean, fewest / inflation)
        if self.clusters == 1:
            return widest
        spread = mean * (1 - mean)
        variance, degrees = self._variance(mean, fewest)
        size = spread / variance if spread > _NEGLIGIBLE else self._guessed_size(fewest)
        lower, upper = rate_interval(mean, size / inflation, student_quantile((1 + CONFIDENCE) / 2, degrees))
        return Interval(max(lower, widest.lower), min(upper, widest.upper))

    def _variance(self, mean: float, fewest: float) -> tuple[float, int]:
        """Do steps 1 and 3: variance of the mean, drawn to the guess while few clusters carry it; and its degrees."""
        spread = mean * (1 - mean)
        values = max(self._squares / self._mass - mean * mean, 0.0) * self.n / (self.n - 1)
        values = max(values, spread * _NEGLIGIBLE)
        residuals = [((total - mean * mass) ** 2, 1) for mass, total in self._sums.values()]
        residuals += [((value - mean) ** 2, times) for value, times in self._alone.items()]
        squares, fourths = math.fsum(r * times for r, times in residuals), math.fsum(r * r * n for r, n in residuals)
        independent = max(fewest, 1.5)
        carried = independent / (independent - 1) * squares / self._mass**2
        carriers = squares * squares / fourths if fourths > _NEGLIGIBLE**2 else 0.0
        weight = 1 / (1 + (carriers / _TOO_FEW) ** 4)
        guessed = values / self._guessed_size(fewest)
        return (1 - weight) * carried + weight * max(guessed, carried), self._degrees(carriers, fewest)

    def _degrees(self, carriers: float, fewest: float) -> int:
        """Do the degrees of freedom of step 2, at least 1."""
        most = max(1, round(fewest) - 1)
        less = 1 / carriers - 1 / fewest if carriers > 0 and not self._all_binary else 0.0
        return max(1, round(max(most / 2, min(most, 2 / less)))) if less > _NEGLIGIBLE else most

    def _guessed_size(self, fewest: float) -> float:
        """Effective size at the guessed correlation: n over the design effect 1 + (n/fewest − 1)ρ (Kish 1965)."""
        return self._mass / (1 + (self._mass / fewest - 1) * self._guess)


def clustered_mean(
    values: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    *,
    guessed_correlation: float = GUESSED_CORRELATION,
) -> MeanInterval | None:
    """Mean of values in 0..1 with a 95 % interval; `clusters` names each value's cluster, `None` makes each its own."""
    if clusters is not None and len(clusters) != len(values):
        raise ValueError(f"each value needs one cluster, got {len(values)} values and {len(clusters)} clusters")
    sums = ClusterSums(guessed_correlation=guessed_correlation)
    names: Iterable[Hashable] = range(len(values)) if clusters is None else clusters
    for value, cluster in zip(values, names, strict=True):
        sums.add(cluster, value)
    return sums.interval()


def weighted_mean(
    values: Sequence[float], weights: Sequence[float], clusters: Sequence[Hashable], *, inflation: float = 1.0
) -> MeanInterval | None:
    """Mean of values in 0..1 that were sampled with unequal probability, weight = 1/probability > 0 (Hájek 1971).

    `inflation` multiplies the variance, for an estimate that is a smooth function of this mean.
    """
    if any(not 0 < weight < math.inf for weight in weights):
        raise ValueError(f"a weight must be positive and finite, got {min(weights)!r} to {max(weights)!r}")
    sums = ClusterSums()
    scale = math.fsum(weights) / math.fsum(weight * weight for weight in weights) if weights else 1.0
    for value, weight, cluster in zip(values, weights, clusters, strict=True):
        sums.add(cluster, value, weight * scale)
    return sums.interval(inflation)


def _widen(limits: Interval, mean: float, size: float, *, binary: bool) -> Interval:
    """Step 5; rates need none of it, for Wilson's interval has it built in."""
    if binary:
        return limits
    unseen = rule_of_three(size)
    return Interval(min(limits.lower, mean * (1 - unseen)), max(limits.upper, mean + (1 - mean) * unseen))
