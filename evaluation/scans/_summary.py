"""What a scan found, as numbers: per filter how many rows were read and which share is flagged.

Rules of this place: a row that could not be read is in no rate, and widens the bounds; a rate comes with its interval;
without a row that was read there is no rate, not 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assay.kernel import JsonValue, decimal_text
from evaluation.scans._tally import FilterTally, FlaggedRow
from evaluation.statistics import bounds, count_interval

__all__ = ["FilterSummary", "KindCount", "summarise"]

_METHOD = "wilson-mended"  # `count_interval`: Wilson's, with Poisson limits for rare counts and mid-p limits


@dataclass(frozen=True, kw_only=True)
class KindCount:
    """How often one type of finding was found."""

    type: str
    findings: int
    rows: int  # with at least one


@dataclass(frozen=True, kw_only=True)
class FilterSummary:
    """One filter over one scan. Rates in 0..1; None where nothing was read: unknown is not 0."""

    filter: str
    rows: int
    scored: int
    failures: Mapping[str, int]  # outcome → rows > 0
    reasons: Mapping[str, int]  # why rows could not be read → rows
    flagged: int
    asked: int  # rows put to a second opinion
    turned: int  # of them, rows that it flagged, or unflagged, against the filter
    rate: float | None  # flagged / scored
    lower: float | None  # 95 % interval, by `count_interval`
    upper: float | None
    worst: float | None  # rate if every row that could not be read were flagged
    best: float | None  # rate if none of them were
    kinds: tuple[KindCount, ...]  # the most frequent first
    bins: tuple[int, ...]  # scored rows by score, tenths
    top: tuple[FlaggedRow, ...]  # the highest scores

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form: counts and rates (decimals as text), no row's id.

        `second_opinion` is there where rows were put to one.
        """
        second: dict[str, JsonValue] = {"second_opinion": {"asked": self.asked, "turned": self.turned}}
        return {
            "filter": self.filter,
            "rows": self.rows,
            "scored": self.scored,
            "failures": dict(self.failures),
            "flagged": self.flagged,
            "rate": _text(self.rate),
            "lower": _text(self.lower),
            "upper": _text(self.upper),
            "worst": _text(self.worst),
            "best": _text(self.best),
            "method": _METHOD if self.scored else "none",
            "types": [{"type": one.type, "findings": one.findings, "rows": one.rows} for one in self.kinds],
            **(second if self.asked else {}),
        }


def summarise(name: str, tally: FilterTally) -> FilterSummary:
    """Return the summary of one filter's counts."""
    interval = count_interval(tally.flagged, tally.scored) if tally.scored else None
    edges = bounds(tally.flagged, tally.scored, tally.rows - tally.scored)
    kinds = (KindCount(type=one, findings=n, rows=tally.rows_with[one]) for one, n in tally.findings.items())
    return FilterSummary(
        filter=name,
        rows=tally.rows,
        scored=tally.scored,
        failures=dict(sorted(tally.failures.items())),
        reasons=dict(tally.reasons.most_common()),
        flagged=tally.flagged,
        asked=tally.asked,
        turned=tally.turned,
        rate=tally.flagged / tally.scored if tally.scored else None,
        lower=interval and interval.lower,
        upper=interval and interval.upper,
        worst=edges and edges.upper,
        best=edges and edges.lower,
        kinds=tuple(sorted(kinds, key=lambda one: (-one.rows, one.type))),
        bins=tuple(tally.bins),
        top=tuple(tally.top),
    )


def _text(number: float | None) -> str | None:
    return None if number is None else decimal_text(number)
