"""Files are whole or absent."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assay.kernel import (
    FOR_OTHERS,
    UnavailableError,
    append_durably,
    private_folder,
    replace_durably,
)


def test_replacing_leaves_no_temporary_file(tmp_path: Path) -> None:
    """The folder holds the file and nothing else."""
    replace_durably(tmp_path / "a.json", b"old")
    replace_durably(tmp_path / "a.json", b"new")
    assert (tmp_path / "a.json").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_file_is_its_owners_alone_unless_it_is_for_others(tmp_path: Path) -> None:
    """The mode is chosen by who writes, whatever was there before."""
    replace_durably(tmp_path / "a.json", b"for others", mode=FOR_OTHERS)
    replace_durably(tmp_path / "a.json", b"texts")
    replace_durably(tmp_path / "b.json", b"for others", mode=FOR_OTHERS)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"a.json": 0o600, "b.json": 0o644}


def test_a_link_that_waits_under_a_name_of_ours_is_not_followed(tmp_path: Path) -> None:
    """Whoever can write to the folder cannot foresee where a secret is written first."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"kept")
    (tmp_path / f".a.key.{os.getpid()}.tmp").symlink_to(victim)
    replace_durably(tmp_path / "a.key", b"secret")
    assert (victim.read_bytes(), (tmp_path / "a.key").read_bytes()) == (b"kept", b"secret")


def test_threads_that_replace_one_file_leave_one_of_theirs_whole(tmp_path: Path) -> None:
    """Each writes beside the others."""
    contents = [bytes([mark]) * 200_000 for mark in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda data: replace_durably(tmp_path / "a.json", data), contents))
    assert (tmp_path / "a.json").read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_private_folders_are_made_with_those_above_them(tmp_path: Path) -> None:
    """Every folder that was missing is the owner's alone; one that was there keeps its mode."""
    tmp_path.chmod(0o755)
    private_folder(tmp_path / "a" / "b")
    private_folder(tmp_path / "a" / "b")
    modes = [folder.stat().st_mode & 0o777 for folder in (tmp_path, tmp_path / "a", tmp_path / "a" / "b")]
    assert modes == [0o755, 0o700, 0o700]
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        private_folder(tmp_path / "file")


def test_a_refused_write_keeps_the_old_file(tmp_path: Path) -> None:
    """A folder in the way of the rename leaves the old content and no half file."""
    (tmp_path / "a.json").mkdir()
    (tmp_path / "a.json" / "kept").touch()
    with pytest.raises(UnavailableError, match=r"a\.json"):
        replace_durably(tmp_path / "a.json", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_full_disk_is_an_error_with_the_way_out() -> None:
    """/dev/full refuses every byte, as a full disk does."""
    descriptor = os.open("/dev/full", os.O_WRONLY)
    try:
        with pytest.raises(UnavailableError) as caught:
            append_durably(descriptor, [b"{}"])
    finally:
        os.close(descriptor)
    assert "resumes" in caught.value.hint
