"""The demo's runs: each is asked once, and a complete one of before is taken as it is.

Rules of this place: a run is known again by its target and the digest of what it asked; one that was cut short goes on
where it stopped.
"""

from collections.abc import Callable
from dataclasses import dataclass

from assay.app.run import RunRequest, run
from assay.app.runs import record_run
from assay.app.workspace import Workspace
from assay.kernel import AssayError, CannotDecideError
from evaluation.runs import RunLog, RunOutcome, RunProgress

__all__ = ["Runner"]


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Runs of one workspace, and whom it tells."""

    workspace: Workspace
    on_message: Callable[[str], None]
    on_progress: Callable[[RunProgress], None]

    def measure(self, request: RunRequest, asked: str) -> RunLog:
        """Return the complete run of this request, whose questions have the digest `asked`.

        Raise `CannotDecideError` for one that stopped early.
        """
        finished = self._finished(request.target, asked)
        if finished is not None:
            self.on_message(f"was done before: {finished.plan.run}")
            record_run(self.workspace, finished.directory)
            return finished
        result = run(self.workspace, request, on_message=self.on_message, on_progress=self.on_progress)
        if result.completeness.outcome is not RunOutcome.COMPLETE:
            raise CannotDecideError(
                f"the run of {request.target!r} is partial: {result.stopped or result.completeness.reason}",
                hint="the same command goes on where it stopped",
            )
        return result.log

    def _finished(self, target: str | None, asked: str) -> RunLog | None:
        """Return the newest complete run of this target that asked the same."""
        for folder in sorted(self.workspace.runs.glob("*/"), key=lambda path: path.name, reverse=True):
            try:
                log = RunLog.open(folder)
            except AssayError:  # not a run log, or one that was never begun
                continue
            is_of_target = log.plan.target is not None and log.plan.target.get("name") == target
            same = log.plan.questions.digest == asked
            if is_of_target and same and log.completeness().outcome is RunOutcome.COMPLETE:
                return log
        return None
