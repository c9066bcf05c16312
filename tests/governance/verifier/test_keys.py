"""Keys that follow each other: any of them that the reader holds is enough, and a forged succession is found."""

import sqlite3
from collections.abc import Callable
from itertools import pairwise

import pytest

from governance.ledger import Signer
from governance.verifier import LedgerVerdict, Verification, verify_store, witnessed_notes
from governance.verifier._signatures import can_check
from tests.governance.samples import Place
from tests.governance.verifier.stores import (
    SIZE,
    add_report,
    attacked,
    keep,
    positions,
    rotate,
    signed,
    signer_of,
    successor,
    vkey_of,
)

Step = Callable[[sqlite3.Connection, Signer, Signer], object]


def rotated(place: Place, *, post_quantum: bool = False, reason: str = "planned") -> list[Signer]:
    """Rotate the key twice, as the record does, with reports in between; return the three signers."""
    signers = [signer_of(place), successor(place, 1, post_quantum=post_quantum), successor(place, 2)]

    def work(database: sqlite3.Connection) -> None:
        for old, new in pairwise(signers):
            rotate(database, vkey_of(old), vkey_of(new), second=new.verifier.post_quantum_text, reason=reason)
            signed(database, old, new)
            add_report(database)
            signed(database, new)

    attacked(place, work)
    return signers


def newest_note(place: Place) -> str:
    """Return the newest checkpoint in the store."""
    return str(place.sql("SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")[0][0])


def checked(place: Place, vkey: str) -> Verification:
    """Verify under a key, trusting what the witness file holds and the newest checkpoint."""
    notes = [*witnessed_notes(place.witness), newest_note(place)]
    return verify_store(place.store, vkey=vkey, trusted=witnessed_notes(keep(place, *notes)))


@pytest.mark.parametrize("held", [0, 1, 2])
@pytest.mark.parametrize("kind", ["ed25519", "ml-dsa-44"])
def test_any_key_of_the_chain_is_enough(filled: Place, held: int, kind: str) -> None:
    """The first key vouches for the next, the last one signs all; two rotations are followed."""
    signers = rotated(filled, post_quantum=kind == "ml-dsa-44")
    result = checked(filled, vkey_of(signers[held]))
    assert (result.verdict, result.findings) == (LedgerVerdict.OK, ())
    assert result.keys == tuple(map(vkey_of, signers))


def test_a_key_that_was_never_the_log_s_is_a_finding(filled: Place) -> None:
    """What you hold decides, not what the store says."""
    rotated(filled)
    result = checked(filled, vkey_of(successor(filled, 9)))
    assert (result.verdict, positions(result)) == (LedgerVerdict.TAMPERED, ["table ledger_log"])


def test_a_key_that_was_given_up_is_told_to_who_still_holds_it(filled: Place) -> None:
    """Others may hold it: a history that ends before its end would look alike."""
    signers = rotated(filled, reason="compromised")
    notes = checked(filled, vkey_of(signers[0])).notes
    assert any("given up at entry 12" in note for note in notes)


def rotate_unsigned(database: sqlite3.Connection, old: Signer, new: Signer) -> None:
    """Put another key in, without the one before it."""
    rotate(database, vkey_of(old), vkey_of(new))
    signed(database, new)


def keep_old_key(database: sqlite3.Connection, old: Signer, new: Signer) -> None:
    """Go on signing with the key that ended."""
    rotate(database, vkey_of(old), vkey_of(new))
    signed(database, old, new)
    add_report(database)
    signed(database, old)


def use_both_keys(database: sqlite3.Connection, old: Signer, new: Signer) -> None:
    """Sign with the key that ended beside the new one."""
    rotate(database, vkey_of(old), vkey_of(new))
    signed(database, old, new)
    add_report(database)
    signed(database, old, new)


def rotate_another(database: sqlite3.Connection, old: Signer, new: Signer) -> None:
    """Rotate from a key that was never in use."""
    rotate(database, vkey_of(new), vkey_of(new))
    signed(database, old, new)


def lose_the_entry(database: sqlite3.Connection, old: Signer, new: Signer) -> None:
    """Keep the row of a key and no entry that names it."""
    rotate(database, vkey_of(old), vkey_of(new))
    database.execute("DELETE FROM ledger_entry WHERE seq = 12")
    add_report(database)
    signed(database, new)


def lose_the_row(database: sqlite3.Connection, old: Signer, new: Signer) -> None:
    """Keep the entry that names a key and not its row."""
    rotate(database, vkey_of(old), vkey_of(new))
    signed(database, old, new)
    database.execute("DELETE FROM ledger_key WHERE seq = 12")


def hide_the_handover(database: sqlite3.Connection, old: Signer, new: Signer) -> None:
    """Leave no checkpoint but one by the new key, so that no other one comes before it."""
    rotate(database, vkey_of(old), vkey_of(new))
    database.execute("DELETE FROM ledger_checkpoint")
    signed(database, new)


def another_name(database: sqlite3.Connection, old: Signer, _new: Signer) -> None:
    """Rotate to a key of another log."""
    other = Signer("assay.local/other", bytes(32))
    rotate(database, vkey_of(old), vkey_of(other))
    signed(database, old)


def another_subject(database: sqlite3.Connection, old: Signer, new: Signer) -> None:
    """Name one key in the subject and another one in the details."""
    rotate(database, vkey_of(old), vkey_of(new))
    (body,) = database.execute("SELECT body FROM ledger_entry WHERE seq = 12").fetchone()
    wrong = body.replace(new.verifier.id.encode(), b"00000000", 1)
    assert wrong != body
    details = body.replace(b'"id":"' + new.verifier.id.encode(), b'"id":"00000000')
    database.execute("UPDATE ledger_entry SET body = ? WHERE seq = 12", (details,))
    signed(database, old, new)


FORGED: dict[str, tuple[Step, str]] = {
    "not signed by the key before": (rotate_unsigned, "entry 12"),
    "the old key signs on": (keep_old_key, "checkpoint 14"),
    "the old key signs on beside the new one": (use_both_keys, "checkpoint 14"),
    "another key is rotated": (rotate_another, "entry 12"),
    "no checkpoint is left before it": (hide_the_handover, "entry 12"),
    "the entry is removed": (lose_the_entry, "table ledger_key"),
    "the row is removed": (lose_the_row, "table ledger_key"),
    "the key is one of another log": (another_name, "entry 12"),
    "the subject is another key": (another_subject, "entry 12"),
}


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize("depth", ["full", "fast"])
def test_a_forged_rotation_is_found_and_its_place_named(filled: Place, name: str, depth: str) -> None:
    """Whoever holds the store cannot put in a key of theirs, nor keep one that ended."""
    step, position = FORGED[name]
    old, new = signer_of(filled), successor(filled)
    attacked(filled, lambda database: step(database, old, new))
    trusted = witnessed_notes(filled.witness)
    result = verify_store(filled.store, vkey=vkey_of(old), trusted=trusted, is_fast=depth == "fast")
    assert result.verdict is LedgerVerdict.TAMPERED
    assert position in positions(result)


def strip_second(database: sqlite3.Connection) -> None:
    """Remove the post-quantum line of a checkpoint."""
    (note,) = database.execute("SELECT note FROM ledger_checkpoint WHERE size = 14").fetchone()
    head, lines = note.split("\n\n")
    assert len(lines.split("\n")) == 3
    database.execute("UPDATE ledger_checkpoint SET note = ? WHERE size = 14",
                     (f"{head}\n\n{lines.split(chr(10))[0]}\n",))  # fmt: skip


def swap_second(database: sqlite3.Connection) -> None:
    """Put the post-quantum line of another checkpoint in."""
    (note,) = database.execute("SELECT note FROM ledger_checkpoint WHERE size = 14").fetchone()
    (other,) = database.execute("SELECT note FROM ledger_checkpoint WHERE size = 13").fetchone()
    line = other.split("\n")[-2]
    parts = note.split("\n")
    database.execute("UPDATE ledger_checkpoint SET note = ? WHERE size = 14", ("\n".join([*parts[:-2], line, ""]),))


@pytest.mark.parametrize("attack", [strip_second, swap_second], ids=["stripped", "swapped"])
def test_a_second_line_that_is_missing_or_wrong_is_found(
    filled: Place, attack: Callable[[sqlite3.Connection], None]
) -> None:
    """A key that has a post-quantum line has it on each checkpoint."""
    signers = rotated(filled, post_quantum=True)
    attacked(filled, attack)
    result = checked(filled, vkey_of(signers[0]))
    assert positions(result) == ["checkpoint 14"]
    assert "second line" in result.findings[0].message


def test_second_lines_are_said_to_be_unchecked_where_cryptography_does_not_know_them(
    filled: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older `cryptography` checks the first lines."""
    signers = rotated(filled, post_quantum=True)
    monkeypatch.setattr("governance.verifier._signatures.can_check", lambda kind: kind == 1)
    monkeypatch.setattr("governance.verifier._keys.can_check", lambda kind: kind == 1)
    result = checked(filled, vkey_of(signers[0]))
    assert can_check(6)  # the real one: the lines above took its place in the verifier alone
    assert result.verdict is LedgerVerdict.OK
    assert any("ML-DSA-44" in note for note in result.notes)


def test_a_rotation_shared_by_two_transactions_of_one_checkpoint_is_followed(filled: Place) -> None:
    """Two rotations under one checkpoint are signed by all three keys."""
    signers = [signer_of(filled), successor(filled, 1), successor(filled, 2)]

    def work(database: sqlite3.Connection) -> None:
        for old, new in pairwise(signers):
            rotate(database, vkey_of(old), vkey_of(new))
        signed(database, *signers)

    attacked(filled, work)
    result = checked(filled, vkey_of(signers[0]))
    assert (result.verdict, result.size) == (LedgerVerdict.OK, SIZE + 2)
