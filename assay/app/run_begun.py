"""Which run the same command has begun before: one to go on with, or one that holds everything already.

Rules of this place: a partial run of the same plan is gone on with; a complete one is not touched, and another run of
its plan is another attempt, of which a gate counts the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from assay.app.workspace import Workspace
from assay.kernel import AssayError, InputError
from evaluation.runs import RunLog, RunOutcome, RunPlan, same_work

__all__ = ["Begun", "find_begun"]


@dataclass(frozen=True, kw_only=True)
class Begun:
    """What was found, the newest run first."""

    partial: RunLog | None = None  # to go on with
    complete: RunLog | None = None  # of the same plan, with nothing left to ask


def find_begun(workspace: Workspace, plan: RunPlan, *, resume: str | None, fresh: bool) -> Begun:
    """Find the run that was named, or the newest of the same plan; raise `InputError` for one of another plan."""
    if resume is not None:
        log = RunLog.open(workspace.run_dir(resume))
        if not same_work(log.plan, plan):
            different = ", ".join(_differences(log.plan, plan))
            raise InputError(
                f"the run {resume!r} was begun with another plan; different: {different}",
                hint="give the options that it was begun with, or leave --resume away for a new run",
            )
        return Begun(partial=log)
    if fresh:
        return Begun()
    for folder in sorted(workspace.runs.glob("*/"), key=lambda path: path.name, reverse=True):
        try:
            log = RunLog.open(folder)
        except AssayError:  # not a run log, or one that cannot be read: not ours to go on with
            continue
        if same_work(log.plan, plan):
            partial = log.completeness().outcome is RunOutcome.PARTIAL
            return Begun(partial=log) if partial else Begun(complete=log)
    return Begun()


def _differences(one: RunPlan, other: RunPlan) -> Iterator[str]:
    for name in ("system", "metrics", "repeats", "questions", "judges", "target", "answers_digest", "corpus", "policy"):
        if getattr(one, name) != getattr(other, name):
            yield name
    for name in ("environment", "git", "seed"):
        if getattr(one, name) != getattr(other, name):
            yield name
