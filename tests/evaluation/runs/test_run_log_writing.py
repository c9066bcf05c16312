"""Writing a run log: torn tails, full disks, and one writer at a time."""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError, UnavailableError
from evaluation.runs import (
    RunLog,
    RunLogWriter,
    RunOutcome,
)
from evaluation.runs._encoding import encode_row
from tests.evaluation.runs.samples import plan_for, row, write_log

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def test_a_torn_last_line_does_not_count_and_is_cut_at_resume(tmp_path: Path) -> None:
    """What a crash left half-written goes; whole lines stay byte for byte."""
    log = write_log(tmp_path / "r", plan_for(["a", "b"]), [row("a")])
    whole = log.verdicts_file.read_bytes()
    log.verdicts_file.write_bytes(whole + b'{"answer":{"commit')
    log.payloads_file.write_bytes(log.payloads_file.read_bytes() + b'{"answer": "x')

    assert [one.id for one in log.rows()] == ["a"]

    async def go_on() -> None:
        async with RunLogWriter.resume(log.directory) as writer:
            await writer.append(row("b"))

    asyncio.run(go_on())
    assert log.verdicts_file.read_bytes().startswith(whole)
    assert log.completeness().outcome is RunOutcome.COMPLETE
    assert log.verify_payloads() == (2, 0)


@given(kept=st.integers(0, 2), torn=st.integers(0, 400))
def test_any_torn_tail_is_cut_to_whole_lines(kept: int, torn: int) -> None:
    """Wherever the crash cut the file, resuming leaves exactly the lines that were whole."""
    lines = [encode_row(row(name), bytes(32))[1] + b"\n" for name in "abc"]
    data = b"".join(lines[:kept]) + lines[kept][: min(torn, len(lines[kept]) - 1)]
    descriptor = os.memfd_create("log")
    os.write(descriptor, data)

    from evaluation.runs._resume import cut_torn_tail  # noqa: PLC0415 - beside its only use

    cut_torn_tail(descriptor)

    assert os.pread(descriptor, len(data) + 1, 0) == b"".join(lines[:kept])
    os.close(descriptor)


def test_two_writers_never_share_a_run(tmp_path: Path) -> None:
    """The second is told that the run is being written."""
    plan = plan_for(["a"])

    async def both() -> None:
        async with RunLogWriter.create(tmp_path / "r", plan):
            RunLogWriter.resume(tmp_path / "r")

    with pytest.raises(UnavailableError, match="another process"):
        asyncio.run(both())


def test_a_run_folder_is_never_written_over(tmp_path: Path) -> None:
    """Creating a run that exists is refused and hints at resuming."""
    write_log(tmp_path / "r", plan_for(["a"]), [])

    with pytest.raises(InputError) as caught:
        RunLogWriter.create(tmp_path / "r", plan_for(["a"]))
    assert "--resume" in caught.value.hint


def test_a_full_disk_fails_every_waiting_row_and_leaves_whole_lines(tmp_path: Path) -> None:
    """The message names the file and how to go on; nothing half-written stays."""

    async def write() -> list[BaseException | None]:
        writer = RunLogWriter.create(tmp_path / "r", plan_for(["a", "b", "c"]))
        await writer.append(row("a"))
        os.dup2(os.open("/dev/full", os.O_WRONLY), writer._payloads)
        ends = await asyncio.gather(writer.append(row("b")), writer.append(row("c")), return_exceptions=True)
        await writer.close()
        return list(ends)

    ends = asyncio.run(write())

    assert all(isinstance(end, UnavailableError) for end in ends)
    assert "payloads.jsonl: No space left" in str(ends[0])
    assert [one.id for one in RunLog.open(tmp_path / "r").rows()] == ["a"]


def test_what_a_full_disk_took_in_half_is_cut_away_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that was written in part is not left in the file."""

    def half(descriptor: int, lines: list[bytes]) -> None:
        os.write(descriptor, lines[0][:10])
        raise UnavailableError("no space")

    async def write() -> None:
        async with RunLogWriter.create(tmp_path / "r", plan_for(["a"])) as writer:
            monkeypatch.setattr("evaluation.runs._writer.append_durably", half)
            await writer.append(row("a"))

    with pytest.raises(UnavailableError, match="no space"):
        asyncio.run(write())
    assert (tmp_path / "r" / "payloads.jsonl").read_bytes() == b""


def test_rows_that_end_together_are_synced_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred rows at once need a handful of syncs, not two hundred."""
    syncs: list[int] = []
    real = os.fsync

    def counted(descriptor: int) -> None:
        syncs.append(descriptor)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", counted)
    names = [f"q{number}" for number in range(100)]

    async def write() -> None:
        async with RunLogWriter.create(tmp_path / "r", plan_for(names)) as writer:
            await asyncio.gather(*(writer.append(row(name)) for name in names))

    asyncio.run(write())
    assert len(syncs) < 10
