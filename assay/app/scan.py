"""`assay scan`: rows of a file or a table through filters, into a file of results and into the record.

Rules of this place: nothing is written before the source and the filters were checked; the same command goes on where
it was cut short; Ctrl-C and SIGTERM end a scan cleanly, with what is there committed; what was found is recorded as
evidence by its digest, and a report without texts is written.
"""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.scan_begun import STATE_NAME, find_unfinished, refuse_existing, scans_dir
from assay.app.scan_key import text_key
from assay.app.scan_opinions import Asking, opinion_judges, opinion_specs, recorded_specs, second_reading
from assay.app.scan_plan import ScanRequest, chosen_filters, plan_scan, row_timeout_s
from assay.app.scan_record import EndedScan, keep_scan
from assay.app.scan_source import open_source
from assay.app.workspace import Workspace
from assay.kernel import (
    FOR_OTHERS,
    AssayError,
    Clock,
    ConfigurationError,
    InputError,
    MissingError,
    SystemClock,
    UnavailableError,
    private_folder,
)
from evaluation.scans import (
    FilterSummary,
    Output,
    Pool,
    Progress,
    ScanPlan,
    ScanProgress,
    ScanRecord,
    Source,
    available_cores,
    execute_scan,
    read_plan,
    read_progress,
    summarise,
    worker_setup,
    write_plan,
)

if TYPE_CHECKING:
    from evaluation.scans import SecondReading

__all__ = ["ScanRequest", "ScanResult", "scan"]

_RESULTS_NAME = "results.jsonl"
_START_S = 600.0  # for a filter to load its models, on a busy machine
_KINDS: Mapping[str, type[AssayError]] = {
    kind.__name__: kind for kind in (ConfigurationError, InputError, MissingError, UnavailableError)
}


@dataclass(frozen=True, kw_only=True)
class ScanResult:
    """What a scan came to."""

    record: ScanRecord
    summaries: tuple[FilterSummary, ...]
    output: Path
    directory: Path
    resumed: bool
    recorded: bool  # whether the store knows it
    report: Path | None


def scan(
    workspace: Workspace,
    request: ScanRequest,
    *,
    on_message: Callable[[str], None],
    on_progress: Callable[[ScanProgress], None],
    clock: Clock | None = None,
) -> ScanResult:
    """Scan to the end or until stopped; raise for what is wrong before anything was written, or a disk that refuses."""
    clock = clock or SystemClock()
    options = chosen_filters(workspace, request)
    timeout = row_timeout_s(workspace, request)
    judges = opinion_judges(workspace, tuple(options), request.second_opinion, request.budget)
    _refuse_own_input(request)
    if request.out is not None and not request.overwrite:
        refuse_existing(workspace, request.out)
    key = text_key(workspace)
    setup = worker_setup(options, workspace.root, key)
    cores = request.workers or workspace.settings.scan.workers or available_cores()
    with closing(Pool(setup, list(options), size=cores, row_timeout_s=timeout, start_s=_START_S)) as pool:
        source = _open(request, on_message)  # while the first worker loads its filters
        specs = pool.specs(_failure)
        opinions = opinion_specs(workspace, judges, specs)
        plan = plan_scan(workspace, request, source.shape, recorded_specs(specs, opinions), clock)
        work = _begin(workspace, plan, on_message, fresh=request.fresh)
        asking = Asking(specs=opinions, budget=request.budget, row_timeout_s=timeout, key=key)
        with second_reading(workspace, work.folder, asking, on_message) as second:
            progress, reason = _perform(work, source, pool, second, on_message, on_progress)
    summaries = tuple(summarise(name, progress.tally[name]) for name in options if name in progress.tally)
    ended = EndedScan(plan=work.plan, progress=progress, summaries=summaries, reason=reason)
    kept = keep_scan(workspace, work.folder, ended, on_message, clock)
    return ScanResult(
        record=kept.record,
        summaries=summaries,
        output=work.output,
        directory=work.folder,
        resumed=work.resumed,
        recorded=kept.recorded,
        report=kept.report,
    )


@dataclass(frozen=True, kw_only=True)
class _Work:
    plan: ScanPlan
    folder: Path
    resumed: bool

    @property
    def output(self) -> Path:
        return Path(self.plan.output) if self.plan.output else self.folder / _RESULTS_NAME


def _begin(workspace: Workspace, plan: ScanPlan, on_message: Callable[[str], None], *, fresh: bool) -> _Work:
    """Return the scan to go on with, or a new one whose plan is on the disk."""
    folder = find_unfinished(workspace, plan, fresh=fresh)
    if folder is not None:
        plan = read_plan(folder)
        on_message(f"going on with {plan.scan}, which was begun at {plan.created_at}")
        return _Work(plan=plan, folder=folder, resumed=True)
    folder = scans_dir(workspace) / plan.scan
    try:
        private_folder(folder)
    except OSError as error:
        raise UnavailableError(f"cannot make {folder}: {error.strerror}", hint="check its permissions") from error
    write_plan(folder, plan)
    return _Work(plan=plan, folder=folder, resumed=False)


def _perform(
    work: _Work,
    source: Source,
    pool: Pool,
    second: "SecondReading | None",
    on_message: Callable[[str], None],
    on_progress: Callable[[ScanProgress], None],
) -> tuple[Progress, str]:
    """Scan what is missing; return what is on the disk, and why it ended early."""
    state = work.folder / STATE_NAME
    mode = FOR_OTHERS if work.plan.output else 0o600
    with Output(work.output, state, read_progress(state), mode=mode) as output, _stopping(on_message) as stop:
        reason = execute_scan(source, pool, output, second=second, stop=stop, on_progress=on_progress)
        return output.progress, reason


def _refuse_own_input(request: ScanRequest) -> None:
    out, origin = request.out, Path(request.origin)
    if out is not None and out.exists() and origin.exists() and out.samefile(origin):
        raise InputError(f"{out} is the input itself", hint="choose another --out")


def _open(request: ScanRequest, on_message: Callable[[str], None]) -> Source:
    """Open and check the source; say which of its fields are read where nobody named them."""
    source = open_source(
        request.origin,
        table=request.table,
        query=request.query,
        text_field=request.text_field,
        id_field=request.id_field,
    )
    shape = source.shape
    if request.text_field is None or request.id_field is None:
        identity = f"ids from {shape.id_field!r}" if shape.id_field else "ids are row numbers, from 1"
        on_message(f"{shape.name}: texts from {shape.text_field!r}, {identity}")
    return source


def _failure(said: Mapping[str, str]) -> AssayError:
    """Return the error that kept a filter from being built."""
    kind = _KINDS.get(said["kind"])
    if kind is None:
        return ConfigurationError(f"the filters cannot be built: {said['message']}", hint="assay doctor")
    return kind(said["message"], hint=said["hint"])


@contextmanager
def _stopping(on_message: Callable[[str], None]) -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C or SIGTERM end the scan cleanly; a second one ends the process."""
    asked: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def end(number: int, _frame: object) -> None:
        asked.append(number)
        restore()
        on_message("stopping; rows that were scanned are kept")

    for number in numbers:
        signal.signal(number, end)
    try:
        yield lambda: bool(asked)
    finally:
        restore()
