"""`assay run`: a plan, the run that has it begun or a new one, everything asked and judged, the record told.

Rules of this place: nothing is written before everything was checked; the same command goes on where it was cut short;
Ctrl-C and SIGTERM end a run cleanly; the run log is complete or partial by its own rows, whatever happened here.
"""

import asyncio
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.app.compose import Engine, build_judges, build_target, judge_name, open_engine
from assay.app.judges import endpoints_of
from assay.app.jury_quality import measured_quality
from assay.app.mirror import start_mirror
from assay.app.policies import registration_doubt
from assay.app.run_begun import find_begun
from assay.app.run_order import check_order
from assay.app.run_plan import RunRequest, Work, plan_run, read_work, target_name, variations_wanted
from assay.app.run_sources import sources_of
from assay.app.runs import example_of_failure, record_run
from assay.app.suite_variations import make_variations
from assay.app.workspace import Workspace
from assay.kernel import AssayError, Clock, ConfigurationError, InputError, MissingError, SystemClock
from evaluation.runs import (
    Completeness,
    OrderSensitivity,
    RepeatedMetric,
    RunLimits,
    RunLog,
    RunLogWriter,
    RunOutcome,
    RunPlan,
    RunProgress,
    execute_run,
    finished_rows,
    read_order,
    repeats_of,
    survey_run,
    write_sources,
)
from evaluation.statistics import Estimate

if TYPE_CHECKING:
    from evaluation.judges import Judge

__all__ = ["RunRequest", "RunResult", "run"]

_LOCAL_ROWS = 16
_LOCK_NAME = "lock"


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """What a run came to."""

    log: RunLog
    completeness: Completeness
    estimates: tuple[Estimate, ...]
    repeats: Mapping[str, RepeatedMetric]  # by metric, empty without repeats
    failed: int  # rows of this attempt with a metric that could not be judged
    example: str  # why the first of them was not, "" otherwise
    hopeless: bool  # every row failed on every metric: the judge or the target must be mended first
    stopped: str  # why it ended early, "" otherwise
    resumed: bool
    recorded: bool  # whether the store knows it
    order: tuple[OrderSensitivity, ...]  # () where it was not checked


def run(
    workspace: Workspace,
    request: RunRequest,
    *,
    on_message: Callable[[str], None],
    on_progress: Callable[[RunProgress], None],
    clock: Clock | None = None,
) -> RunResult:
    """Run to the end or until stopped; raise for what is wrong before anything was written, or a disk that refuses."""
    clock = clock or SystemClock()
    if request.vary:
        make_variations(workspace, request.suites, variations_wanted(request), request.budget, clock, on_message)
    work = read_work(workspace, request)
    plan = plan_run(workspace, request, work, clock)
    _tell_skipped(plan, on_message)
    found = find_begun(workspace, plan, resume=request.resume, fresh=request.fresh)
    if found.complete is not None:
        _tell_attempt(found.complete, on_message)
    begun = found.partial
    if plan.policy is not None and (doubt := registration_doubt(workspace, plan.policy)):
        on_message(f"note: {doubt}")
    if begun is None:
        writer = RunLogWriter.create(workspace.runs / plan.run, plan)
        write_sources(writer.directory, sources_of(workspace, work))
    else:
        on_message(f"going on with {begun.plan.run}, which was begun at {begun.plan.created_at}")
        writer = RunLogWriter.resume(begun.directory)
    log = RunLog.open(writer.directory)
    try:
        end = asyncio.run(_execute(workspace, request, log, work, writer, on_message, on_progress, clock))
    except (ConfigurationError, InputError, MissingError):
        if begun is None and not any(log.rows()):  # nothing was asked: leave no empty run behind
            shutil.rmtree(log.directory)
        raise
    return _result(workspace, log, end, resumed=begun is not None, on_message=on_message)


async def _execute(
    workspace: Workspace,
    request: RunRequest,
    log: RunLog,
    work: Work,
    writer: RunLogWriter,
    on_message: Callable[[str], None],
    on_progress: Callable[[RunProgress], None],
    clock: Clock,
) -> RunProgress:
    stop = asyncio.Event()
    judge = judge_name(workspace, request.judge, log.plan.metrics)
    alone = work.answers_digest is not None
    opened = open_engine(workspace, judge, alone=alone, lock_file=log.directory / _LOCK_NAME, on_message=on_message)
    async with writer, opened as engine:
        if request.budget is not None:
            engine.courier.spend_at_most(request.budget)
        judges, limits = _planned_judges(workspace, engine, log.plan, work), _limits(workspace, engine, request)
        target = None if alone else build_target(workspace, request.target, engine.courier, scope=log.plan.run)
        try:
            with finished_rows(log) as finished, _stopping(stop, on_message):
                end = await execute_run(
                    log.plan,
                    work.rows(),
                    target,
                    judges,
                    writer,
                    limits=limits,
                    finished=finished,
                    on_progress=on_progress,
                    stop=stop,
                    clock=clock,
                )
                if request.order_check and not end.reason:
                    await check_order(log, judges, request.order_check, limits, stop=stop, on_message=on_message)
                return end
        finally:
            if target is not None:
                await target.close()


def _planned_judges(workspace: Workspace, engine: Engine, plan: RunPlan, work: Work) -> "tuple[Judge, ...]":
    if work.attacks is not None:
        judges = work.attacks.judges
    else:
        judges = build_judges(engine, plan.metrics, quality_of=measured_quality(workspace))
    if [one.spec.as_json() for one in judges] != list(plan.judges):
        raise ConfigurationError("the judges that were built are not those of the plan", hint="assay doctor")
    return judges


def _limits(workspace: Workspace, engine: Engine, request: RunRequest) -> RunLimits:
    limits = workspace.settings.limits
    return RunLimits(
        concurrency=_concurrency(workspace, engine, request),
        row_timeout_s=limits.row_timeout_s,
        run_timeout_s=limits.run_timeout_s,
    )


def _concurrency(workspace: Workspace, engine: Engine, request: RunRequest) -> int:
    """Return how many calls the busiest endpoint allows at once: enough rows are under way to keep it busy."""
    settings = workspace.settings
    asked = endpoints_of(settings, engine.judge)
    judge = max((endpoint.concurrency for endpoint in asked.values()), default=1)
    if request.answers is not None:
        return judge if asked else _LOCAL_ROWS
    name = target_name(settings, request)
    return judge if name is None else max(judge, settings.targets[name].concurrency)


@contextmanager
def _stopping(stop: asyncio.Event, on_message: Callable[[str], None]) -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM end the run cleanly; a second one ends the process."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        on_message("stopping; rows that ended are kept")
        stop.set()
        _release(loop)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        _release(loop)


def _release(loop: asyncio.AbstractEventLoop) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)


def _result(
    workspace: Workspace, log: RunLog, end: RunProgress, *, resumed: bool, on_message: Callable[[str], None]
) -> RunResult:
    survey = survey_run(log)
    completeness, estimates = survey.completeness, survey.estimates
    recorded = False
    try:
        recorded = bool(completeness.found) and bool(record_run(workspace, log.directory))
        if recorded and completeness.outcome is RunOutcome.COMPLETE:
            start_mirror(workspace)
    except AssayError as error:
        on_message(f"the run log is whole, but the record did not take it: {error.message}")
        ingest = f"assay runs ingest {log.directory}"
        on_message(f"  hint: {error.hint}; then {ingest}" if error.hint else f"  hint: {ingest}")
    return RunResult(
        log=log,
        completeness=completeness,
        estimates=estimates,
        repeats=repeats_of(log),
        failed=end.failed,
        example=example_of_failure(log) if end.failed else "",
        hopeless=end.hopeless or all(0 < each.asked == sum(each.failures.values()) for each in estimates),
        stopped=end.reason,
        resumed=resumed,
        recorded=recorded,
        order=read_order(log.directory),
    )


def _tell_attempt(earlier: RunLog, on_message: Callable[[str], None]) -> None:
    on_message(
        f"{earlier.plan.run} asked exactly this and is complete. This is another attempt at the same version, and a "
        "gate counts the first: stop with Ctrl-C, or give a changed application another version in assay.yaml; "
        "--new says that another attempt is meant"
    )


def _tell_skipped(plan: RunPlan, on_message: Callable[[str], None]) -> None:
    skipped = plan.corpus.get("skipped") if plan.corpus is not None else 0
    if skipped and plan.answers_digest is None:
        on_message(f"{skipped} files of the corpus could not be read and are not part of this run: assay corpus list")
