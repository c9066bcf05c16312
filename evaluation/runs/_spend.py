"""What a run took: calls, tokens, money and time, as its rows say.

Rules of this place: replies that were kept cost nothing again; times of calls that ran at once are summed, so they are
work done and not time passed; what the application itself was paid is not known here.
"""

from dataclasses import dataclass
from datetime import timedelta

from assay.kernel import parse_time
from evaluation.runs._types import Row, RunPlan
from evaluation.verdicts import Usage

__all__ = ["Spend", "SpendTally"]


@dataclass(frozen=True, kw_only=True)
class Spend:
    """What a run took."""

    judging: Usage  # of all verdicts together
    answering_ms: int  # the application's latencies, summed
    passed_s: float  # from the plan to the last row; waits between a crash and its resumption included


class SpendTally:
    """Takes the rows of one log, one at a time."""

    def __init__(self, plan: RunPlan) -> None:
        """Begin with nothing."""
        self._plan = plan
        self._judging = Usage()
        self._answering_ms = 0
        self._last = ""

    def add(self, row: Row) -> None:
        """Take one row."""
        self._judging = sum((verdict.usage for verdict in row.verdicts), self._judging)
        self._answering_ms += row.answer_latency_ms
        self._last = max(self._last, row.at)

    def spend(self) -> Spend:
        """Return what was taken together."""
        return Spend(judging=self._judging, answering_ms=self._answering_ms, passed_s=self._passed().total_seconds())

    def _passed(self) -> timedelta:
        if not self._last:
            return timedelta()
        return max(timedelta(), parse_time(self._last) - parse_time(self._plan.created_at))
