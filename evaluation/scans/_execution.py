"""A scan from its first row that is not there yet to its last.

Rules of this place: rows are committed about once a second, whole batches in the order of the source; whatever ends the
scan early, what was committed stays, and the same scan goes on after it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.scans._output import Output
from evaluation.scans._pool import HopelessError, Pool
from evaluation.scans._slices import Slices
from evaluation.scans._source import Source
from evaluation.scans._tally import Tally, add_tallies

if TYPE_CHECKING:
    from evaluation.scans._opinion import SecondReading

__all__ = ["ScanProgress", "execute_scan"]

_COMMIT_S = 1.0
_COMMIT_BYTES = 32 << 20


@dataclass(frozen=True, kw_only=True)
class ScanProgress:
    """How far a scan is."""

    done: int  # rows in the output
    expected: int | None  # None where only reading tells
    failed: int  # rows of the filter that failed most often


def execute_scan(
    source: Source,
    pool: Pool,
    output: Output,
    *,
    second: "SecondReading | None" = None,
    stop: Callable[[], bool],
    on_progress: Callable[[ScanProgress], None],
) -> str:
    """Scan what is not in the output yet; return why it ended early, "" when every row is there.

    `second` asks about rows that are left in doubt, before they are written.

    Raise what source, pool and output raise; what was committed before stays.
    """
    progress, expected = output.progress, source.shape.rows
    mark, since, committed = progress.mark, time.monotonic(), progress.size
    slices = Slices(source.read(progress.rows, mark), source.mark)
    whole = True  # whether lines, counts and mark are those of the same rows
    try:
        scanned = pool.scan(slices, stop)
        for done in second.over(scanned, stop) if second else scanned:
            slices.pace(done.rows, done.seconds)
            whole = False
            output.write(done.lines)
            add_tallies(progress.tally, done.tally)
            progress.rows += done.rows
            mark, whole = done.mark, True
            on_progress(ScanProgress(done=progress.rows, expected=expected, failed=_failed(progress.tally)))
            if time.monotonic() - since > _COMMIT_S or progress.size - committed > _COMMIT_BYTES:
                output.commit(mark)
                since, committed = time.monotonic(), progress.size
    except HopelessError as error:
        return str(error)
    finally:
        if whole:  # else what was committed last is gone on from
            output.commit(mark)
    return "it was stopped" if stop() and progress.rows != expected else ""


def _failed(tally: Tally) -> int:
    return max((sum(one.failures.values()) for one in tally.values()), default=0)
