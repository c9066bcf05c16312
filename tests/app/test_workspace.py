"""Where a workspace keeps its things: modes, its id, and one key folder for each store."""

import shutil
import stat
from contextlib import closing
from pathlib import Path

import pytest

from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.kernel import InputError, MissingError
from tests.governance.samples import append


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace in which nothing was done yet."""
    root = tmp_path / "here"
    root.mkdir()
    (root / "assay.yaml").write_text("version: 1\n", encoding="utf-8")
    return Workspace(root)


def mode_of(path: Path) -> int:
    """Return the permissions of a path."""
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_is_for_its_owner_alone_and_kept_out_of_git(workspace: Workspace) -> None:
    """The state, the key folder and all that is in between."""
    open_record(workspace).close()
    folders = [workspace.state, workspace.key_dir, workspace.key_dir.parent]
    assert [mode_of(folder) for folder in folders] == [0o700] * 3
    assert [mode_of(file) for file in (workspace.id_file, workspace.key_dir / "signing.key")] == [0o600] * 2
    assert (workspace.state / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_preparing_again_changes_nothing(workspace: Workspace) -> None:
    """The id is written once."""
    workspace.prepare_state()
    first = workspace.id_file.read_bytes()
    workspace.prepare_state()
    assert workspace.id_file.read_bytes() == first


def test_a_moved_workspace_finds_its_key(workspace: Workspace, tmp_path: Path) -> None:
    """The path has no part in where the key is."""
    open_record(workspace).close()
    moved = Workspace(workspace.root.rename(tmp_path / "there"))
    with closing(open_record(moved)) as record:
        append(record, 1)
        assert record.doubts() == ()


def test_another_store_leaves_the_first_ones_key_alone(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pointing elsewhere once, and back."""
    with closing(open_record(workspace)) as record:
        append(record, 1)
    with monkeypatch.context() as patch:
        patch.setenv("ASSAY_STORE", f"sqlite:///{workspace.root / 'other.sqlite'}")
        with closing(open_record(Workspace(workspace.root))) as other:
            append(other, 1)
    with closing(open_record(Workspace(workspace.root))) as record:
        append(record, 1)
        assert (record.doubts(), record.checkpoint().size) == ((), 3)


def test_the_password_of_a_store_has_no_part_in_where_its_key_is(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password changes, a database does not; a file is the same under its full address and by default."""
    workspace.prepare_state()

    def folder(store: str) -> Path:
        monkeypatch.setenv("ASSAY_STORE", store)
        return Workspace(workspace.root).key_dir

    assert folder("postgresql://me:old@db/assay") == folder("postgresql://me:n:e%40w@db/assay")
    assert folder("postgresql://me:old@db/assay") != folder("postgresql://me:old@db/other")
    assert folder(f"sqlite:///{workspace.store_file}") == workspace.key_dir


def test_a_lost_id_is_told_with_what_to_restore(workspace: Workspace) -> None:
    """A store keeps its key; a new id would begin another log."""
    open_record(workspace).close()
    workspace.id_file.unlink()
    with pytest.raises(MissingError, match=r"no .*workspace-id, which says where the signing key is") as caught:
        open_record(workspace)
    assert "restore it from a backup; its one line is the name of this workspace's folder in" in caught.value.hint
    assert not workspace.id_file.exists()


def test_an_id_that_leads_elsewhere_is_refused(workspace: Workspace) -> None:
    """A folder that was sent to you does not choose where keys are read."""
    workspace.prepare_state()
    workspace.id_file.write_text("../../elsewhere", encoding="utf-8")
    with pytest.raises(InputError, match="expected 32 hexadecimal digits"):
        open_record(workspace)


def test_a_copied_workspace_continues_the_same_log(workspace: Workspace, tmp_path: Path) -> None:
    """It shares the id, and so the key."""
    open_record(workspace).close()
    copy = Workspace(Path(shutil.copytree(workspace.root, tmp_path / "copy")))
    assert copy.key_dir == workspace.key_dir
    open_record(copy).close()
