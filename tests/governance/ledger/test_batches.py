"""Many entries of one change: written together, numbered in their order, each with its rows and payload."""

import json

import pytest

from assay.kernel import IntegrityError
from governance._change import Change, Recorded
from governance.access import Permission
from governance.ledger import Action, Subject
from governance.record import Record
from governance.verifier import LedgerVerdict, verify_store, witnessed_notes
from tests.governance.samples import ME, Place, append, on_both_stores

COUNT = 120


def export(number: int) -> Recorded:
    """Return an entry with something that a person wrote."""
    return Recorded(
        action=Action.EXPORT_MADE,  # which has no rows
        subject=Subject(type="export", id=f"set-{number}", version=1, digest=f"sha256:{number}"),
        payload={"note": f"set {number} of a person"},
    )


def record_all(record: Record, batch: list[Recorded]) -> int:
    """Record a batch in one change."""
    with record._door.change(ME, Permission.IMPORT_LABELS, "default") as change:
        return change.record_all(batch)


@on_both_stores
def test_a_batch_is_one_commit_in_its_order(place: Place) -> None:
    """Numbers without a gap, one checkpoint, every payload under its commitment."""
    record = place.open()
    assert record_all(record, [export(number) for number in range(COUNT)]) == 1
    assert record_all(record, []) == 1 + COUNT
    entries = record.entries(first=1, limit=COUNT)
    assert [(entry.seq, entry.subject.id) for entry in entries] == [(1 + n, f"set-{n}") for n in range(COUNT)]
    assert place.sql("SELECT size FROM ledger_checkpoint ORDER BY size") == [(1,), (1 + COUNT,)]
    payloads = place.sql("SELECT data FROM ledger_payload ORDER BY seq")
    assert json.loads(bytes(payloads[-1][0])) == {"note": f"set {COUNT - 1} of a person"}
    result = verify_store(place.file(), vkey=place.vkey, trusted=witnessed_notes(place.witness))
    assert (result.verdict, result.findings, result.size) == (LedgerVerdict.OK, (), 1 + COUNT)


@on_both_stores
def test_a_batch_of_which_one_row_is_refused_is_undone_as_a_whole(place: Place) -> None:
    """The database's word is ours, and the next change takes the number."""
    record = place.open()
    with pytest.raises(IntegrityError, match="refused the change"):
        collide(record)
    append(record, 1)
    assert record.checkpoint().size == 2
    assert place.sql("SELECT count(*) FROM ledger_payload") == [(0,)]


def collide(record: Record) -> None:
    """Write a batch whose payloads are there already."""
    with record._door.change(ME, Permission.IMPORT_LABELS, "default") as change:
        change.record_all([export(number) for number in range(COUNT)])
        again = Change(change.connection, change._appender, actor=change.actor, at=change.at)
        again._appender.take_back(1)
        again.record_all([export(number) for number in range(COUNT)])
