"""Scans: the rows of a file or a table through filters, on all cores, in constant memory, and on again after a crash.

Rules of this place: every row of the source is a line of the output, in its order, once; a row that could not be read
is an error with a reason, never left out and never clean; no text leaves, only positions and keyed digests.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from evaluation.scans._batch import ScannedBatch, batch_of, scan_batch
from evaluation.scans._execution import ScanProgress, execute_scan
from evaluation.scans._file import FileSource
from evaluation.scans._output import Output, Progress, read_progress
from evaluation.scans._plan import PLAN_NAME, ScanPlan, differences, read_plan, write_plan
from evaluation.scans._pool import Pool
from evaluation.scans._record import SCAN_NAME, ScanOutcome, ScanRecord, parse_scan, scan_bytes
from evaluation.scans._rows import TEXT_FIELDS, Row
from evaluation.scans._setup import available_cores, worker_setup
from evaluation.scans._source import Shape, Source
from evaluation.scans._sql import SqlSource
from evaluation.scans._summary import FilterSummary, KindCount, summarise
from evaluation.scans._tally import FilterTally, FlaggedRow, Tally

if TYPE_CHECKING:
    from evaluation.scans._opinion import SecondReading, Submit, with_opinions

__all__ = [
    "PLAN_NAME",
    "SCAN_NAME",
    "TEXT_FIELDS",
    "FileSource",
    "FilterSummary",
    "FilterTally",
    "FlaggedRow",
    "KindCount",
    "Output",
    "Pool",
    "Progress",
    "Row",
    "ScanOutcome",
    "ScanPlan",
    "ScanProgress",
    "ScanRecord",
    "ScannedBatch",
    "SecondReading",
    "Shape",
    "Source",
    "SqlSource",
    "Submit",
    "Tally",
    "available_cores",
    "batch_of",
    "differences",
    "execute_scan",
    "parse_scan",
    "read_plan",
    "read_progress",
    "scan_batch",
    "scan_bytes",
    "summarise",
    "with_opinions",
    "worker_setup",
    "write_plan",
]

_LAZY = dict.fromkeys(("SecondReading", "Submit", "with_opinions"), "evaluation.scans._opinion")


def __getattr__(name: str) -> object:
    """Load what asks language models when it is first named (PEP 562): scans ask none unless somebody says so."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
