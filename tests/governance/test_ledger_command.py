"""`assay ledger` and `assay mlflow` as a user meets them: output, exit codes, hints."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.cli.main import _guarded, build_app
from assay.kernel import ConfigurationError
from tests.governance.samples import append


@dataclass
class Shell:
    """A workspace and its command line."""

    root: Path
    capture: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str]:
        """Return (exit code, stdout)."""
        code = _guarded(lambda: build_app(arguments[0])(args=list(arguments), prog_name="assay"), as_json=False)
        return code, self.capture.readouterr().out

    def json(self, *arguments: str) -> tuple[int, dict[str, object]]:
        """Return (exit code, the last line of stdout)."""
        code, out = self.run(*arguments, "--json")
        document: dict[str, object] = json.loads(out.splitlines()[-1])
        return code, document


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Return a fresh workspace with three entries."""
    (tmp_path / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with closing(open_record(Workspace.find())) as record:
        append(record, 2)
    return Shell(tmp_path, capsys)


def test_a_sound_ledger_ends_with_0(shell: Shell) -> None:
    """With the witness file of the workspace."""
    code, document = shell.json("ledger", "verify")
    assert (code, document["verdict"], document["size"]) == (0, "ok", 3)


def test_a_changed_ledger_ends_with_1_and_names_the_place(shell: Shell) -> None:
    """The position of the change is printed."""
    with closing(sqlite3.connect(Workspace.find().store_file)) as database:
        database.execute("DROP TRIGGER ledger_entry_no_update")
        database.execute("UPDATE ledger_entry SET body = replace(body, 'p-1', 'p-2') WHERE seq = 1")
        database.commit()
    code, out = shell.run("ledger", "verify")
    assert code == 1
    assert "checkpoint 2: " in out


def test_without_a_trusted_checkpoint_it_ends_with_3(shell: Shell) -> None:
    """The store alone cannot exclude a rollback."""
    (Workspace.find().key_dir / "witness.jsonl").unlink()
    code, document = shell.json("ledger", "verify")
    assert (code, document["verdict"]) == (3, "cannot_decide")


def test_a_rollback_with_the_witness_file_deleted_is_never_sound_again(shell: Shell) -> None:
    """Commands go on and witness what comes, yet the lost time is not covered by that."""
    home = Workspace.find()
    older = home.store_file.read_bytes()
    with closing(open_record(home)) as record:
        append(record, 2)
    home.store_file.write_bytes(older)
    (home.key_dir / "witness.jsonl").unlink()
    for _ in range(2):
        assert shell.run("ledger", "checkpoint")[0] == 0
        code, document = shell.json("ledger", "verify")
        assert (code, document["verdict"]) == (3, "cannot_decide")
        assert "begins at entry 3: an earlier one was lost" in str(document["notes"])


def test_a_rollback_to_the_first_entry_with_the_witness_file_deleted_is_not_sound(shell: Shell) -> None:
    """The public key says that the log was in use, so its first entry is not witnessed again."""
    home = Workspace.find()
    home.store_file.unlink()
    (home.key_dir / "witness.jsonl").rename(home.root / "kept.jsonl")
    (home.key_dir / "log.vkey").unlink()
    open_record(home).close()  # begins the log again with the key that is there
    (home.key_dir / "witness.jsonl").unlink()
    open_record(home).close()
    assert shell.json("ledger", "verify")[0] == 3
    with closing(open_record(home)) as record:
        append(record, 1)
    assert shell.json("ledger", "verify")[0] == 3


@pytest.mark.parametrize("also", ["nothing more", "witness.jsonl"])
def test_a_deleted_store_is_not_forgiven(shell: Shell, also: str) -> None:
    """A new log is sound by itself; that an earlier one is not there keeps the verdict open."""
    home = Workspace.find()
    home.store_file.unlink()
    (home.key_dir / also).unlink(missing_ok=True)
    with closing(open_record(home)) as record:
        append(record, 1)
        assert [one.entries for one in record.former_logs()] == [3 if also == "nothing more" else None]
    code, document = shell.json("ledger", "verify")
    assert (code, document["verdict"]) == (3, "cannot_decide")
    assert "entries is not in this store" in str(document["notes"])


def test_a_store_that_comes_back_is_signed_with_its_own_key_again(shell: Shell) -> None:
    """What was begun while it was away held nothing, so nothing is missing."""
    home = Workspace.find()
    away = home.root / "away.sqlite"
    home.store_file.rename(away)
    open_record(home).close()
    home.store_file.unlink()
    away.rename(home.store_file)
    with closing(open_record(home)) as record:
        append(record, 1)
        assert record.doubts() == ()
    assert shell.json("ledger", "verify")[0] == 0


def test_a_checkpoint_that_was_kept_is_trusted(shell: Shell) -> None:
    """What `checkpoint` prints is what `verify --trusted` takes; one of another log is a finding."""
    _, note = shell.run("ledger", "checkpoint")
    kept = shell.root / "kept.txt"
    kept.write_text(note, encoding="utf-8")
    assert shell.json("ledger", "verify", "--trusted", str(kept))[0] == 0
    kept.write_text(note.replace("\n3\n", "\n4\n"), encoding="utf-8")
    assert shell.json("ledger", "verify", "--trusted", str(kept))[0] == 1


@pytest.mark.parametrize("text", ["", "a note that is none\n", '{"size": 3}\n', "\udcff"])
@pytest.mark.parametrize("option", ["--trusted", "--key"])
def test_a_file_that_holds_something_else_is_wrong_input(shell: Shell, option: str, text: str) -> None:
    """What was named by mistake is no evidence of tampering."""
    file = shell.root / "file.txt"
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    assert shell.run("ledger", "verify", option, str(file))[0] == 2


def test_a_witness_file_that_was_emptied_is_a_lost_one(shell: Shell) -> None:
    """Nothing is held against nothing."""
    (Workspace.find().key_dir / "witness.jsonl").write_bytes(b"")
    assert shell.json("ledger", "verify")[0] == 3


@pytest.mark.usefixtures("shell")
def test_a_store_with_a_wrong_address_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A port that is no number, and an address that is none."""
    for address in ("postgresql://me:s3cret@host:badport/db", "postgresql/me:s3cret@host"):
        monkeypatch.setenv("ASSAY_STORE", address)
        with pytest.raises(ConfigurationError, match="it is no database URL, or its port is no number") as caught:
            open_record(Workspace.find())
        assert "s3cret" not in f"{caught.value} {caught.value.hint}"


def test_an_auditor_needs_three_files_and_no_workspace(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Store, key and checkpoint are enough."""
    home = Workspace.find()
    monkeypatch.chdir("/")
    files = (
        "--store",
        home.store_file,
        "--key",
        home.key_dir / "log.vkey",
        "--trusted",
        home.key_dir / "witness.jsonl",
    )
    assert shell.json("ledger", "verify", *map(str, files))[0] == 0


def test_the_log_lists_the_newest_entries(shell: Shell) -> None:
    """The last ones, in order, with the size of the whole."""
    _, document = shell.json("ledger", "log", "--limit", "2")
    entries = document["entries"]
    assert isinstance(entries, Sequence)
    assert [(entry["seq"], entry["action"]) for entry in entries] == [(1, "report.built"), (2, "report.built")]
    assert document["size"] == 3


def test_an_entry_that_is_not_there_is_wrong_usage(shell: Shell) -> None:
    """A proof of nothing is refused."""
    assert shell.run("ledger", "prove", "3")[0] == 2
    assert shell.json("ledger", "prove", "1")[1]["seq"] == 1


def test_nothing_to_mirror_is_fine_and_needs_no_mlflow(shell: Shell) -> None:
    """An empty queue ends with 0 at once."""
    models: dict[str, list[str]] = {"recorded": [], "told": [], "alerts": [], "failed": []}
    assert shell.json("mlflow", "sync") == (0, {"mirrored": [], "failed": [], "pending": 0, "models": models})
