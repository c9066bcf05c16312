"""What a scan costs beside its filters, how much memory it takes, and whether a killed one ends with the same bytes.

    python -m benchmarks.scan [--filters nothing pii,keywords] [--rows 10000 100000] [--kill] [--into docs/quality.md]

Each line is one `assay scan` of made-up messages of about 120 characters, from reading the file to the record, in
processes of its own. The limit is the same filters called on the same texts in one process that reads and writes
nothing. `nothing` is a filter that finds nothing at once: what is left is reading, handing over, writing and counting.
Processor time is printed beside wall time, because the machine may be shared. Memory is the highest sum of the
processes' proportional set sizes: pages that they share count once. `--kill` kills the scan (signal 9) at a third and
at two thirds, goes on each time, and compares the bytes with those of the scan that was not killed.
"""

import argparse
import contextlib
import hashlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from assay.kernel.children import own_python
from benchmarks.page import kept
from evaluation.filters import Filter, FilterResult, FilterSetting, FilterSpec, build_filter, filters, scored
from evaluation.scans import available_cores

LIMIT_ROWS = 2_000
LEAST_ROWS_A_SECOND = 20_000.0  # with `nothing`, on one core
MOST_MIB = 1024.0
MOST_GROWTH = 1.5  # highest memory of the largest file over that of the smallest
_NOTHING = "nothing"
_SIZES = (10_000, 100_000)
_NAMES = ("Max Mustermann", "Erika Musterfrau", "Jane Example", "John Sample", "Maria Muster", "Testa Testerin")
_THINGS = ("invoice", "parcel", "contract", "refund", "password reset", "delivery", "subscription", "complaint")
_SAID = ("thank you for your help", "this is the third time I ask", "please call me back", "I am still waiting")


class NothingFilter:
    """Finds nothing, at once."""

    spec = FilterSpec(name=_NOTHING, version="1", threshold=0.5)

    def scan(self, texts: "pa.StringArray") -> Sequence[FilterResult]:
        """Return a score of 0 for every text."""
        return [scored(self.spec, 0.0)] * len(texts)


def build_nothing(_: FilterSetting) -> Filter:
    """Build the filter that finds nothing."""
    return NothingFilter()


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One scan."""

    rows: int
    seconds: float
    cpu_seconds: float  # of the scan and what it started
    peak_mib: float
    digest: str  # of its results


def main() -> None:
    """Print a line for each set of filters and size, and whether the targets are met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scan", description=__doc__)
    parser.add_argument("--filters", nargs="*", default=[_NOTHING])
    parser.add_argument("--rows", type=int, nargs="*", default=list(_SIZES))
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--into", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    with kept(options.into, "Scans: speed and memory", f"python -m benchmarks.scan {' '.join(sys.argv[1:])}".strip()):
        print(f"{available_cores()} cores, load {os.getloadavg()[0]:.1f} at the start")
        for names in options.filters:
            _report(names, options.rows, kill=options.kill)


def _report(names: str, sizes: list[int], *, kill: bool) -> None:
    alone = _alone(names)
    print(f"\n{names}: alone, one process, no reading or writing: {alone * 1e6:.0f} µs of processor time a row")
    print(f"{'rows':>9} {'seconds':>8} {'rows/s':>8} {'cpu µs/row':>11} {'share of limit':>15} {'peak MiB':>9}")
    found = [_scan(names, rows) for rows in sizes]
    for one in found:
        cpu = one.cpu_seconds / one.rows
        print(
            f"{one.rows:>9} {one.seconds:>8.1f} {one.rows / one.seconds:>8.0f} {cpu * 1e6:>11.0f} {alone / cpu:>15.2f}"
            f" {one.peak_mib:>9.0f}"
        )
    last, growth = found[-1], found[-1].peak_mib / found[0].peak_mib
    if names == _NOTHING:
        rate = last.rows / last.cpu_seconds
        print(
            f"{rate:.0f} rows a second of processor time, target {LEAST_ROWS_A_SECOND:.0f}: "
            f"{_met(good=rate >= LEAST_ROWS_A_SECOND)}"
        )
    print(f"memory {last.peak_mib:.0f} MiB, target at most {MOST_MIB:.0f}: {_met(good=last.peak_mib <= MOST_MIB)}")
    print(
        f"memory {growth:.2f} × from {found[0].rows} to {last.rows} rows, target flat: "
        f"{_met(good=growth <= MOST_GROWTH)}"
    )
    if kill:
        again = _scan(names, sizes[0], kills=2)
        print(
            f"killed twice and gone on with, {sizes[0]} rows: same bytes: {_met(good=again.digest == found[0].digest)}"
        )


def _met(*, good: bool) -> str:
    return "ok" if good else "NOT MET"


def _alone(names: str) -> float:
    """Return seconds of processor time a row for the filters and nothing else."""
    if _NOTHING not in set(filters):
        filters.register(_NOTHING)(build_nothing)
    built = [build_filter(name) for name in names.split(",")]
    texts = pa.array([str(row["text"]) for row in _rows(LIMIT_ROWS)], pa.string())
    for one in built:
        one.scan(texts.slice(0, 64))
    before = time.process_time()
    for one in built:
        for at in range(0, len(texts), 256):
            one.scan(texts.slice(at, 256))
    return (time.process_time() - before) / len(texts)


def _scan(names: str, rows: int, *, kills: int = 0) -> Measured:
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as name:
        folder = Path(name)
        with (folder / "rows.jsonl").open("w", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row) + "\n" for row in _rows(rows))
        environment = _plugged(folder)
        _ended(_start(environment, folder, "init"))
        command = ("scan", "rows.jsonl", "--filters", names, "--out", "out.jsonl")
        size = rows * 100  # bytes of the results, or a little more
        for number in range(kills):
            _kill_at(_start(environment, folder, *command), folder / "out.jsonl", size * (number + 1) // (kills + 1))
        started = time.perf_counter()
        process = _start(environment, folder, *command)
        peak = _watch(process)
        usage = _ended(process)
        with (folder / "out.jsonl").open("rb") as results:
            lines = sum(1 for _ in results)
            results.seek(0)
            digest = hashlib.file_digest(results, "sha256").hexdigest()
        if lines != rows:
            sys.exit(f"{rows} rows became {lines}")
        return Measured(
            rows=rows,
            seconds=time.perf_counter() - started,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_mib=peak,
            digest=digest,
        )


def _plugged(folder: Path) -> dict[str, str]:
    """Announce the filter that finds nothing to the processes of a scan; keep their keys here."""
    info = folder / "plug" / "assay_bench-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: assay-bench\nVersion: 1\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(
        f"[assay.filters]\n{_NOTHING} = benchmarks.scan:build_nothing\n", encoding="utf-8"
    )
    paths = [str(folder / "plug"), str(Path(__file__).parents[1])]
    return {"PYTHONPATH": os.pathsep.join(paths), "ASSAY_KEYS": str(folder / "keys")}


def _start(environment: dict[str, str], folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    command, own = own_python("assay", *arguments)
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, env={**own, **environment}, stdout=quiet, stderr=quiet)


def _ended(process: "subprocess.Popen[bytes]") -> "resource.struct_rusage":
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{process.args!r} ended with {process.returncode}")
    return usage


def _kill_at(process: "subprocess.Popen[bytes]", path: Path, size: int) -> None:
    while process.poll() is None:
        if path.exists() and path.stat().st_size >= size:
            process.send_signal(signal.SIGKILL)
        time.sleep(0.01)


def _watch(process: "subprocess.Popen[bytes]") -> float:
    """Return the highest memory of a process and its children, in MiB, when it has ended; it is not reaped."""
    peak = 0
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        peak = max(peak, sum(_memory_kib(pid) for pid in _family(process.pid)))
        time.sleep(0.2)
    return peak / 1024


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text(encoding="ascii").split():
                yield from _family(int(child))


def _memory_kib(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").split("\n"):
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _rows(count: int) -> Iterator[dict[str, object]]:
    draw = random.Random(11)  # noqa: S311 (rows of a benchmark)
    for number in range(count):
        yield {"id": f"r{number}", "text": f"{_message(draw)} {_message(draw)}"}


def _message(draw: random.Random) -> str:
    name, thing, said = draw.choice(_NAMES), draw.choice(_THINGS), draw.choice(_SAID)
    reach = draw.choice(
        ("", "", f" Write to {name.split()[0].lower()}@example.com.", f" Order {draw.randint(1000, 9999)}.")
    )
    return f"Hello, {name} here about the {thing}: {said}.{reach}"


if __name__ == "__main__":
    main()
