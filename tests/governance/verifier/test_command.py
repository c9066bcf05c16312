"""`assay ledger prove`, `verify` and `verifier` as a user meets them: files, exit codes, and a store on a server."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from assay.app.compose import open_record
from assay.app.workspace import Workspace
from governance.verifier.single_file import single_file
from tests.governance.samples import Place, append
from tests.governance.test_ledger_command import Shell
from tests.governance.verifier.stamping import Authority


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Return a fresh workspace with three entries."""
    (tmp_path / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with closing(open_record(Workspace.find())) as record:
        append(record, 2)
    return Shell(tmp_path, capsys)


def kept(shell: Shell) -> Path:
    """Keep the newest checkpoint, as an auditor does."""
    path = shell.root / "checkpoint.txt"
    path.write_text(shell.run("ledger", "checkpoint")[1], encoding="utf-8")
    return path


def key_of() -> Path:
    """Return the public key of the workspace."""
    return Workspace.find().key_dir / "log.vkey"


def test_a_proof_in_a_file_is_verified_without_the_workspace(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry, under the checkpoint and the key that were kept."""
    trusted, key, proof = kept(shell), key_of(), shell.root / "proof.json"
    assert shell.run("ledger", "prove", "1", "--out", str(proof))[0] == 0
    monkeypatch.chdir("/")
    code, document = shell.json("ledger", "verify", "--proof", str(proof), "--key", str(key), "--trusted", str(trusted))
    assert (code, document["verdict"], document["size"]) == (0, "ok", 3)
    assert shell.run("ledger", "verify", "--proof", str(proof), "--key", str(key))[0] == 3
    proof.write_text(proof.read_text(encoding="utf-8").replace("p-1", "p-2"), encoding="utf-8")
    code, out = shell.run("ledger", "verify", "--proof", str(proof), "--key", str(key), "--trusted", str(trusted))
    assert code == 1
    assert "entry 1: its path does not lead" in out


def test_a_ledger_that_went_on_continues_the_checkpoint_that_was_kept(shell: Shell) -> None:
    """`prove --from` joins what was kept with what is there now."""
    trusted = kept(shell)
    with closing(open_record(Workspace.find())) as record:
        append(record, 3)
    proof = shell.root / "proof.json"
    assert shell.run("ledger", "prove", "--from", str(trusted), "--out", str(proof))[0] == 0
    options = ("--key", str(key_of()), "--trusted", str(trusted))
    code, out = shell.run("ledger", "verify", "--proof", str(proof), *options)
    assert code == 0
    assert "begins with the 3 of the older checkpoint" in out


def test_proving_nothing_and_naming_something_else_is_wrong_usage(shell: Shell) -> None:
    """Without an entry and without a checkpoint there is nothing to prove."""
    other = shell.root / "other.txt"
    other.write_text("no checkpoint\n", encoding="utf-8")
    assert shell.run("ledger", "prove")[0] == 2
    assert shell.run("ledger", "prove", "--from", str(other))[0] == 2
    assert shell.run("ledger", "verify", "--proof", str(shell.root / "none.json"))[0] == 2
    assert shell.run("ledger", "verify", "--tsa-cert", str(other))[0] == 2


def test_options_reach_the_verifier(shell: Shell) -> None:
    """A fast look says so; a certificate and a folder of runs are read."""
    certificate = shell.root / "tsa.pem"
    certificate.write_bytes(Authority.make().pem)
    code, document = shell.json("ledger", "verify", "--fast", "--tsa-cert", str(certificate), "--runs", str(shell.root))
    assert (code, document["is_fast"]) == (0, True)


def test_a_declared_rotation_is_followed_by_the_command(shell: Shell) -> None:
    """After the record's own rotation the key that was published before is still enough."""
    first = shell.root / "first.vkey"
    first.write_bytes(key_of().read_bytes())
    with closing(open_record(Workspace.find())) as record:
        append(record, 1)
    assert shell.run("ledger", "rotate-key", "--post-quantum")[0] == 0
    code, document = shell.json("ledger", "verify", "--key", str(first))
    assert (code, document["verdict"]) == (0, "ok")
    keys = document["keys"]
    assert isinstance(keys, list)
    assert len(keys) == 2


def test_the_program_that_is_written_verifies_the_store(shell: Shell) -> None:
    """The same bytes as the package makes, and they run."""
    program, home = shell.root / "verify_ledger.py", Workspace.find()
    assert shell.run("ledger", "verifier", "--out", str(program))[0] == 0
    assert program.read_text(encoding="utf-8") == single_file()
    assert shell.run("ledger", "verifier")[1] == single_file()
    assert shell.json("ledger", "verifier")[1]["program"] == single_file()
    options = ("--key", key_of(), "--trusted", home.key_dir / "witness.jsonl")
    command = [sys.executable, str(program), str(home.store_file), *map(str, options)]
    assert subprocess.run(command, check=False, capture_output=True, cwd="/").returncode == 0
    with closing(sqlite3.connect(home.store_file)) as database:
        database.execute("DELETE FROM outbox")
        database.execute("DROP TRIGGER run_no_update")
        database.commit()
    assert subprocess.run(command, check=False, capture_output=True, cwd="/").returncode == 1


@pytest.mark.soak
@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_a_store_on_a_server_is_verified_in_a_copy(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One state of its tables, taken in one transaction; an edit on the server is found, its place named."""
    (place.path / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    monkeypatch.chdir(place.path)
    monkeypatch.setenv("ASSAY_STORE", place.url)
    shell = Shell(place.path, capsys)
    with closing(open_record(Workspace.find())) as record:
        append(record, 3)
    code, document = shell.json("ledger", "verify")
    assert (code, document["verdict"], document["size"]) == (0, "ok", 4)
    place.sql("ALTER TABLE ledger_entry DISABLE TRIGGER ALL")
    place.sql("UPDATE ledger_entry SET body = convert_to(replace(convert_from(body, 'UTF8'), 'p-1', 'p-2'), 'UTF8')"
              " WHERE seq = 2")  # fmt: skip
    code, out = shell.run("ledger", "verify")
    assert code == 1
    assert "entry 2: its tile holds the hash of another one" in out
