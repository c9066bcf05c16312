"""Files are whole or absent, and JSON Lines end at a line feed alone."""

import os
from pathlib import Path

import pytest

from assay.kernel import InputError, UnavailableError, append_durably, read_json_lines, replace_durably


def test_replacing_leaves_no_temporary_file(tmp_path: Path) -> None:
    """The folder holds the file and nothing else."""
    replace_durably(tmp_path / "a.json", b"old")
    replace_durably(tmp_path / "a.json", b"new")
    assert (tmp_path / "a.json").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


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


def test_lines_end_at_a_line_feed_alone(tmp_path: Path) -> None:
    """U+2028 inside a JSON string does not end the line; empty lines are left out, numbers kept."""
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"a":"x\u2028y"}\r\n\n{"b":1}'.encode())
    assert list(read_json_lines(path)) == [(1, '{"a":"x\u2028y"}'.encode()), (3, b'{"b":1}')]


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    """The message carries the path."""
    with pytest.raises(InputError, match=r"none\.jsonl"):
        list(read_json_lines(tmp_path / "none.jsonl"))
