"""The key of text digests."""

from pathlib import Path

import pytest

from assay.app.init import create_workspace
from assay.app.scan_key import text_key
from assay.app.workspace import Workspace
from assay.kernel import IntegrityError


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with keys of its own."""
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "keys"))
    return create_workspace(tmp_path / "w")


def test_it_is_made_once_for_its_owner_alone_and_outside_the_workspace(workspace: Workspace) -> None:
    """32 bytes, 0600, and the same at the next call."""
    key = text_key(workspace)
    path = workspace.key_dir / "text-digest.key"
    assert (len(key), text_key(workspace)) == (32, key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not path.is_relative_to(workspace.root)
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_key_that_was_cut_is_not_used(workspace: Workspace) -> None:
    """Digests would no longer compare."""
    text_key(workspace)
    (workspace.key_dir / "text-digest.key").write_bytes(b"short")
    with pytest.raises(IntegrityError, match="holds 5 bytes"):
        text_key(workspace)
