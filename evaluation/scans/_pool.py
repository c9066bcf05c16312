"""All cores: worker processes that scan batches, and what happens when one of them dies or hangs.

Rules of this place: at most a window of batches is held, whatever the size of the source; lines come out in the order
in which batches went in; a batch whose worker died or took too long is scanned once more unit by unit (a row and a
filter), and only the unit at fault is lost, as `error` or `timed_out`; who loses one unit after the other gives up.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import connection as sockets
from typing import TYPE_CHECKING, Any

from assay.kernel import UnavailableError
from evaluation.filters import FilterOutcome
from evaluation.scans._batch import failed_cell, join_cells
from evaluation.scans._process import GoneError, WorkerProcess
from evaluation.scans._tally import Tally, add_tallies, parse_tally

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Done", "HopelessError", "Pool"]

_LOOK_S = 0.2  # how often a stop is looked for
_MOST_LOST = 25  # units in a row, without one that was read
_MOST_FALSE_STARTS = 3


class HopelessError(Exception):
    """One unit after the other is lost: something is wrong that rows have nothing to do with."""


@dataclass(frozen=True)
class Done:
    """A batch that was scanned."""

    batch: "pa.RecordBatch"  # its rows as they went in
    rows: int
    lines: bytes
    tally: Tally
    mark: str  # of the source after it
    seconds: float  # that a worker spent on it; 0 where it went through it unit by unit


@dataclass(kw_only=True, eq=False)
class _Job:
    batch: "pa.RecordBatch"
    data: bytes
    mark: str
    careful: bool = False
    units: list[bytes] = field(default_factory=list)  # cells, row by row, filter by filter
    tally: Tally = field(default_factory=dict)
    done: Done | None = None


@dataclass(kw_only=True, eq=False)
class _Seat:
    worker: WorkerProcess
    ready: bool = False
    job: _Job | None = None
    since: float = field(default_factory=time.monotonic)


class Pool:
    """Workers with the same filters; the first one says what the filters are."""

    def __init__(self, setup: bytes, names: Sequence[str], *, size: int, row_timeout_s: float, start_s: float) -> None:
        """Start the first worker; the others start when there is work for them."""
        self._setup = setup
        self._names = tuple(names)
        self._size = size
        self._row_timeout_s = row_timeout_s
        self._start_s = start_s
        self._seats = [_Seat(worker=WorkerProcess(setup))]
        self._false_starts = 0
        self._lost_in_a_row = 0

    def specs(self, fail: Callable[[Mapping[str, str]], Exception]) -> Mapping[str, Any]:
        """Wait for the first worker; return the filters' specs by name, or raise what `fail` makes of its error."""
        (seat,) = self._seats
        if not seat.worker.connection.poll(self._start_s):
            raise UnavailableError("the filters did not start in time", hint="assay doctor")
        try:
            said = seat.worker.hear()
        except GoneError as error:
            raise UnavailableError(
                f"the process of the filters ended before it was ready: {seat.worker.last_words()}",
                hint="set ASSAY_DEBUG=1 and run it again: its own words are then shown",
            ) from error
        if "error" in said:
            raise fail(said["error"])
        seat.ready = True
        specs: Mapping[str, Any] = said["specs"]
        return specs

    def scan(self, batches: Iterator[tuple["pa.RecordBatch", str]], stop: Callable[[], bool]) -> Iterator[Done]:
        """Yield what came of each batch, in order; end early where `stop` says so.

        Raise `HopelessError` where unit after unit is lost, `UnavailableError` where no worker starts any more.
        """
        window: deque[_Job] = deque()
        more = True
        while not stop():
            while more and len(window) < 2 * self._size + 1:
                found = next(batches, None)
                more = found is not None
                if found is not None:
                    window.append(_Job(batch=found[0], data=_frame(found[0]), mark=found[1]))
            if not window:
                return
            self._assign(window)
            self._listen()
            while window and window[0].done is not None:
                yield window.popleft().done or _never()

    def close(self) -> None:
        """Kill all workers."""
        for seat in self._seats:
            seat.worker.kill()
        self._seats = []

    def _assign(self, window: deque[_Job]) -> None:
        taken = {id(seat.job) for seat in self._seats if seat.job is not None}
        waiting = [job for job in window if job.done is None and id(job) not in taken]
        for seat in self._seats:
            if waiting and seat.ready and seat.job is None:
                seat.job, seat.since = waiting.pop(0), time.monotonic()
                if seat.job.careful:
                    seat.worker.begin_units(seat.job.data, len(seat.job.units))
                else:
                    seat.worker.begin(seat.job.data)
        starting = sum(not seat.ready for seat in self._seats)
        for _ in range(min(len(waiting) - starting, self._size - len(self._seats))):
            self._seats.append(_Seat(worker=WorkerProcess(self._setup)))

    def _listen(self) -> None:
        by_socket = {seat.worker.connection: seat for seat in self._seats}
        for ready in sockets.wait(list(by_socket), timeout=_LOOK_S):
            seat = by_socket[ready]  # type: ignore[index]  # only connections were handed in
            try:
                self._hear(seat)
            except GoneError:
                self._lose(seat, FilterOutcome.ERROR, f"the filter's process ended: {seat.worker.last_words()}")
        now = time.monotonic()
        for seat in list(self._seats):
            limit = self._row_timeout_s if seat.ready else self._start_s
            if (seat.job is not None or not seat.ready) and now - seat.since > limit:
                seat.worker.kill()
                self._lose(seat, FilterOutcome.TIMED_OUT, f"it took longer than {self._row_timeout_s:g} s")

    def _hear(self, seat: _Seat) -> None:
        said = seat.worker.hear()
        if not seat.ready:
            if "error" in said:
                raise GoneError
            seat.ready, self._false_starts = True, 0
            return
        body, job = seat.worker.hear_bytes(), seat.job
        if job is None:
            raise GoneError
        self._lost_in_a_row = 0
        if job.careful:
            self._keep_unit(job, body, parse_tally(said))
            seat.since = time.monotonic()
        else:
            seconds = time.monotonic() - seat.since
            job.done = Done(job.batch, job.batch.num_rows, body, parse_tally(said), job.mark, seconds)
        if job.done is not None:
            seat.job = None

    def _keep_unit(self, job: _Job, cell: bytes, tally: Tally) -> None:
        job.units.append(cell)
        add_tallies(job.tally, tally)
        if len(job.units) == job.batch.num_rows * len(self._names):
            each = {name: job.units[at :: len(self._names)] for at, name in enumerate(self._names)}
            lines = join_cells(job.batch.column("id").to_pylist(), each)
            job.done = Done(job.batch, job.batch.num_rows, lines, job.tally, job.mark, 0)

    def _lose(self, seat: _Seat, outcome: FilterOutcome, reason: str) -> None:
        """Take a worker that is gone out of service, and its job back."""
        self._seats.remove(seat)
        job = seat.job
        if job is None:
            self._false_starts += not seat.ready
            if self._false_starts >= _MOST_FALSE_STARTS:
                raise UnavailableError(
                    "the processes of the filters do not start any more", hint="assay doctor; the same command goes on"
                )
            return
        if not job.careful:
            job.careful = True
            return
        row, column = divmod(len(job.units), len(self._names))
        cell, tally = failed_cell(job.batch.column("id")[row].as_py(), outcome, reason)
        self._keep_unit(job, cell, {self._names[column]: tally})
        self._lost_in_a_row += 1
        if self._lost_in_a_row >= _MOST_LOST:
            raise HopelessError(f"{self._lost_in_a_row} rows in a row were lost; the last one: {reason}")


def _frame(batch: "pa.RecordBatch") -> bytes:
    import pyarrow as pa  # noqa: PLC0415  lazy: a large library

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return bytes(sink.getvalue())


def _never() -> Done:
    raise AssertionError("a batch that is done has its lines")
