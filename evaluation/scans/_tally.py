"""Counts over rows of one filter: what a scan's summary is made of, batch by batch, in memory that does not grow.

Rules of this place: tallies of batches add up to that of all rows, in whatever way the rows were cut; no text comes in;
whatever a plug-in may make many of (types, reasons) is cut at a number that is said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from evaluation.filters import FilterOutcome, FilterResult

__all__ = ["BINS", "FilterTally", "FlaggedRow", "Tally", "add_tallies", "parse_tally", "tally_json"]

BINS = 10  # of a score, each a tenth wide; the last one holds 1
_MOST_KINDS = 100
_REST = "(others)"
_KEPT = 20  # flagged rows that are named
_LONGEST_ID = 200


@dataclass(frozen=True, kw_only=True)
class FlaggedRow:
    """A flagged row that a report names."""

    id: str  # JSON, cut
    score: float  # 0..1
    types: tuple[str, ...]


@dataclass(kw_only=True)
class FilterTally:
    """Counts of one filter."""

    rows: int = 0
    scored: int = 0
    flagged: int = 0
    asked: int = 0  # rows put to a second opinion
    turned: int = 0  # of them, rows that it flagged, or unflagged, against the filter
    failures: Counter[str] = field(default_factory=Counter)  # outcome → rows
    reasons: Counter[str] = field(default_factory=Counter)  # why rows failed → rows
    findings: Counter[str] = field(default_factory=Counter)  # type → findings
    rows_with: Counter[str] = field(default_factory=Counter)  # type → rows that have one
    bins: list[int] = field(default_factory=lambda: [0] * BINS)  # scored rows by score
    top: list[FlaggedRow] = field(default_factory=list)  # the highest scores, earlier rows first among equals

    def add(self, identity: str, result: FilterResult) -> None:
        """Count one row."""
        self.rows += 1
        if result.outcome is not FilterOutcome.SCORED or result.score is None:
            self.failures[result.outcome.value] += 1
            _count(self.reasons, str(result.reason), 1)
            return
        self.scored += 1
        self.bins[min(BINS - 1, int(result.score * BINS))] += 1
        kinds = Counter(str(finding.type) for finding in result.findings)
        for kind, count in kinds.items():
            _count(self.rows_with, _count(self.findings, kind, count), 1)
        if result.flagged:
            self.flagged += 1
            if len(self.top) < _KEPT or result.score > self.top[-1].score:
                self._keep(
                    [FlaggedRow(id=identity[:_LONGEST_ID], score=float(result.score), types=tuple(kinds)[:_KEPT])]
                )

    def merge(self, other: "FilterTally") -> None:
        """Count the rows of another tally, which come after those of this one."""
        self.rows += other.rows
        self.scored += other.scored
        self.flagged += other.flagged
        self.asked += other.asked
        self.turned += other.turned
        self.failures.update(other.failures)
        for ours, theirs in (
            (self.reasons, other.reasons),
            (self.findings, other.findings),
            (self.rows_with, other.rows_with),
        ):
            for kind, count in theirs.items():
                _count(ours, kind, count)
        self.bins = [one + more for one, more in zip(self.bins, other.bins, strict=True)]
        self._keep(other.top)

    def _keep(self, more: Iterable[FlaggedRow]) -> None:
        self.top = sorted([*self.top, *more], key=lambda row: -row.score)[:_KEPT]  # stable: earlier rows first


Tally = dict[str, FilterTally]  # by filter


def add_tallies(into: Tally, more: Mapping[str, FilterTally]) -> None:
    """Add the counts of rows that come after those counted so far."""
    for name, tally in more.items():
        into.setdefault(name, FilterTally()).merge(tally)


def tally_json(tally: Mapping[str, FilterTally]) -> dict[str, object]:
    """Return the tally as plain JSON, for a worker's reply and a scan's state."""
    return {name: _document(one) for name, one in tally.items()}


def parse_tally(document: Mapping[str, Any]) -> Tally:
    """Return the tally that `tally_json` wrote."""
    return {
        name: FilterTally(
            rows=one["rows"],
            scored=one["scored"],
            flagged=one["flagged"],
            asked=one["asked"],
            turned=one["turned"],
            failures=Counter(one["failures"]),
            reasons=Counter(one["reasons"]),
            findings=Counter(one["findings"]),
            rows_with=Counter(one["rows_with"]),
            bins=list(one["bins"]),
            top=[FlaggedRow(id=row[0], score=row[1], types=tuple(row[2])) for row in one["top"]],
        )
        for name, one in document.items()
    }


def _document(one: FilterTally) -> dict[str, object]:
    return {
        "rows": one.rows,
        "scored": one.scored,
        "flagged": one.flagged,
        "asked": one.asked,
        "turned": one.turned,
        "failures": dict(one.failures),
        "reasons": dict(one.reasons),
        "findings": dict(one.findings),
        "rows_with": dict(one.rows_with),
        "bins": one.bins,
        "top": [[row.id, row.score, list(row.types)] for row in one.top],
    }


def _count(counter: Counter[str], kind: str, count: int) -> str:
    """Count under the kind's own name, or with the others where there are too many kinds; return the name."""
    name = kind if kind in counter or len(counter) < _MOST_KINDS else _REST
    counter[name] += count
    return name
