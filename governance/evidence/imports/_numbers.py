"""Numbers of a report as the record keeps them: decimals of six digits, each with its 95 % interval."""

from dataclasses import dataclass
from decimal import Decimal

from assay.kernel import decimal_text
from evaluation.statistics import ClusterSums, count_interval, rate_interval
from governance.evidence._types import Conclusion
from governance.evidence.imports._types import Statement
from risks import EvidenceKind

__all__ = ["Number", "mean_of", "measured", "rate_of"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A value with its 95 % interval; all None where nothing was measured."""

    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None


def rate_of(successes: int, n: int, *, drawn_together: int = 1) -> Number:
    """Return a rate with Wilson's interval, mended as ours are (`count_interval`).

    `drawn_together` is how many of the `n` come from one question. They may all be alike, and nothing in a total says
    whether they are; so the interval is that of one row a question, which is never too narrow.
    """
    if n <= 0:
        return Number()
    if drawn_together > 1:
        ends = rate_interval(successes / n, max(1.0, n / drawn_together))
    else:
        ends = count_interval(successes, n)
    return _number(successes / n, ends.lower, ends.upper)


def mean_of(sums: ClusterSums) -> Number:
    """Return a mean of values in 0..1 with its interval (`ClusterSums`)."""
    found = sums.interval()
    return Number() if found is None else _number(found.mean, found.lower, found.upper)


def measured(kind: EvidenceKind, of: str, number: Number, *, n: int, failures: int, whole: bool = True) -> Statement:
    """Return a number as a statement that a limit judges; nothing measured, or a part of the whole, states nothing."""
    conclusion = None
    if not n:
        conclusion = Conclusion.ERROR if failures else Conclusion.INCONCLUSIVE
    elif not whole:
        conclusion = Conclusion.INCONCLUSIVE
    return Statement(
        kind=kind,
        of=of,
        conclusion=conclusion,
        value=number.value,
        lower=number.lower,
        upper=number.upper,
        n=n,
        failures=failures,
    )


def _number(value: float, lower: float, upper: float) -> Number:
    return Number(value=_decimal(value), lower=_decimal(lower), upper=_decimal(upper))


def _decimal(number: float) -> Decimal:
    return Decimal(decimal_text(number))
