"""What is counted of the pairs of one metric, or of one slice of them: sixteen bytes a pair.

Rules of this place: a difference smaller than rounding is a tie; documents are the independent units of every interval
and every test, and a row whose document is unknown is a unit of its own.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from evaluation.comparison._paired import PairedRow
from evaluation.comparison._types import Flips, Significance
from evaluation.statistics import Comparison, mcnemar, paired_difference, sign_flip

__all__ = ["Tally", "corrected"]

_EQUAL: Final = 1e-9
_MANY: Final = 2_000  # pairs, above which fewer sign patterns are drawn
_DRAWS: Final = 9_999
_FEWER_DRAWS: Final = 1_999


@dataclass
class Tally:
    """Pairs of one metric, row after row."""

    metric: str
    candidate: "array[float]" = field(default_factory=lambda: array("d"))
    baseline: "array[float]" = field(default_factory=lambda: array("d"))
    clusters: "array[int]" = field(default_factory=lambda: array("q"))
    _numbers: dict[str, int] = field(default_factory=dict)

    def add(self, row: PairedRow) -> None:
        """Take one pair."""
        number = -len(self.clusters) - 1  # a unit of its own
        if row.cluster is not None:
            number = self._numbers.setdefault(row.cluster, len(self._numbers))
        self.candidate.append(row.candidate)
        self.baseline.append(row.baseline)
        self.clusters.append(number)

    def differences(self) -> list[float]:
        """Return candidate − baseline of every pair."""
        return [candidate - baseline for candidate, baseline in zip(self.candidate, self.baseline, strict=True)]

    def comparison(self, *, unpaired: int) -> Comparison:
        """Return the difference with its interval and the counts."""
        found = paired_difference(zip(self.candidate, self.baseline, strict=True), self.clusters)
        differences = self.differences()
        return Comparison(
            metric=self.metric,
            pairs=len(differences),
            clusters=found.clusters if found else 0,
            difference=found.mean if found else None,
            lower=found.lower if found else None,
            upper=found.upper if found else None,
            wins=sum(one > _EQUAL for one in differences),
            ties=sum(abs(one) <= _EQUAL for one in differences),
            losses=sum(one < -_EQUAL for one in differences),
            unpaired=unpaired,
            method=found.method if found else "none",
        )

    def test(self) -> Significance | None:
        """Return the sign-flip test of whole documents, uncorrected; `None` without pairs."""
        draws = _DRAWS if len(self.clusters) <= _MANY else _FEWER_DRAWS
        found = sign_flip(self.differences(), self.clusters, draws=draws)
        return None if found is None else Significance(p_value=found, p_adjusted=found, correction="none")

    def flips(self) -> Flips | None:
        """Return who changed sides; `None` unless every value is 0 or 1."""
        if not self.clusters or not {*self.candidate, *self.baseline} <= {0.0, 1.0}:
            return None
        differences = self.differences()
        gained, lost = sum(one > 0 for one in differences), sum(one < 0 for one in differences)
        return Flips(gained=gained, lost=lost, p_value=mcnemar(gained, lost))


def corrected(
    tests: Sequence[Significance | None], correct: Callable[[Sequence[float]], Sequence[float]], name: str
) -> list[Significance | None]:
    """Return the tests with p-values corrected for one another; what could not be tested takes no part."""
    values = [test.p_value for test in tests if test is not None]
    adjusted = iter(correct(values) if values else ())
    return [
        None if test is None else Significance(p_value=test.p_value, p_adjusted=next(adjusted), correction=name)
        for test in tests
    ]
