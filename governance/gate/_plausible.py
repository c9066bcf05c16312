"""Whether a run directory is what a run left, or was made by hand.

Rules of this place: whatever cannot be is inconclusive and named; nothing here is a proof that a log is real. That is
known by who handed it in and by the record (`origin`, `recorded`), not by the log.
"""

from datetime import datetime, timedelta

from assay.kernel import InputError, parse_time
from evaluation.runs import Doubt
from governance.gate._types import DecisionOutcome, RuleResult, RunFacts

__all__ = ["check_plausible"]

_CLOCK_TOLERANCE = timedelta(minutes=5)  # between the machine that ran and the one that decides
_LONGEST = 300  # code points of one doubt


def check_plausible(run: RunFacts, now: datetime, *, role: str) -> RuleResult:
    """Demand a log that its plan could have led to by now; `role` is "run" or "baseline"."""
    doubts = dict(run.doubts)
    if late := _from_the_future(run, now):
        doubts.setdefault(Doubt.TIMES, late)
    reason = "; ".join(f"{doubt.value}: {_short(doubts[doubt])}" for doubt in Doubt if doubt in doubts)
    return RuleResult(
        rule=f"{role}.plausible",
        words=f"{role} is what its plan could have led to, not a log made by hand",
        outcome=DecisionOutcome.INCONCLUSIVE if doubts else DecisionOutcome.PASS,
        reason=reason or "as expected",
    )


def _short(words: str) -> str:
    """Cut what a log says of itself: its names are as long as whoever wrote it wants."""
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def _from_the_future(run: RunFacts, now: datetime) -> str:
    try:
        ended = parse_time(run.latest) if run.latest else run.created_at
    except InputError:
        return ""  # said already
    return f"its last row ended at {run.latest}, which lies in the future" if ended - now > _CLOCK_TOLERANCE else ""
