"""Going on after a crash: what was torn is cut, what is there is not asked for again.

Rules of this place: a line counts when its line feed is on the disk; nothing but an unfinished last line is ever cut.
"""

import os

from evaluation.runs._census import RowCensus
from evaluation.runs._log import RunLog

__all__ = ["cut_torn_tail", "finished_rows"]

_CHUNK = 1 << 16


def cut_torn_tail(descriptor: int) -> int:
    """Cut an unfinished last line off an open file; return how many bytes went."""
    size = os.fstat(descriptor).st_size
    kept = _end_of_last_line(descriptor, size)
    if kept != size:
        os.ftruncate(descriptor, kept)
        os.fsync(descriptor)
    return size - kept


def finished_rows(log: RunLog) -> RowCensus:
    """Return the (id, repeat) pairs that have all their verdicts; raise for a line that is not as it was written."""
    census = RowCensus()
    for row in log.rows():
        census.add(row.id, row.repeat)
    return census


def _end_of_last_line(descriptor: int, size: int) -> int:
    end = size
    while end:
        start = max(0, end - _CHUNK)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
