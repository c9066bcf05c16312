"""Scans in the record: evidence with an entry, which the verifier follows."""

from dataclasses import replace

import pytest

from assay.kernel import InputError, IntegrityError, digest_bytes
from evaluation.scans import ScanOutcome, ScanRecord, parse_scan, scan_bytes
from governance.ledger import Actor
from tests.governance.samples import Place, on_both_stores

ACTOR = Actor(id="actor-1")
SCAN = ScanRecord(
    scan="scan-20260101t000000z-abcdef",
    system="shop",
    created_at="2026-01-01T00:00:00.000000Z",
    ended_at="2026-01-01T00:01:00.000000Z",
    outcome=ScanOutcome.COMPLETE,
    reason="",
    rows=3,
    source={"kind": "jsonl", "name": "in.jsonl", "text_field": "text"},
    source_digest="sha256:00",
    filters=({"filter": "pii", "name": "pii", "digest": "sha256:11"},),
    row_timeout="60",
    environment={"python": "3.11"},
    origin={"kind": "person", "actor": "actor-1", "job": "", "commit": ""},
    output={"name": "out.jsonl", "bytes": 9, "digest": "sha256:22"},
    results=({"filter": "pii", "rows": 3},),
)


@on_both_stores
def test_a_scan_is_recorded_with_its_evidence_and_read_back(place: Place) -> None:
    """The same bytes again change nothing; the ledger verifies."""
    record = place.open()
    first = record.record_scan(scan_bytes(SCAN), ACTOR)
    assert record.record_scan(scan_bytes(SCAN), ACTOR).seq == first.seq
    (found,) = record.scans(system="shop")
    assert found.scan == SCAN
    assert found.digest == digest_bytes(scan_bytes(SCAN))
    entry = record.entries()[first.seq]
    assert (entry.action, entry.subject.digest) == ("scan.recorded", found.digest)
    assert (entry.details["texts"], entry.details["filters"]) == (3, ["pii"])
    assert record.scans(system="other") == ()


@on_both_stores
def test_a_partial_scan_may_be_followed_by_its_whole_and_a_whole_one_by_nothing(place: Place) -> None:
    """Another result under the same id would replace what was measured."""
    record = place.open()
    partial = replace(SCAN, outcome=ScanOutcome.PARTIAL, reason="it was stopped", rows=1)
    record.record_scan(scan_bytes(partial), ACTOR)
    record.record_scan(scan_bytes(SCAN), ACTOR)
    assert [found.scan.outcome for found in record.scans()] == [ScanOutcome.COMPLETE]
    with pytest.raises(IntegrityError, match="is recorded as"):
        record.record_scan(scan_bytes(replace(SCAN, rows=4)), ACTOR)


@on_both_stores
@pytest.mark.parametrize(
    "data", [b"{}", b"[]", scan_bytes(SCAN)[:-1], scan_bytes(SCAN).replace(b'"complete"', b'"finished"')]
)
def test_what_is_no_scan_is_refused(place: Place, data: bytes) -> None:
    """Neither a torn document nor an unknown outcome."""
    with pytest.raises(InputError):
        place.open().record_scan(data, ACTOR)


def test_a_document_that_was_laid_out_anew_is_not_believed() -> None:
    """Its bytes are not those that a digest was made of."""
    with pytest.raises(IntegrityError, match="canonical"):
        parse_scan(scan_bytes(SCAN).replace(b'"rows":3', b'"rows": 3'))
