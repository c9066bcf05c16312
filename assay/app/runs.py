"""Run logs of the workspace: list, show, and hand to the record."""

import contextlib
import dataclasses
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.kernel import AssayError, MissingError
from evaluation.runs import (
    Completeness,
    OrderSensitivity,
    RepeatedMetric,
    RunLog,
    RunOutcome,
    RunPlan,
    estimate_run,
    read_order,
    repeats_of,
)
from evaluation.statistics import Estimate
from evaluation.verdicts import Outcome

if TYPE_CHECKING:
    from governance import IngestedRun

__all__ = [
    "RunSummary",
    "example_of_failure",
    "list_runs",
    "open_run",
    "record_run",
    "summarise_run",
]


_WELL = frozenset({Outcome.SCORED, Outcome.NOT_APPLICABLE})


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """A run log at a glance."""

    plan: RunPlan
    directory: Path
    completeness: Completeness
    estimates: tuple[Estimate, ...]
    repeats: Mapping[str, RepeatedMetric]  # by metric, empty without repeats
    order: tuple[OrderSensitivity, ...]  # () where it was not checked
    digest: str


def list_runs(workspace: Workspace) -> Iterator[tuple[RunPlan, RunOutcome] | tuple[str, AssayError]]:
    """Yield the newest run first; a folder that cannot be read comes with its error, it is never left out."""
    for folder in sorted(workspace.runs.glob("*/"), key=lambda path: path.name, reverse=True):
        try:
            log = RunLog.open(folder)
            yield log.plan, log.completeness().outcome
        except AssayError as error:
            yield folder.name, error


def open_run(workspace: Workspace, run: str) -> RunLog:
    """Open a run by its id or its folder; raise `InputError` for what is no id, `MissingError` for no run."""
    folder = Path(run)
    if os.sep in run and (folder / "run.json").is_file():
        return RunLog.open(folder)
    return RunLog.open(workspace.run_dir(run))


def summarise_run(log: RunLog, workspace: Workspace | None = None) -> RunSummary:
    """Read the whole log once more; raise where it cannot be read.

    With a workspace the estimates carry what its record holds of people's labels.
    """
    digest = log.digest()
    return RunSummary(
        plan=log.plan,
        directory=log.directory,
        completeness=log.completeness(),
        estimates=estimate_run(log) if workspace is None else _as_recorded(workspace, log, digest),
        repeats=repeats_of(log),
        order=read_order(log.directory),
        digest=digest,
    )


def _as_recorded(workspace: Workspace, log: RunLog, digest: str) -> tuple[Estimate, ...]:
    """Return the log's estimates with what people's labels made of them, where the record holds this very log."""
    estimates = estimate_run(log)
    if not workspace.has_store:
        return estimates
    with contextlib.closing(open_record(workspace)) as record:
        try:
            recorded = record.run(log.plan.run)
        except MissingError:
            return estimates
    if recorded.digest != digest:
        return estimates
    corrected = {one.metric: one.corrected for one in recorded.estimates}
    return tuple(dataclasses.replace(one, corrected=corrected.get(one.metric)) for one in estimates)


def example_of_failure(log: RunLog) -> str:
    """Return why the first row that could not be judged was not, "" where there is none or its text is gone."""
    for row, payload in log.joined():
        for verdict in row.verdicts:
            if verdict.outcome not in _WELL:
                return f"{row.id}: {((payload and payload.reasons) or {}).get(verdict.metric, '')}"
    return ""


def record_run(workspace: Workspace, folder: Path) -> "IngestedRun":
    """Hand a run log to the record; raise what the record raises for a log that is not sound."""
    record = open_record(workspace)
    try:
        return record.ingest_run(folder, current_actor(record), mirror=workspace.settings.mlflow.enabled)
    finally:
        record.close()
