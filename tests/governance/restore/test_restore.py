"""Restores: what is refused, what is declared, what is kept, and that the log goes on."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assay.kernel import ForbiddenError, InputError, IntegrityError, UnavailableError
from governance.verifier import LedgerVerdict, witnessed_notes
from tests.governance.restore.scene import SECRET, make, verified
from tests.governance.samples import ME, Place, append, on_both_stores

HELD = 5  # entries of the backup: workspace, system, run, two reports
KNOWN = 9  # and the backup itself, and three reports more


@on_both_stores
def test_a_restore_is_the_first_entry_after_what_was_restored(place: Place) -> None:
    """It names the backup, the lost range and the newest checkpoint that was lost, which `verify` shows."""
    scene = make(place)
    lost = list(witnessed_notes(place.witness))[-1]
    done = scene.restore(scene.plan())
    assert (done.restored_size, done.lost_until, done.seq) == (HELD, KNOWN, HELD)
    with closing(place.open()) as record:
        entry = record.entries()[HELD]
        assert (entry.action, entry.details["lost_checkpoint"]) == ("restore.declared", lost)
        assert (entry.details["restored_size"], entry.details["lost_until"]) == (HELD, KNOWN)
        (declared,) = record.backups.restores()
        assert (declared.declared_by, declared.approvers, declared.four_eyes) == (ME.id, (), False)
        assert len(record.reports()) == 2
        append(record, 1)
    result = verified(place)
    assert result.verdict is not LedgerVerdict.TAMPERED
    assert [(one.seq, one.lost_until) for one in result.restores] == [(HELD, KNOWN)]


@on_both_stores
def test_nothing_is_lost_that_nobody_accepted(place: Place) -> None:
    """A newer store stays as it is."""
    scene = make(place)
    with pytest.raises(ForbiddenError, match=r"its entries 5\.\.8 would be lost"):
        scene.restore(scene.plan(accept_loss=False))
    with closing(place.open()) as record:
        assert len(record.reports()) == 5
        assert record.backups.restores() == ()


def test_the_old_store_is_kept_whole(place: Place) -> None:
    """What was there can be read where it is said to be, the entries that were lost too."""
    scene = make(place)
    done = scene.restore(scene.plan())
    with closing(sqlite3.connect(Path(done.aside) / "store.sqlite")) as old:
        assert old.execute("SELECT count(*) FROM ledger_entry").fetchone() == (KNOWN,)
        assert old.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.soak
def test_the_old_tables_are_kept_in_a_schema(tmp_path: Path, postgres_url: str) -> None:
    """In the same database, whole; a second restore keeps the first one's, too."""
    place = Place(tmp_path, server_url=postgres_url)
    scene = make(place)
    schema = scene.restore(scene.plan()).aside.removeprefix("schema ")
    assert place.sql(f"SELECT count(*) FROM {schema}.ledger_entry") == [(KNOWN,)]  # noqa: S608  our own name
    with closing(place.open()) as record:
        append(record, 1)
    again = scene.restore(scene.plan()).aside.removeprefix("schema ")
    assert again != schema
    assert verified(place).verdict is not LedgerVerdict.TAMPERED


@pytest.mark.parametrize("since", [1, 2, 3])
def test_what_earlier_restores_lost_is_said_again(place: Place, since: int) -> None:
    """The second restore of one backup loses the declaration of the first: all that was witnessed stays explained."""
    scene = make(place)
    scene.restore(scene.plan())
    with closing(place.open()) as record:
        append(record, since)
    scene.restore(scene.plan())
    result = verified(place)
    assert result.verdict is not LedgerVerdict.TAMPERED
    assert [(one.restored_size, one.lost_until) for one in result.restores] == [(HELD, KNOWN), (HELD, 7 + since)]


def test_an_undeclared_older_copy_is_refused_after_a_restore_as_before(place: Place) -> None:
    """A restore opens the door to itself alone."""
    scene = make(place)
    scene.restore(scene.plan())
    copy = place.store.read_bytes()
    with closing(place.open()) as record:
        append(record, 2)
    place.store.write_bytes(copy)
    for ending in ("-wal", "-shm"):
        place.store.with_name(place.store.name + ending).unlink(missing_ok=True)
    with pytest.raises(IntegrityError, match="older than its witness"):
        place.open()


def test_a_declaration_of_another_loss_opens_nothing(place: Place) -> None:
    """The store must declare lost the very checkpoint that was witnessed last."""
    scene = make(place)
    witness = place.witness.read_bytes()
    scene.restore(scene.plan())
    with closing(place.open()):
        pass
    declared = place.store.read_bytes()
    place.witness.write_bytes(witness)
    place.open().close()  # the checkpoint that it names
    lines = witness.splitlines(keepends=True)
    place.store.write_bytes(declared)
    place.witness.write_bytes(b"".join(lines[:-1]))  # an earlier one, which it does not name
    with pytest.raises(IntegrityError):
        place.open()


def test_a_lost_machine_is_restored_from_the_file_and_the_passphrase(place: Place, tmp_path: Path) -> None:
    """Store, key, witness file, run logs and settings; what came after the backup is not known there."""
    (place.path / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    scene = make(place)
    new = Place(tmp_path / "new")
    new.path.mkdir()
    with pytest.raises(InputError, match="sealed"):
        scene.restore(scene.plan(to=new, accept_loss=False, passphrase=None))
    done = scene.restore(scene.plan(to=new, accept_loss=False))
    assert (done.lost_until, done.aside, done.files) == (HELD, "", 4)
    assert (new.path / "assay.yaml").read_text(encoding="utf-8") == "version: 1\n"
    assert new.vkey == place.vkey
    with closing(new.open()) as record:
        assert record.ingest_run(new.path / "runs" / "run-1", ME).is_new is False
        append(record, 1)
    assert verified(new).verdict is not LedgerVerdict.TAMPERED


def test_a_checkpoint_from_elsewhere_tells_what_was_lost(place: Place, tmp_path: Path) -> None:
    """A report's footer is enough; something that the log did not sign is refused."""
    scene = make(place)
    newest = list(witnessed_notes(place.witness))[-1]
    new = Place(tmp_path / "new")
    with pytest.raises(InputError, match="no checkpoint which a key"):
        scene.restore(scene.plan(to=new, known=newest.replace("\n9\n", "\n99\n")))
    assert scene.restore(scene.plan(to=new, known=newest)).lost_until == KNOWN


def test_a_store_in_ruins_is_replaced_and_kept(place: Place) -> None:
    """Only where somebody declares it: nobody can say what is lost, but the witness file can."""
    scene = make(place)
    place.store.write_bytes(b"ruins" * 1000)
    with pytest.raises(ForbiddenError, match="would be lost"):
        scene.restore(scene.plan(accept_loss=False))
    done = scene.restore(scene.plan())
    assert done.lost_until == KNOWN
    assert (Path(done.aside) / "store.sqlite").read_bytes().startswith(b"ruins")
    place.open().close()


def test_a_store_that_somebody_has_open_is_not_replaced(place: Place) -> None:
    """They would go on writing to the old one."""
    scene = make(place)
    with closing(place.open()) as record:
        record.checkpoint()
        with pytest.raises(UnavailableError, match="somebody else has the store open"):
            scene.restore(scene.plan())
        append(record, 1)
    assert not list(place.path.rglob(".restore-*"))  # no copy of the key is left
    assert scene.restore(scene.plan()).lost_until == KNOWN + 1


def test_files_that_are_there_are_not_overwritten(place: Place) -> None:
    """A text that was erased since does not come back; what differs is named."""
    scene = make(place)
    payloads, verdicts = place.log().payloads_file, place.log().verdicts_file
    payloads.write_bytes(payloads.read_bytes().split(b"\n")[0] + b"\n")
    left = payloads.read_bytes()
    verdicts.unlink()
    done = scene.restore(scene.plan())
    assert (done.files, done.kept) == (1, ("runs/run-1/payloads.jsonl",))
    assert payloads.read_bytes() == left
    assert verdicts.exists()


def test_copies_that_exist_are_known_after_a_restore(place: Place) -> None:
    """An erasure must know until when backups hold what is erased."""
    scene = make(place)
    scene.restore(scene.plan())
    with closing(place.open()) as record:
        assert [one.expires_at for one in record.backups.made()] == ["2026-04-01T00:00:00.000000Z"]


def test_the_reason_is_a_payload(place: Place) -> None:
    """It can be erased, and stands in no entry."""
    scene = make(place)
    scene.restore(scene.plan())
    with closing(place.open()) as record:
        assert all(b"Canary" not in entry.body for entry in record.entries())
    assert json.loads(place.sql(f"SELECT data FROM ledger_payload WHERE seq = {HELD}")[0][0]) == {  # noqa: S608
        "reason": "the disk of Ms Canary failed"
    }


def test_another_log_in_place_is_kept_with_its_key(place: Place, tmp_path: Path) -> None:
    """A workspace that was begun anew gives way only when that is declared; its key stays beside."""
    scene = make(place)
    new = Place(tmp_path / "new")
    with closing(new.open()) as record:
        append(record, 2)
    other = new.vkey
    with pytest.raises(ForbiddenError, match="another log"):
        scene.restore(scene.plan(to=new, accept_loss=False))
    scene.restore(scene.plan(to=new))
    new.open().close()
    assert new.vkey == place.vkey
    assert other in [path.read_text(encoding="utf-8") for path in new.keys.glob("former-*/log.vkey")]


def test_without_any_key_nothing_is_put_back(place: Place, tmp_path: Path) -> None:
    """A log that nobody can sign is no record."""
    scene = make(place)
    new = Place(tmp_path / "new")
    shutil.copy(scene.backup, tmp_path / "b.zip")
    with pytest.raises(IntegrityError, match="another passphrase"):
        scene.restore(scene.plan(to=new, passphrase=SECRET + "?"))
    assert not new.store.exists()
