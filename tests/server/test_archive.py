"""Archives that are no run log: bombs, paths, links, cut ones; none leaves anything behind."""

import contextlib
import gzip
import io
import tarfile
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.app.server_archive import NAMES, TooLargeError, unpack_run
from assay.kernel import AssayError, InputError

MIB = 1 << 20


def archive(*members: tuple[str | tarfile.TarInfo, bytes], form: int = tarfile.USTAR_FORMAT) -> bytes:
    """Return a tar with these members."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as tar:
        for name, data in members:
            member = tarfile.TarInfo(name) if isinstance(name, str) else name
            if member.isreg():
                member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return made.getvalue()


GOOD = (("run.json", b"{}"), ("verdicts.jsonl", b"{}\n"))


def of_kind(name: str, kind: bytes) -> tuple[tarfile.TarInfo, bytes]:
    """Return a member that is no plain file."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc/passwd"
    return member, b""


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_what_tar_makes_is_taken(tmp_path: Path, compress: Callable[[bytes], bytes], form: int) -> None:
    """Plain or gzipped, in every form that programs write, with or without ./ and times in fractions."""
    late = tarfile.TarInfo("./payloads.jsonl")
    late.mtime = 1.5
    made = archive(of_kind("./", tarfile.DIRTYPE), *GOOD, (late, b"{}\n"), form=form)
    unpack_run(io.BytesIO(compress(made)), tmp_path, most=MIB)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {**dict(GOOD), "payloads.jsonl": b"{}\n"}


BAD = {
    "a path upwards": archive(*GOOD, ("../escaped", b"x")),
    "an absolute path": archive(*GOOD, ("/root/escaped", b"x")),
    "a name in a folder": archive(*GOOD, ("folder/run.json", b"x")),
    "a link": archive(GOOD[0], of_kind("verdicts.jsonl", tarfile.SYMTYPE)),
    "a hard link": archive(GOOD[0], of_kind("verdicts.jsonl", tarfile.LNKTYPE)),
    "a device": archive(*GOOD, of_kind("payloads.jsonl", tarfile.CHRTYPE)),
    "another file": archive(*GOOD, ("lock", b"")),
    "a file twice": archive(*GOOD, GOOD[0]),
    "a file too few": archive(GOOD[0]),
    "nothing": b"",
    "text": b"hello" * 500,
    "a cut tar": archive(*GOOD)[:700],
    "a cut gzip": gzip.compress(archive(*GOOD, ("payloads.jsonl", bytes(range(256)) * 64)))[:-400],
    "a broken gzip": b"\x1f\x8b" + b"x" * 100,
    "a long header about headers": archive(*GOOD, ("a/" * 40_000, b"x"), form=tarfile.PAX_FORMAT),
}


@pytest.mark.parametrize("what", sorted(BAD))
def test_what_is_no_run_log_is_refused(tmp_path: Path, what: str) -> None:
    """A message, and no file outside the folder."""
    folder = tmp_path / "in" / "folder"
    folder.mkdir(parents=True)
    with pytest.raises(InputError):
        unpack_run(io.BytesIO(BAD[what]), folder, most=MIB)
    assert {path.name for path in folder.rglob("*")} <= set(NAMES)
    assert list((tmp_path / "in").iterdir()) == [folder]


@pytest.mark.parametrize("name", ["verdicts.jsonl", "endless"])
def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path, name: str) -> None:
    """64 MiB of zeros in 64 KiB: neither the disk nor the memory sees more than a part of it."""
    bomb = gzip.compress(archive(GOOD[0], (name, bytes(64 * MIB))))
    assert len(bomb) < MIB // 8
    tracemalloc.start()
    try:
        with pytest.raises((TooLargeError, InputError)):
            unpack_run(io.BytesIO(bomb), tmp_path, most=MIB)
        assert tracemalloc.get_traced_memory()[1] < 2 * MIB
    finally:
        tracemalloc.stop()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 2 * MIB


def test_a_size_that_lies_is_refused(tmp_path: Path) -> None:
    """A header that promises more than comes is cut off; one that promises less leaves rubbish behind it."""
    honest = archive(*GOOD)
    member = tarfile.TarInfo("verdicts.jsonl")
    member.size = 5000
    with pytest.raises(InputError, match="cut off"):
        unpack_run(io.BytesIO(honest[:1024] + member.tobuf() + b"{}\n"), tmp_path, most=MIB)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=3000), st.integers(0, 1600))
def test_no_bytes_do_anything_but_refuse_or_unpack(noise: bytes, at: int) -> None:
    """Any bytes over any part of a good archive end in an error of ours or in files of a run log."""
    good = archive(*GOOD)
    made = good[:at] + noise + good[at + len(noise) :]
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.suppress(AssayError):
            unpack_run(io.BytesIO(made), Path(folder), most=MIB)
        assert {path.name for path in Path(folder).iterdir()} <= set(NAMES)
