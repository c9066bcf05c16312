"""Scans in real processes: order, deaths, hangs, and going on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from assay.kernel import UnavailableError
from evaluation.scans import (
    FileSource,
    Output,
    Pool,
    ScanProgress,
    execute_scan,
    read_progress,
    worker_setup,
)
from tests.fakes.filters import plug_in

KEY = b"k" * 32


@pytest.fixture(autouse=True)
def _filters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in plug_in(tmp_path / "plug").items():
        monkeypatch.setenv(name, value)


def rows_file(folder: Path, texts: Sequence[str | None]) -> FileSource:
    """Write rows and return them as a source."""
    path = folder / "in.jsonl"
    path.write_text("".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(texts)))
    return FileSource(path)


def pool(*names: str, size: int = 2, timeout: float = 60, options: Mapping[str, Any] | None = None) -> Pool:
    """Start a pool of the named filters."""
    setup = worker_setup({name: options or {} for name in names}, Path.cwd(), KEY)
    return Pool(setup, names, size=size, row_timeout_s=timeout, start_s=60)


def scan(folder: Path, source: FileSource, workers: Pool, *, most: int | None = None) -> str:
    """Scan until `most` rows are there, or to the end; return why it ended early."""
    seen: list[ScanProgress] = []

    def stop() -> bool:
        return most is not None and bool(seen) and seen[-1].done >= most

    state = folder / "state"
    with closing(workers), Output(folder / "out", state, read_progress(state)) as output:
        workers.specs(_fail)
        return execute_scan(source, workers, output, stop=stop, on_progress=seen.append)


def results(folder: Path, name: str) -> Iterator[tuple[int, str, str]]:
    """Yield (id, outcome, reason) of one filter in the order of the output."""
    for line in (folder / "out").read_bytes().split(b"\n"):
        if line:
            document = json.loads(line)
            cell = document["filters"][name]
            yield document["id"], cell["outcome"], cell.get("reason", "")


def _fail(said: Mapping[str, str]) -> Exception:
    return RuntimeError(said["message"])


def test_rows_come_out_in_the_order_in_which_they_went_in(tmp_path: Path) -> None:
    """Also where the first batch takes longest, while the other worker ends all the rest."""
    source = rows_file(tmp_path, ["dream", *["x"] * 2999])
    assert scan(tmp_path, source, pool("stumble")) == ""
    assert [row[0] for row in results(tmp_path, "stumble")] == list(range(3000))


def test_a_row_that_kills_its_process_is_an_error_and_costs_no_other(tmp_path: Path) -> None:
    """Nor does it cost the other filters of that row."""
    source = rows_file(tmp_path, ["x"] * 5 + ["die"] + ["x"] * 5 + ["die", "x"])
    assert scan(tmp_path, source, pool("stumble", "shout")) == ""
    found = list(results(tmp_path, "stumble"))
    assert [row[0] for row in found if row[1] != "scored"] == [5, 11]
    assert "killed by signal 9" in found[5][2]
    assert {row[1] for row in results(tmp_path, "shout")} == {"scored"}
    progress = read_progress(tmp_path / "state")
    assert progress is not None
    assert (progress.tally["stumble"].rows, progress.tally["stumble"].failures) == (13, {"error": 2})


def test_a_row_that_hangs_is_timed_out_and_costs_no_other(tmp_path: Path) -> None:
    """Its process is killed, and the rows beside it are read."""
    source = rows_file(tmp_path, ["x", "hang", "x"])
    assert scan(tmp_path, source, pool("stumble", timeout=1.5)) == ""
    assert [row[1] for row in results(tmp_path, "stumble")] == ["scored", "timed_out", "scored"]


def test_one_loss_after_the_other_ends_the_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something is wrong that rows have nothing to do with; what is there stays."""
    monkeypatch.setattr("evaluation.scans._pool._MOST_LOST", 2)
    source = rows_file(tmp_path, ["die"] * 6)
    reason = scan(tmp_path, source, pool("stumble", size=1))
    assert "2 rows in a row were lost" in reason


def test_a_stopped_scan_goes_on_after_its_last_committed_row(tmp_path: Path) -> None:
    """Nothing is lost, nothing comes twice, and the counts are those of one scan from start to end."""
    source = rows_file(tmp_path, ["AB" if n % 3 else "x" for n in range(2000)])
    assert scan(tmp_path, source, pool("shout", size=1), most=1) == "it was stopped"
    halfway = read_progress(tmp_path / "state")
    assert halfway is not None
    assert 0 < halfway.rows < 2000

    assert scan(tmp_path, FileSource(tmp_path / "in.jsonl"), pool("shout", size=1)) == ""

    assert [row[0] for row in results(tmp_path, "shout")] == list(range(2000))
    ended = read_progress(tmp_path / "state")
    assert ended is not None
    assert (ended.tally["shout"].rows, ended.tally["shout"].flagged) == (2000, 1333)


def test_an_end_in_the_midst_of_a_batch_commits_nothing_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines without their counts would come twice."""
    source = rows_file(tmp_path, ["x"] * 5)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("evaluation.scans._execution.add_tallies", interrupted)
        with pytest.raises(KeyboardInterrupt):
            scan(tmp_path, source, pool("quiet"))
    progress = read_progress(tmp_path / "state")
    assert progress is not None
    assert (progress.rows, progress.size) == (0, 0)
    assert scan(tmp_path, source, pool("quiet")) == ""
    assert [row[0] for row in results(tmp_path, "quiet")] == [0, 1, 2, 3, 4]


def test_a_finished_scan_has_nothing_left_to_do(tmp_path: Path) -> None:
    """Going on at the end reads no row and changes no byte."""
    source = rows_file(tmp_path, ["x"] * 3)
    scan(tmp_path, source, pool("quiet"))
    before = (tmp_path / "out").read_bytes()
    assert scan(tmp_path, source, pool("quiet")) == ""
    assert (tmp_path / "out").read_bytes() == before


def test_why_a_filter_cannot_be_built_is_told(tmp_path: Path) -> None:
    """The error crosses the processes with its filter's name."""
    workers = pool("shout", options={"volume": 11})
    with closing(workers), pytest.raises(RuntimeError, match=r"the filter 'shout': .* no options \['volume'\]"):
        workers.specs(_fail)
    assert not (tmp_path / "out").exists()


def test_a_worker_that_dies_at_its_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without packages it cannot even begin."""
    monkeypatch.setattr("evaluation.scans._process.own_python", lambda *_: (["false"], {}))
    workers = pool("quiet")
    with closing(workers), pytest.raises(UnavailableError, match="exited with status 1"):
        workers.specs(_fail)
