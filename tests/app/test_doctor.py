"""What the doctor says about the record."""

from contextlib import closing
from pathlib import Path

import pytest

from assay.app.compose import open_record
from assay.app.doctor import Check, diagnose
from assay.app.workspace import Workspace
from tests.governance.samples import append


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace with three entries in its ledger."""
    (tmp_path / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    made = Workspace(tmp_path)
    with closing(open_record(made)) as record:
        append(record, 2)
    return made


def record_checks(workspace: Workspace) -> list[Check]:
    """Return the checks of the record."""
    return [one for one in diagnose(workspace.root) if one.name in {"store", "ledger", "signing key"}]


def seen(workspace: Workspace) -> list[tuple[str, str, str]]:
    """Return (name, state, what was found) of the checks of the record."""
    return [(one.name, one.state.value, one.found) for one in record_checks(workspace)]


def test_a_record_that_works_is_ok(workspace: Workspace) -> None:
    """It was opened and read."""
    assert seen(workspace) == [("store", "ok", "it answers, 3 entries in its ledger")]


def test_looking_at_a_new_workspace_makes_nothing(tmp_path: Path) -> None:
    """The first run makes the store."""
    (tmp_path / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    assert [(one.name, one.state.value) for one in record_checks(Workspace(tmp_path))] == [("store", "note")]
    Workspace(tmp_path).prepare_state()
    assert [(one.name, one.state.value) for one in record_checks(Workspace(tmp_path))] == [("store", "note")]
    assert not Workspace(tmp_path).store_file.exists()


def test_an_older_copy_of_the_store_is_a_problem(workspace: Workspace) -> None:
    """It answers, and the witness file knows more than it."""
    older = workspace.store_file.read_bytes()
    with closing(open_record(workspace)) as record:
        append(record, 1)
    workspace.store_file.write_bytes(older)
    assert [(name, state) for name, state, _ in seen(workspace)] == [("store", "problem")]
    assert "it is older than its witness file" in seen(workspace)[0][2]


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("store.sqlite", "the store is missing, and its log was in use"),
        ("workspace-id", "which says where the signing key is"),
        ("witness.jsonl", "witness.jsonl is missing: cannot exclude rollback"),
        ("signing.key", "the key that signs this store"),
    ],
)
def test_what_was_lost_is_a_problem(workspace: Workspace, lost: str, words: str) -> None:
    """Store, id, witness file and key."""
    (next(folder for folder in (workspace.state, workspace.key_dir) if (folder / lost).exists()) / lost).unlink()
    problems = [found for _, state, found in seen(workspace) if state == "problem"]
    assert len(problems) == 1
    assert words in problems[0]


def test_a_store_that_is_none_or_does_not_answer_is_a_problem(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Garbage in its place, and an address that cannot be used."""
    workspace.store_file.write_bytes(b"this is not a database" * 100)
    assert [state for _, state, _ in seen(workspace)] == ["problem"]
    monkeypatch.setenv("ASSAY_STORE", "postgresql://me:s3cret@host:badport/db")
    ((name, state, found),) = seen(Workspace(workspace.root))
    assert (name, state) == ("store", "problem")
    assert "s3cret" not in found


def test_a_key_that_others_may_read_is_a_problem(workspace: Workspace) -> None:
    """The command that mends it is named."""
    key = workspace.key_dir / "signing.key"
    key.chmod(0o644)
    check = record_checks(workspace)[-1]
    assert (check.name, check.state.value, check.fix) == ("signing key", "problem", f"chmod 600 {key}")
