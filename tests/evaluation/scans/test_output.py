"""The output and its state: what was committed stays, what was not is cut off, what was changed is noticed."""

from pathlib import Path

import pytest

from assay.kernel import InputError, IntegrityError, UnavailableError
from evaluation.scans import Output, read_progress


def begin(folder: Path) -> Output:
    """Open an output where its state says, or anew."""
    return Output(folder / "out", folder / "state", read_progress(folder / "state"))


def write(output: Output, lines: bytes, mark: str) -> None:
    """Write and commit one row."""
    output.write(lines)
    output.progress.rows += 1
    output.commit(mark)


def test_what_was_not_committed_is_cut_off(tmp_path: Path) -> None:
    """A torn line after a crash is gone, and its row is written once."""
    with begin(tmp_path) as output:
        write(output, b"one\n", "m1")
        output.write(b"tw")
    with begin(tmp_path) as output:
        assert (output.progress.rows, output.progress.mark) == (1, "m1")
        assert (tmp_path / "out").read_bytes() == b"one\n"
        write(output, b"two\n", "m2")
    assert (tmp_path / "out").read_bytes() == b"one\ntwo\n"


@pytest.mark.parametrize("found", [b"on", b"ONE\ntwo\n", b""])
def test_an_output_that_was_changed_is_not_gone_on_with(tmp_path: Path, found: bytes) -> None:
    """Neither a shorter one nor one with other bytes."""
    with begin(tmp_path) as output:
        write(output, b"one\n", "m1")
    (tmp_path / "out").write_bytes(found)
    with pytest.raises(IntegrityError, match="does not begin with the 1 rows"):
        begin(tmp_path)


def test_a_state_that_is_none_is_not_believed(tmp_path: Path) -> None:
    """Half a file and a wrong field."""
    for data in (b"{", b'{"rows": 1}', b'{"tally": {}, "stranger": 1}'):
        (tmp_path / "state").write_bytes(data)
        with pytest.raises(IntegrityError):
            begin(tmp_path)


def test_one_scan_writes_an_output_at_a_time(tmp_path: Path) -> None:
    """Another one is refused, whether it begins anew or goes on."""
    with begin(tmp_path):
        with pytest.raises(UnavailableError, match="another scan"):
            begin(tmp_path)
        with pytest.raises(UnavailableError, match="another scan"):
            Output(tmp_path / "out", tmp_path / "other", None)
    begin(tmp_path).__exit__()


def test_an_older_output_keeps_its_reader(tmp_path: Path) -> None:
    """A new scan writes a new file under the name."""
    (tmp_path / "out").write_bytes(b"old")
    with (tmp_path / "out").open("rb") as reader, begin(tmp_path) as output:
        write(output, b"new\n", "")
        assert reader.read() == b"old"
    assert (tmp_path / "out").read_bytes() == b"new\n"


def test_a_pipe_is_no_output(tmp_path: Path) -> None:
    """A scan has to be able to go on in it."""
    with pytest.raises(InputError, match="no regular file"):
        Output(Path("/dev/null"), tmp_path / "state", None)
