"""Rotating the key that signs: what the store, the key folder and the checkpoints hold before, between and after."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from assay.kernel import ForbiddenError, InputError, IntegrityError, UnavailableError
from governance._log_keys import LogKey
from governance.access import Permission
from governance.inspection import inspect_store
from governance.ledger import Actor, Verifier, parse_checkpoint
from governance.record import Record
from tests.governance.samples import ME, Place, append, on_both_stores

FAR = "2030-01-01T00:00:00Z"
STEPS = ("next.key", "COMMIT", "witness.jsonl", "retired.vkeys", "log.vkey", "hardlink", "signing.key", "destroy")


def files(place: Place) -> set[str]:
    """Return the names in the key folder, but for locks."""
    return {path.name for path in place.keys.iterdir() if not path.name.startswith("writer.lock")}


def signed_by(record: Record, key: LogKey, size: int) -> bool:
    """Whether the stored checkpoint of a size carries a key's signatures."""
    with record._door.reading() as connection:
        note = connection.execute(
            text("SELECT note FROM ledger_checkpoint WHERE size = :size"), {"size": size}
        ).scalar()
    try:
        parse_checkpoint(str(note), Verifier.parse(key.vkey, key.post_quantum))
    except IntegrityError:
        return False
    return True


@on_both_stores
def test_the_checkpoint_over_a_rotation_is_signed_by_both_keys(place: Place) -> None:
    """Before: the old key alone; after: the new one alone; the log keeps its name."""
    record = place.open()
    append(record, 1)
    made = record.keys.rotate(ME, valid_until=FAR)
    append(record, 1)
    old, new = record.keys.history()
    assert (new, old.seq, new.seq, new.valid_until) == (made, 0, 2, "2030-01-01T00:00:00.000000Z")
    assert [signed_by(record, old, size) for size in (2, 3, 4)] == [True, True, False]
    assert [signed_by(record, new, size) for size in (2, 3, 4)] == [False, True, True]
    assert record.vkey == new.vkey != old.vkey
    assert old.vkey.split("+")[0] == new.vkey.split("+")[0]


@on_both_stores
def test_the_entry_names_both_keys(place: Place) -> None:
    """Subject and details have the form that verifiers read."""
    record = place.open()
    made = record.keys.rotate(ME, reason="compromised", post_quantum=True)
    entry = record.entries(first=1)[0]
    details = json.loads(entry.body)["details"]
    assert (entry.action, entry.subject.type, entry.subject.id) == ("key.rotated", "key", made.vkey.split("+")[1])
    assert details == {
        "previous": record.keys.history()[0].vkey,
        "vkey": made.vkey,
        "post_quantum": made.post_quantum,
        "reason": "compromised",
    }


@on_both_stores
def test_the_old_secret_is_gone_and_its_public_key_is_kept(place: Place) -> None:
    """The folder holds the new key as if it had always been there, and the retired one's public part."""
    record = place.open()
    old, secret = record.vkey, (place.keys / "signing.key").read_text()
    record.keys.rotate(ME)
    assert files(place) == {"signing.key", "log.vkey", "witness.jsonl", "retired.vkeys"}
    assert (place.keys / "retired.vkeys").read_text() == f"{old}\n"
    assert place.vkey.strip() == record.vkey
    assert json.loads(secret)["seed"] not in (place.keys / "signing.key").read_text()


@on_both_stores
def test_with_a_second_line_every_checkpoint_has_it(place: Place) -> None:
    """ML-DSA-44 from the rotation on, also after the store is opened again; the next rotation may drop it."""
    place.open().keys.rotate(ME, post_quantum=True)
    record = place.open()
    append(record, 1)
    newest = record.checkpoint().note
    assert len(newest.split("\n\n")[1].splitlines()) == 2
    record.keys.rotate(ME)
    append(record, 1)
    assert len(record.checkpoint().note.split("\n\n")[1].splitlines()) == 1


@on_both_stores
def test_a_record_that_was_open_follows_the_rotation_of_another(place: Place) -> None:
    """A second process takes the new key at its next change, and reads before that."""
    one, other = place.open(), place.open()
    append(other, 1)
    one.keys.rotate(ME)
    assert other.checkpoint().size == 3
    append(other, 1)
    append(one, 1)
    assert other.vkey == one.vkey
    assert one.checkpoint().size == 5


@on_both_stores
def test_only_who_manages_keys_may_rotate(place: Place) -> None:
    """A refused rotation leaves no key behind."""
    record = place.open()
    with pytest.raises(ForbiddenError):
        record.keys.rotate(Actor(id="ci", method="token", scopes=frozenset({"keys:manage"})))
    with pytest.raises(InputError, match="which is past"):
        record.keys.rotate(ME, valid_until="2020-01-01T00:00:00Z")
    assert (len(record.keys.history()), "next.key" in files(place)) == (1, False)
    append(record, 1)


def fail_to_rotate(record: Record) -> None:
    """Write a key, let it take over, and raise."""
    with record._door.change(ME, Permission.MANAGE_KEYS, None) as change:
        change.hand_over(record._door.keys.create_next("assay.local/x", post_quantum=False))
        raise RuntimeError("on purpose")


def test_a_rotation_that_fails_leaves_the_key_in_use(place: Place) -> None:
    """The next opening destroys the key that never signed."""
    record = place.open()
    with pytest.raises(RuntimeError, match="on purpose"):
        fail_to_rotate(record)
    append(record, 1)
    assert "next.key" in files(place)
    again = place.open()
    append(again, 1)
    assert (again.vkey, "next.key" in files(place)) == (record.vkey, False)


def test_a_promise_that_was_not_kept_is_said(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """Opening and looking warn; the log goes on."""
    record = place.open()
    record.keys.rotate(ME, valid_until="2026-01-02T00:00:30Z")
    later = "2026-01-02T00:00:30.000000Z"
    assert inspect_store(place.url, place.keys, at="2026-01-02T00:00:29.000000Z").overdue is None
    assert inspect_store(place.url, place.keys, at=later).overdue == later
    record.close()
    place.open().close()
    assert "was to be rotated" not in caplog.text
    place.open(seconds=60).close()
    assert f"was to be rotated by {later}" in caplog.text


def test_without_the_new_key_the_store_is_not_written_to(place: Place) -> None:
    """A key folder from before the rotation is not that of the log."""
    record = place.open()
    before = (place.keys / "signing.key").read_bytes()
    record.keys.rotate(ME)
    record.close()
    (place.keys / "signing.key").write_bytes(before)
    with pytest.raises((IntegrityError, UnavailableError)):
        place.open()


@pytest.mark.soak
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_between_any_two_steps_is_healed(place: Place, root: Path, step: str) -> None:
    """The next opening has one key, old or new, that signs; the other is retired or never was."""
    append(place.open(), 1)
    old = place.vkey
    command = [sys.executable, "-m", "tests.governance.ledger.killed_rotation", str(place.path), step]
    assert subprocess.run(command, cwd=root, check=False).returncode == -signal.SIGKILL
    record = place.open()
    append(record, 1)
    is_rotated = step not in {"next.key", "COMMIT"}
    assert len(record.keys.history()) == 1 + is_rotated
    assert (place.vkey.strip() == record.vkey, place.vkey != old) == (True, is_rotated)
    assert files(place) == {"signing.key", "log.vkey", "witness.jsonl", *(["retired.vkeys"] if is_rotated else [])}
    assert (place.keys / "signing.key").stat().st_nlink == 1
    assert record.checkpoint().size == 3 + is_rotated
