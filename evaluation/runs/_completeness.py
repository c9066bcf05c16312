"""Whether the rows of a log are those that its plan asks for.

Rules of this place: derived from the rows, never claimed; the first thing that is wrong is the reason; a row without
all its metrics does not count as found.
"""

from evaluation.runs._census import RowCensus
from evaluation.runs._soundness import judges_by_metric, unsound
from evaluation.runs._types import Completeness, Row, RunOutcome, RunPlan

__all__ = ["Tally"]


class Tally:
    """Takes the rows of one log, one at a time."""

    def __init__(self, plan: RunPlan, census: RowCensus) -> None:
        """Hold rows against `plan`, and remember them in `census`, which must be open until `completeness`."""
        self._plan = plan
        self._census = census
        self._metrics = sorted(plan.metrics)
        self._judges = judges_by_metric(plan)
        self._problem = ""

    def add(self, row: Row) -> None:
        """Take one row."""
        if row.repeat >= self._plan.repeats:
            self._note(f"the row {row.id!r} is repeat {row.repeat} of {self._plan.repeats}")
        if sorted([verdict.metric for verdict in row.verdicts]) != self._metrics:
            self._note(f"the row {row.id!r} lacks a metric of the plan")
            return
        self._note(unsound(row, self._judges))
        self._census.add(row.id, row.repeat)

    def completeness(self) -> Completeness:
        """Hold what was taken against the plan."""
        questions, census = self._plan.questions, self._census
        expected, found = questions.count * self._plan.repeats, census.distinct()
        if census.total != found:
            self._note(f"{census.total - found} rows come twice")
        if found != expected:
            self._note(f"{found} of {expected} rows are there")
        if not self._problem and census.ids_digest() != (questions.count, questions.ids_digest):
            self._note("the rows are not those of the question set in the plan")
        outcome = RunOutcome.PARTIAL if self._problem else RunOutcome.COMPLETE
        return Completeness(outcome=outcome, expected=expected, found=found, reason=self._problem)

    def _note(self, problem: str) -> None:
        self._problem = self._problem or problem
