"""`scan.json`: what a scan found, as the record takes it up.

Rules of this place: canonical bytes, counts and digests, no text and no id of a row; bytes that are not canonical were
not written by us.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assay.kernel import InputError, IntegrityError, JsonValue, canonical_bytes, parse_strict, parse_time

__all__ = ["SCAN_NAME", "ScanOutcome", "ScanRecord", "parse_scan", "scan_bytes"]

SCAN_FORMAT = "assay-scan/1"
SCAN_NAME = "scan.json"


class ScanOutcome(StrEnum):
    """Whether every row of the source is in the output."""

    COMPLETE = "complete"
    PARTIAL = "partial"


@dataclass(frozen=True, kw_only=True)
class ScanRecord:
    """A scan as evidence."""

    scan: str  # id
    system: str
    created_at: str
    ended_at: str
    outcome: ScanOutcome
    reason: str  # why it is partial, "" when complete
    rows: int  # in the output
    source: Mapping[str, JsonValue]
    source_digest: str  # of the file's bytes, or of the rows as a database handed them out
    filters: tuple[Mapping[str, JsonValue], ...]  # specs with their digests
    row_timeout: str  # seconds, decimal text
    environment: Mapping[str, JsonValue]
    origin: Mapping[str, JsonValue]
    output: Mapping[str, JsonValue]  # name, size and digest
    results: tuple[Mapping[str, JsonValue], ...]  # a `FilterSummary` each


def scan_bytes(record: ScanRecord) -> bytes:
    """Return the bytes of `scan.json`."""
    document: dict[str, JsonValue] = {
        "format": SCAN_FORMAT,
        "scan": record.scan,
        "system": record.system,
        "created_at": record.created_at,
        "ended_at": record.ended_at,
        "outcome": record.outcome.value,
        "reason": record.reason,
        "rows": record.rows,
        "source": dict(record.source),
        "source_digest": record.source_digest,
        "filters": [dict(one) for one in record.filters],
        "row_timeout": record.row_timeout,
        "environment": dict(record.environment),
        "origin": dict(record.origin),
        "output": dict(record.output),
        "results": [dict(one) for one in record.results],
    }
    return canonical_bytes(document)


def parse_scan(data: bytes, where: str = SCAN_NAME) -> ScanRecord:
    """Read `scan.json`; raise `InputError` for a wrong field, `IntegrityError` for bytes that are not canonical."""
    found: Any = parse_strict(data)
    if not isinstance(found, dict) or found.get("format") != SCAN_FORMAT:
        raise InputError(f"{where} is no document of the format {SCAN_FORMAT!r}")
    if canonical_bytes(found) != data:
        raise IntegrityError(f"{where} is not in canonical form: it was changed after it was written")
    fields = {name: value for name, value in found.items() if name != "format"}
    try:
        parse_time(fields["created_at"])
        lists = {name: tuple(fields[name]) for name in ("filters", "results")}
        return ScanRecord(**{**fields, **lists, "outcome": ScanOutcome(fields["outcome"])})
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{where} does not hold what a scan's record holds: {type(error).__name__}") from error
