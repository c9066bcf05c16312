"""`assay store` as a user meets it: output, exit codes, hints."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from assay.app.compose import open_record
from assay.app.doctor import diagnose
from assay.app.workspace import Workspace
from assay.cli.main import _guarded, build_app
from tests.governance.samples import append

SECRET = "correct horse battery"


@dataclass(frozen=True)
class Shell:
    """A workspace and its command line."""

    root: Path
    capture: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Return (exit code, stdout, stderr) of `assay store`."""
        typed: Sequence[str] = ["store", *arguments]
        code = _guarded(lambda: build_app("store")(args=list(typed), prog_name="assay"), as_json=False)
        out, err = self.capture.readouterr()
        return code, out, err

    def json(self, *arguments: str) -> dict[str, object]:
        """Return the last line of stdout."""
        code, out, err = self.run(*arguments, "--json")
        assert code == 0, err
        document: dict[str, object] = json.loads(out.splitlines()[-1])
        return document


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Return a fresh workspace with three entries."""
    (tmp_path / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_BACKUP_PASSPHRASE", SECRET)
    add(2)
    return Shell(tmp_path, capsys)


def add(count: int) -> None:
    """Record reports in the workspace."""
    with closing(open_record(Workspace.find())) as record:
        append(record, count)


def test_a_backup_is_made_checked_and_put_back(shell: Shell) -> None:
    """Each step says what it did; the restore names the lost range and where the old store is."""
    made = shell.json("backup", "b.zip")
    assert (made["size"], made["with_keys"]) == (3, True)
    checked = shell.json("restore", "b.zip", "--dry-run")
    assert (checked["entries"], checked["keys"], checked["digest"]) == (3, "opened", made["digest"])
    add(1)
    code, _, err = shell.run("restore", "b.zip")
    assert (code, "--accept-loss" in err, "entries 3..4" in err) == (2, True, True)
    done = shell.json("restore", "b.zip", "--accept-loss", "--reason", "a test")
    assert (done["restored_size"], done["lost_until"], done["four_eyes"]) == (3, 5, False)
    assert (Path(str(done["aside"])) / "store.sqlite").is_file()


def test_words_for_a_person_say_what_was_lost(shell: Shell) -> None:
    """And that one person alone did it."""
    shell.run("backup", "b.zip")
    _, out, err = shell.run("restore", "b.zip", "--accept-loss")
    assert "lost: entries 3..3" in out
    assert "single user: not four eyes" in out
    assert "is kept" in err


def test_a_backup_without_a_passphrase_is_refused(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hint names both ways out; nothing is written."""
    monkeypatch.delenv("ASSAY_BACKUP_PASSPHRASE")
    code, _, err = shell.run("backup", "b.zip")
    assert (code, "--without-keys" in err, "ASSAY_BACKUP_PASSPHRASE" in err) == (2, True, True)
    assert not Path("b.zip").exists()
    assert shell.json("backup", "b.zip", "--without-keys")["with_keys"] is False


def test_a_passphrase_that_is_typed_is_not_repeated(shell: Shell) -> None:
    """It takes a reference; the word may be the secret itself."""
    code, out, err = shell.run("backup", "b.zip", "--passphrase", "my-secret-canary")
    assert code == 2
    assert "canary" not in out + err


def test_the_schema_is_told(shell: Shell) -> None:
    """From and to."""
    change = shell.json("migrate")
    assert change["from"] == change["to"]


def test_a_store_moves_to_another_file(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log goes on there; the old address refuses."""
    address = f"sqlite:///{shell.root / 'other.sqlite'}"
    assert shell.json("migrate", "--to", address)["entries"] == 3
    code, _, _ = shell.run("backup", "b.zip")
    assert code == 2
    monkeypatch.setenv("ASSAY_STORE", address)
    add(1)
    assert shell.json("backup", "b.zip")["size"] == 4


def test_two_people_are_asked_about_exactly_this_file(shell: Shell) -> None:
    """The request is about the file's digest, and needs two."""
    made = shell.json("backup", "b.zip")
    asked = shell.json("restore", "b.zip", "--ask")
    assert (asked["purpose"], asked["needed"], asked["subject_digest"]) == ("restore", 2, made["digest"])


def test_the_doctor_tells_how_old_the_newest_backup_is(shell: Shell) -> None:
    """None yet, then its age in days."""
    assert [one.found for one in diagnose(shell.root) if one.name == "backup"] == ["none was made yet"]
    shell.run("backup", "b.zip")
    assert [one.found for one in diagnose(shell.root) if one.name == "backup"] == ["made 0 days ago"]
