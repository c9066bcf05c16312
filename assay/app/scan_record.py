"""What stays of a scan: `scan.json`, its entry in the record, and a report for people.

Rules of this place: a result that is complete is written once and never again; what the record does not take stays
unfinished, and the same command hands it in again; a report that fails leaves the result as it is.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay.app.actor import current_actor
from assay.app.comparisons import write_page
from assay.app.compose import open_record
from assay.app.scan_begun import STATE_NAME
from assay.app.workspace import Workspace
from assay.kernel import AssayError, Clock, JsonValue, UnavailableError, digest_bytes, format_time, replace_durably
from evaluation.scans import (
    SCAN_NAME,
    FilterSummary,
    Progress,
    ScanOutcome,
    ScanPlan,
    ScanRecord,
    parse_scan,
    scan_bytes,
)

if TYPE_CHECKING:
    from governance import Record

__all__ = ["EndedScan", "KeptScan", "keep_scan"]


@dataclass(frozen=True, kw_only=True)
class EndedScan:
    """A scan whose workers have stopped."""

    plan: ScanPlan
    progress: Progress
    summaries: tuple[FilterSummary, ...]
    reason: str  # why it ended early, "" otherwise


@dataclass(frozen=True, kw_only=True)
class KeptScan:
    """What was kept."""

    record: ScanRecord
    recorded: bool
    report: Path | None


def keep_scan(
    workspace: Workspace, folder: Path, ended: EndedScan, on_message: Callable[[str], None], clock: Clock
) -> KeptScan:
    """Write `scan.json`, hand it to the record, write the report; raise `UnavailableError` where the disk refuses."""
    document = _document(folder, ended, clock)
    found = parse_scan(document)
    recorded, report = False, None
    try:
        with closing(open_record(workspace)) as record:
            recorded = bool(found.rows) and bool(record.record_scan(document, current_actor(record)))
            report = _report(workspace, record, ended, found, digest_bytes(document))
    except AssayError as error:
        missing = "the report could not be written" if recorded else "the record did not take it"
        on_message(f"the result is whole, but {missing}: {error.message}")
        on_message(
            f"  hint: {error.hint or 'assay doctor'}" + ("" if recorded else "; then the same command hands it in")
        )
    if recorded and found.outcome is ScanOutcome.COMPLETE:
        _finish(folder)
    return KeptScan(record=found, recorded=recorded, report=report)


def _document(folder: Path, ended: EndedScan, clock: Clock) -> bytes:
    """Return the bytes of `scan.json`, those on the disk where the scan was complete before."""
    path = folder / SCAN_NAME
    if path.is_file():
        data = path.read_bytes()
        earlier = parse_scan(data, str(path))
        if earlier.outcome is ScanOutcome.COMPLETE and earlier.output["digest"] == ended.progress.digest:
            return data
    data = scan_bytes(_record(ended, format_time(clock.now())))
    replace_durably(path, data)
    return data


def _record(ended: EndedScan, at: str) -> ScanRecord:
    plan, progress = ended.plan, ended.progress
    output: dict[str, JsonValue] = {
        "name": Path(plan.output).name or "results.jsonl",
        "bytes": progress.size,
        "digest": progress.digest,
    }
    return ScanRecord(
        scan=plan.scan,
        system=plan.system,
        created_at=plan.created_at,
        ended_at=at,
        outcome=ScanOutcome.PARTIAL if ended.reason else ScanOutcome.COMPLETE,
        reason=ended.reason,
        rows=progress.rows,
        source=plan.source,
        source_digest=progress.mark or str(plan.source["digest"]),
        filters=plan.filters,
        row_timeout=plan.row_timeout,
        environment=plan.environment,
        origin=plan.origin,
        output=output,
        results=tuple(one.as_json() for one in ended.summaries),
    )


def _report(workspace: Workspace, record: "Record", ended: EndedScan, found: ScanRecord, digest: str) -> Path:
    """Write and record the page; return where it is."""
    # Lazy: jinja2 and the record cost start-up time.
    from governance import BuiltReport  # noqa: PLC0415
    from reports import render_scan  # noqa: PLC0415
    from reports.scan import scan_view  # noqa: PLC0415

    size = record.checkpoint().size
    system = next((one.name for one in workspace.settings.systems if one.id == found.system), "")
    text = render_scan(scan_view(found, ended.summaries, digest=digest, system=system))
    path = (workspace.reports_dir / f"{found.scan}.html").absolute()
    actor = current_actor(record)
    record.exports.check_right(actor, found.system)  # before there is a file
    write_page(path, text)
    page: dict[str, Any] = {"kind": "scan", "format": "html", "system": found.system, "subject": found.scan}
    data = text.encode("utf-8", "backslashreplace")
    record.record_report(BuiltReport(**page, digest=digest_bytes(data), as_of=size), actor)
    return path


def _finish(folder: Path) -> None:
    try:
        (folder / STATE_NAME).unlink(missing_ok=True)
    except OSError as error:
        raise UnavailableError(f"cannot remove {folder / STATE_NAME}: {error.strerror}") from error
