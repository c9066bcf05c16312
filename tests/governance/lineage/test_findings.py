"""Findings: data with personal data in it that reached a corpus or a training."""

from dataclasses import replace

from assay.kernel import JsonValue, digest_text
from evaluation.scans import scan_bytes
from governance import Record
from governance.lineage import ArtefactKind, Relation
from tests.governance.lineage.graphs import SYSTEM, corpus, document, draw, on, thing
from tests.governance.samples import ME, Place, on_both_stores
from tests.governance.test_scans import SCAN

SOURCE = digest_text("one")
DATA = thing(ArtefactKind.DATASET, "tickets.jsonl", SOURCE)
MODEL = thing(ArtefactKind.MODEL, "own", "sha256:m")


def scan(record: Record, *, flagged: int, name: str = "abcdef", source: str = SOURCE) -> None:
    """Record a scan for personal data."""
    result: dict[str, JsonValue] = {"filter": "pii", "rows": 9, "scored": 8, "flagged": flagged}
    made = replace(SCAN, scan=f"scan-20260101t000000z-{name}", system=SYSTEM, source_digest=source, results=(result,))
    record.record_scan(scan_bytes(made), ME)


@on_both_stores
def test_flagged_rows_that_trained_a_model_are_a_finding(place: Place) -> None:
    """Also where the set that was trained on was made of them, and whatever name the bytes have."""
    record = place.open()
    scan(record, flagged=3)
    assert record.lineage.findings(SYSTEM) == ()
    mixed = thing(ArtefactKind.DATASET, "mixed", "sha256:x")
    draw(record, on(DATA, mixed), on(mixed, MODEL, Relation.TRAINED))
    (found,) = record.lineage.findings(SYSTEM)
    assert (found.data, found.reached, found.flagged, found.rows) == (DATA, MODEL, 3, 8)
    assert record.lineage.findings("other") == ()


def test_a_flagged_document_of_a_corpus_is_a_finding(place: Place) -> None:
    """It is what answers are drawn from."""
    record = place.open()
    record.lineage.see_corpus(corpus(staff_md="one"), ME, system=SYSTEM)
    assert record.lineage.findings(SYSTEM) == ()
    scan(record, flagged=1)
    (found,) = record.lineage.findings(SYSTEM)
    assert (found.data, found.reached.kind) == (document("staff.md"), ArtefactKind.CORPUS)


def test_what_was_read_and_not_flagged_is_none(place: Place) -> None:
    """And so is what a run was asked, which trains nothing."""
    record = place.open()
    scan(record, flagged=0)
    draw(record, on(DATA, MODEL, Relation.TRAINED))
    assert record.lineage.findings(SYSTEM) == ()
    scan(record, flagged=2, name="abcdee", source="sha256:z")
    other = thing(ArtefactKind.DATASET, "asked", "sha256:z")
    draw(record, on(other, thing(ArtefactKind.RUN, "run-1", "sha256:r"), Relation.READ))
    assert record.lineage.findings(SYSTEM) == ()


def test_the_newest_version_of_a_scan_tells(place: Place) -> None:
    """At the ledger size of then, nothing was known."""
    record = place.open()
    draw(record, on(DATA, MODEL, Relation.TRAINED))
    then = record.checkpoint().size
    scan(record, flagged=3)
    assert record.lineage.findings(SYSTEM, as_of=then) == ()
    assert len(record.lineage.findings(SYSTEM)) == 1
