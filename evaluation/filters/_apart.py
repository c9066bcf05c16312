"""Findings of one text never overlap: of those that do, the heaviest is kept, then the longest, then the first."""

from bisect import bisect_left
from collections.abc import Iterable

from evaluation.filters._types import Finding

__all__ = ["apart"]


def apart(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in their order, none of which overlap."""
    starts: list[int] = []
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda one: (-one.score, one.start - one.end, one.start, one.type, one.detail)):
        place = bisect_left(starts, finding.start)
        before = place > 0 and kept[place - 1].end > finding.start
        after = place < len(kept) and kept[place].start < finding.end
        if not before and not after:
            starts.insert(place, finding.start)
            kept.insert(place, finding)
    return kept
