"""Backups that were put back: declared, they explain what was lost, and never silently."""

import json
import sqlite3

import pytest

from assay.kernel import JsonValue, canonical_bytes
from governance.ledger import Signer
from governance.verifier import LedgerVerdict, Verification, verify_store, witnessed_notes
from tests.governance.samples import Place
from tests.governance.verifier.stores import (
    add_entry,
    attacked,
    keep,
    positions,
    signed,
    signer_of,
    verified,
)
from tests.governance.verifier.test_witness import cut_to, witness_lines

KEPT = 9  # entries of the backup


def declare(database: sqlite3.Connection, signer: Signer, lost: str, **changed: JsonValue) -> str:
    """Put the first entries back, and declare it as `assay store restore` does; return the new checkpoint."""
    cut_to(database, KEPT)
    in_row = changed.pop("in_row", None)
    details: dict[str, JsonValue] = {
        "backup_digest": "sha256:0",
        "restored_size": KEPT,
        "lost_until": 12,
        "lost_checkpoint": lost,
        "approvals": ["p-2", "p-3"],
        "four_eyes": True,
        **changed,
    }
    agreed: dict[str, JsonValue] = {"approvers": in_row or details["approvals"], "four_eyes": details["four_eyes"]}
    row: dict[str, JsonValue] = {
        "store_restore": "restore-1",
        "backup_digest": "sha256:0",
        "restored_size": details["restored_size"],
        "lost_until": details["lost_until"],
        "declared_by": "p-1",
        "approvals": canonical_bytes(agreed).decode(),
        "recorded_at": "2026-01-03T00:00:00.000000Z",
    }
    subject: dict[str, JsonValue] = {"type": "restore", "id": "restore-1", "version": 1, "digest": "sha256:0"}
    add_entry(database, "restore.declared", subject, details, {"store_restore": row})
    return signed(database, signer)


def restored(place: Place, **changed: JsonValue) -> str:
    """Restore the store; return the checkpoint over the declaration."""
    made: list[str] = []
    lost, signer = witness_lines(place)[-1], signer_of(place)
    attacked(place, lambda database: made.append(declare(database, signer, lost, **changed)))
    return made[0]


def checked(place: Place, *notes: str) -> Verification:
    """Verify against checkpoints, in the order in which they were kept."""
    return verify_store(place.store, vkey=place.vkey, trusted=witnessed_notes(keep(place, *notes)))


def test_a_declared_restore_is_named_and_stays_undecided_without_a_newer_checkpoint(filled: Place) -> None:
    """It may hide a cut tail: who kept only the lost checkpoints is told, and decides nothing."""
    notes = witness_lines(filled)
    restored(filled)
    result = checked(filled, *notes)
    assert (result.verdict, result.findings) == (LedgerVerdict.CANNOT_DECIDE, ())
    said = "restored at entry 9: entries 9..11 were lost, declared by p-1, approved by p-2, p-3"
    assert [str(one) for one in result.restores] == [said]
    assert any(said in note for note in result.notes)


def test_a_checkpoint_over_the_declaration_decides_and_the_restore_is_still_named(filled: Place) -> None:
    """Whoever kept one has seen the declaration; it is shown all the same."""
    notes = witness_lines(filled)
    result = checked(filled, *notes, restored(filled))
    assert (result.verdict, result.findings, result.trusted_size) == (LedgerVerdict.OK, (), KEPT + 1)
    assert len(result.restores) == 1
    assert any("not in this ledger" in note for note in result.notes)


def test_a_cut_that_nobody_declares_is_found(filled: Place) -> None:
    """The same loss without the entry."""
    attacked(filled, lambda database: cut_to(database, KEPT))
    assert verified(filled).verdict is LedgerVerdict.TAMPERED


FORGED: dict[str, dict[str, JsonValue]] = {
    "without the lost checkpoint": {"lost_checkpoint": None},
    "with garbage for the lost checkpoint": {"lost_checkpoint": "garbage"},
    "of another loss than its checkpoint": {"lost_until": 11},
    "of more than there was": {"restored_size": 13},
    "of nothing": {"restored_size": 0},
    "with one approver as two": {"approvals": ["p-2", "p-2"], "four_eyes": False},
    "approved by who declares it": {"approvals": ["p-1", "p-2", "p-3"]},
    "with other approvers than its row": {"in_row": ["p-4", "p-5"]},
    "with one approver for four eyes": {"approvals": ["p-2"]},
    "with nobody for four eyes": {"approvals": []},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_declaration_is_found(filled: Place, name: str) -> None:
    """A declaration that does not say what it must, or contradicts itself, explains nothing."""
    notes = witness_lines(filled)
    result = checked(filled, *notes, restored(filled, **FORGED[name]))
    assert result.verdict is LedgerVerdict.TAMPERED
    assert f"entry {KEPT}" in positions(result)


def test_a_loss_that_another_key_signed_explains_nothing(filled: Place) -> None:
    """Only the log's own key can say what the log was."""
    notes = witness_lines(filled)
    origin, size, root = notes[-1].split("\n")[:3]
    foreign = notes[-1].split("\n\n")[0] + "\n\n" + Signer(origin, bytes(32)).sign(int(size), bytes(32)).note[-97:]
    assert root
    result = checked(filled, *notes, restored(filled, lost_checkpoint=foreign))
    assert result.verdict is LedgerVerdict.TAMPERED
    assert "trusted checkpoint 12" in positions(result)


def test_a_checkpoint_outside_the_lost_range_is_not_explained(filled: Place) -> None:
    """A restore explains what it says was lost and no entry more."""
    notes, signer = witness_lines(filled), signer_of(filled)
    newest = restored(filled)
    later = signer.sign(13, bytes(32)).note
    result = checked(filled, *notes, later, newest)
    assert positions(result)[0] == "trusted checkpoint 13"


def test_another_checkpoint_of_the_lost_size_is_not_explained(filled: Place) -> None:
    """The one that was lost is known by its root."""
    notes, signer = witness_lines(filled), signer_of(filled)
    newest = restored(filled)
    result = checked(filled, *notes[:-1], signer.sign(12, bytes(32)).note, newest)
    assert positions(result) == ["trusted checkpoint 12"]
    assert "lost another checkpoint" in result.findings[0].message


def test_a_witness_file_that_grows_shorter_without_a_restore_is_found(filled: Place) -> None:
    """The order in which checkpoints were kept is explained by the restore, and only by it."""
    notes = witness_lines(filled)
    newest = restored(filled)
    assert checked(filled, *notes, newest).verdict is LedgerVerdict.OK
    assert "trusted checkpoint 3" in positions(checked(filled, *notes, newest, notes[1]))


def test_the_row_of_a_restore_cannot_be_changed(filled: Place) -> None:
    """It is sealed by its entry like any other."""
    newest = restored(filled)
    agreed = json.dumps({"approvers": ["p-8", "p-9"], "four_eyes": True})
    attacked(filled, lambda database: database.execute("UPDATE store_restore SET approvals = ?", (agreed,)))
    assert positions(checked(filled, newest)) == [f"entry {KEPT}"]
