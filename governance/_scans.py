"""Scans in the record: their rows, written with one ledger entry and read back.

Rules of this place: the store holds `scan.json` byte for byte, which is counts and digests; a scan's id stands for one
source and one set of filters for ever, and only a partial scan may be recorded again.
"""

from sqlalchemy import Connection, RowMapping, func, select

from assay.kernel import IntegrityError, JsonValue, content_id, digest_bytes
from evaluation.scans import ScanOutcome, ScanRecord, parse_scan
from governance._change import Change, StateRow
from governance._estimate_rows import Cell
from governance._recording import register_system
from governance._types import RecordedScan
from governance.ledger import Action, Subject
from governance.lineage import rows_of, scan_links
from governance.store import EvidenceRow, ScanRow, table_of

__all__ = ["read_scans", "record_scan"]

_SCANS = table_of(ScanRow)


def record_scan(change: Change, found: ScanRecord, document: bytes) -> RecordedScan:
    """Write a scan as evidence; raise `IntegrityError` for another result of a scan that was complete."""
    known = _newest(change.connection, found.scan)
    digest = digest_bytes(document)
    if known is not None and known["digest"] == digest:
        return _scan_of(known)
    if known is not None and known["outcome"] == ScanOutcome.COMPLETE:
        raise IntegrityError(
            f"the scan {found.scan!r} is recorded as {known['digest']}, this result is {digest}",
            hint="scan again: a new scan gets a new id",
        )
    register_system(change, found.system)
    versions = select(func.count()).select_from(_SCANS).where(_SCANS.c.scan == found.scan)
    version = 1 + int(change.connection.execute(versions).scalar_one())
    seq = change.next_seq
    rows = [
        StateRow(ScanRow, _cells(found, document, change.at)),
        StateRow(EvidenceRow, _evidence(found, digest)),
        *rows_of(change, scan_links(found, digest), seen_at=found.created_at),
    ]
    details: dict[str, JsonValue] = {
        "outcome": found.outcome.value,
        "texts": found.rows,
        "system": found.system,
        "filters": [one["filter"] for one in found.filters],
        "source": found.source_digest,
        "output": found.output.get("digest"),
    }
    subject = Subject(type="scan", id=found.scan, version=version, digest=digest)
    change.record(Action.SCAN_RECORDED, subject, rows, details)
    return RecordedScan(seq=seq, digest=digest, recorded_at=change.at, scan=found)


def read_scans(connection: Connection, *, system: str | None = None) -> tuple[RecordedScan, ...]:
    """Return the newest version of each scan, newest first."""
    newest = select(_SCANS.c.scan, func.max(_SCANS.c.seq).label("seq")).group_by(_SCANS.c.scan).subquery()
    wanted = select(_SCANS).join(newest, (_SCANS.c.scan == newest.c.scan) & (_SCANS.c.seq == newest.c.seq))
    if system is not None:
        wanted = wanted.where(_SCANS.c.system == system)
    rows = connection.execute(wanted.order_by(_SCANS.c.seq.desc())).mappings().all()
    return tuple(_scan_of(row) for row in rows)


def _newest(connection: Connection, scan: str) -> RowMapping | None:
    wanted = select(_SCANS).where(_SCANS.c.scan == scan).order_by(_SCANS.c.seq.desc()).limit(1)
    return connection.execute(wanted).mappings().first()


def _scan_of(row: RowMapping) -> RecordedScan:
    document = row["document"].encode("utf-8")
    return RecordedScan(
        seq=row["seq"],
        digest=row["digest"],
        recorded_at=row["recorded_at"],
        scan=parse_scan(document, f"scan {row['scan']}"),
    )


def _cells(found: ScanRecord, document: bytes, at: str) -> dict[str, Cell]:
    return {
        "scan": found.scan,
        "system": found.system,
        "digest": digest_bytes(document),
        "outcome": found.outcome.value,
        "rows": found.rows,
        "source_digest": found.source_digest,
        "document": document.decode("utf-8"),
        "recorded_at": at,
    }


def _evidence(found: ScanRecord, digest: str) -> dict[str, Cell]:
    origin = found.origin
    return {
        "evidence": content_id("evidence", digest),
        "kind": "scan",
        "system": found.system,
        "subject": found.scan,
        "digest": digest,
        "origin_kind": str(origin.get("kind", "")),
        "origin_actor": str(origin.get("actor", "")),
        "origin_job": str(origin.get("job", "")),
        "origin_commit": str(origin.get("commit", "")),
        "issued_at": found.created_at,
    }
