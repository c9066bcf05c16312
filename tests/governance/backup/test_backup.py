"""Backups: what is in the file, what is never in it, and what a changed file is found by."""

import base64
import hashlib
import json
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from assay.kernel import ConfigurationError, ForbiddenError, InputError, IntegrityError, UnavailableError
from governance.backup import BackupPlan, MadeBackup, Manifest, check_backup, open_archive, open_sealed
from governance.backup._archive import ArchiveWriter
from governance.ledger import Actor
from governance.record import Record
from governance.verifier import LedgerVerdict
from tests.governance.samples import ME, Place, append, on_both_stores

SECRET = "correct horse battery"


def plan_of(place: Place, *, passphrase: str | None = SECRET) -> BackupPlan:
    """Return a plan with the run logs and a file."""
    return BackupPlan(
        folders={"runs": place.path / "runs"},
        files={"workspace/assay.yaml": place.path / "assay.yaml"},
        passphrase=passphrase,
        expires_at="2026-04-01T00:00:00.000000Z",
    )


def back_up(record: Record, place: Place, *, passphrase: str | None = SECRET) -> tuple[Path, MadeBackup, Manifest]:
    """Make a backup beside the store."""
    out = place.path / "backup.zip"
    return out, *record.backups.make(out, plan_of(place, passphrase=passphrase), ME)


@on_both_stores
def test_a_backup_holds_everything_and_is_recorded(place: Place) -> None:
    """Store, run logs, settings, witness file and sealed key; the entry names the file's digest and size."""
    (place.path / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    with closing(place.open()) as record:
        record.ingest_run(place.run("a").directory, ME)
        out, made, manifest = back_up(record, place)
        assert (made.size, record.entries()[made.seq].subject.digest) == (3, made.digest)
        assert record.backups.made() == (made,)
    assert {"store.sqlite", "witness.jsonl", "log.vkey", "keys.sealed", "workspace/assay.yaml"} < set(manifest.files)
    assert "runs/run-1/payloads.jsonl" in manifest.files
    checked = check_backup(out, SECRET)
    assert (checked.digest, checked.manifest, checked.keys_opened) == (made.digest, manifest, True)
    assert (checked.verification.verdict, checked.verification.size) == (LedgerVerdict.OK, 3)
    assert out.stat().st_mode & 0o077 == 0


@on_both_stores
def test_a_backup_is_one_state_while_writers_go_on(place: Place) -> None:
    """Entries that come meanwhile are in the next one."""
    with closing(place.open()) as record, closing(place.open()) as other:
        append(record, 20)
        writer = threading.Thread(target=append, args=(other, 40))
        writer.start()
        out, made, _ = back_up(record, place)
        writer.join()
        assert 21 <= made.size <= 61
        assert len(record.reports()) == 60
    assert check_backup(out).verification.size == made.size


def test_the_key_is_never_there_in_the_clear(place: Place) -> None:
    """Not its bytes, not their base64; the passphrase opens it, another one does not."""
    with closing(place.open()) as record:
        out, _, manifest = back_up(record, place)
    seed = json.loads((place.keys / "signing.key").read_bytes())["seed"]
    with zipfile.ZipFile(out) as file:
        everything = b"".join(file.read(name) for name in file.namelist())
        sealed = file.read("keys.sealed")
    assert seed.encode() not in everything
    assert base64.b64decode(seed) not in everything
    assert SECRET.encode() not in everything
    files = open_sealed(sealed, SECRET, manifest.digests())
    assert files["signing.key"] == (place.keys / "signing.key").read_bytes()
    with pytest.raises(IntegrityError, match="another passphrase"):
        check_backup(out, SECRET + "!")


def test_without_keys_there_are_none(place: Place) -> None:
    """And no passphrase is needed."""
    with closing(place.open()) as record:
        out, _, manifest = back_up(record, place, passphrase=None)
        assert record.entries()[-1].details["keys"] == "none"
    assert not manifest.has_keys
    assert check_backup(out, SECRET).keys_opened is None


def test_a_short_passphrase_is_refused_before_anything_is_written(place: Place) -> None:
    """It would protect nothing."""
    with closing(place.open()) as record:
        with pytest.raises(ConfigurationError, match="expected at least 12"):
            back_up(record, place, passphrase="short")
        assert record.backups.made() == ()
    assert not list(place.path.glob("*backup*"))


def test_a_backup_is_never_overwritten(place: Place) -> None:
    """The file that is there stays as it is."""
    with closing(place.open()) as record:
        out, _, _ = back_up(record, place)
        before = out.read_bytes()
        with pytest.raises(InputError, match="is there already"):
            back_up(record, place)
    assert out.read_bytes() == before


def test_the_same_files_give_the_same_bytes(place: Place) -> None:
    """Without what is random in the sealed keys; nothing of the clock or the machine is in the file."""
    manifest = None
    for name in ("one.zip", "two.zip"):
        with (place.path / name).open("wb") as stream:
            writer = ArchiveWriter(stream)
            writer.add("b", [b"2", b"3"])
            writer.add("a", [b"1"])
            manifest = manifest or Manifest(
                assay="1", schema="1", origin="o", size=1, checkpoint="c", made_at="t", expires_at=None, files={}
            )
            writer.close(manifest)
    assert (place.path / "one.zip").read_bytes() == (place.path / "two.zip").read_bytes()


def rewritten(source: Path, target: Path, *, changed: dict[str, bytes | None], added: str = "") -> Path:
    """Write the ZIP anew with files changed, left out (None) or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = changed.get(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        if added:
            new.writestr(added, b"x")
    return target


VERDICTS = "runs/run-1/verdicts.jsonl"


@pytest.mark.parametrize(
    ("changed", "added", "words"),
    [
        ({VERDICTS: b"{}\n"}, "", "is not what its manifest says"),
        ({VERDICTS: None}, "", "other files than its manifest"),
        ({}, "more", "other files than its manifest"),
    ],
)
def test_whatever_is_changed_in_the_file_is_found(
    place: Place, changed: dict[str, bytes | None], added: str, words: str
) -> None:
    """Other content, a file that is missing, one too many."""
    with closing(place.open()) as record:
        record.ingest_run(place.run("a").directory, ME)
        out, _, _ = back_up(record, place)
    with pytest.raises(IntegrityError, match=words):
        check_backup(rewritten(out, place.path / "other.zip", changed=changed, added=added))


def test_one_byte_is_found(place: Place) -> None:
    """The length alone would not tell."""
    with closing(place.open()) as record:
        record.ingest_run(place.run("a").directory, ME)
        out, _, _ = back_up(record, place)
    with zipfile.ZipFile(out) as file:
        data = file.read(VERDICTS)
    wrong = rewritten(out, place.path / "other.zip", changed={VERDICTS: bytes([data[0] ^ 1]) + data[1:]})
    with pytest.raises(IntegrityError, match="is not what its manifest says"):
        check_backup(wrong)


def test_a_file_that_was_cut_is_no_backup(place: Place) -> None:
    """The list of files stands at its end."""
    with closing(place.open()) as record:
        out, _, _ = back_up(record, place)
    out.write_bytes(out.read_bytes()[:-200])
    with pytest.raises(InputError, match="no backup"):
        check_backup(out)


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "a//b", "a\\b"])
def test_a_name_that_leads_elsewhere_is_refused(place: Place, name: str) -> None:
    """Whoever forged the manifest with it."""
    with closing(place.open()) as record:
        out, _, _ = back_up(record, place)
    wrong = forged(out, place.path / "forged.zip", name, b"x")
    with zipfile.ZipFile(wrong, "a") as file:
        file.writestr(name, b"x")
    with pytest.raises(IntegrityError, match="leads elsewhere"):
        check_backup(wrong)


def forged(out: Path, target: Path, name: str, data: bytes) -> Path:
    """Change a file and the manifest with it, as somebody does who knows the form."""
    with zipfile.ZipFile(out) as file:
        manifest = json.loads(file.read("manifest.json"))
    manifest["files"][name] = {"digest": f"sha256:{hashlib.sha256(data).hexdigest()}", "size": len(data)}
    return rewritten(out, target, changed={name: data, "manifest.json": json.dumps(manifest).encode()})


def test_a_forged_manifest_does_not_open_the_keys(place: Place) -> None:
    """They are bound to every other file: with the passphrase, an exchanged document shows."""
    (place.path / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    with closing(place.open()) as record:
        out, _, _ = back_up(record, place)
    wrong = forged(out, place.path / "forged.zip", "workspace/assay.yaml", b"version: 2\n")
    assert check_backup(wrong).keys_opened is None
    with pytest.raises(IntegrityError, match="or a file of the backup was changed"):
        check_backup(wrong, SECRET)


def test_a_forged_store_does_not_verify(place: Place) -> None:
    """The ledger in the file is checked as any other, without a passphrase."""
    with closing(place.open()) as record:
        append(record, 3)
        out, _, _ = back_up(record, place)
    copy = place.path / "changed.sqlite"
    with open_archive(out) as archive:
        archive.extract("store.sqlite", copy)
    other = Place(place.path, server_url=f"sqlite:///{copy}")
    other.sql("DROP TRIGGER report_no_update")
    other.sql("UPDATE report SET kind = 'x'")
    with pytest.raises(IntegrityError, match="does not verify"):
        check_backup(forged(out, place.path / "forged.zip", "store.sqlite", copy.read_bytes()))


def test_somebody_who_may_not_gets_no_copy(place: Place) -> None:
    """The right is asked for before the first byte."""
    with closing(place.open()) as record, pytest.raises(ForbiddenError):
        record.backups.make(place.path / "b.zip", plan_of(place), Actor(id="p-2", method="token"))
    assert not (place.path / "b.zip").exists()


def test_a_full_disk_leaves_no_half_backup(place: Place) -> None:
    """And no entry that names one."""
    with closing(place.open()) as record:
        with pytest.raises(UnavailableError, match="cannot write the backup"):
            record.backups.make(place.path / "none" / "b.zip", plan_of(place), ME)
        assert record.backups.made() == ()
    assert not list(place.path.rglob("*partial*"))
