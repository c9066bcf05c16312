"""How fast very many pre-collected answers pass the free checks, against the checks alone, and in how much memory.

    python -m benchmarks.free_checks [--rows 10000 100000] [--record docs/quality.md]

Each size is one `assay run --answers FILE --judge checks` in a process of its own, from reading the file to the record:
three contexts of about 500 characters and an answer of three sentences a row. The limit is the same rows judged in one
process that reads, keeps and records nothing. Processor time of all processes of the run is printed beside wall
time, because the machine may be shared; memory is the highest resident size of the largest of them (the clerks that
judge beside it hold less than the run itself).
"""

import argparse
import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assay.kernel.children import own_python
from benchmarks.page import kept
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.judges import build_judge

MOST_SECONDS = 60.0  # for 100,000 rows on two free cores
AT = 100_000
MOST_GROWTH = 1.5  # highest memory of the largest file over that of the smallest
LIMIT_ROWS = 2_000
_THINGS = ("record", "contract", "supplier", "refund", "customer", "board", "audit", "model", "risk", "policy", "river")
_NAMES = ("Anders", "Berlin", "Carla", "Dover", "Elbe", "Ferrara", "Geneva", "Hanover", "Irene", "Jansen", "Lisbon")
_DEEDS = ("approved", "reviewed", "paid", "moved", "opened", "closed", "measured", "reported", "signed", "rejected")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One run."""

    rows: int
    seconds: float
    cpu_seconds: float  # of the run and what it started
    peak_mib: float


def main() -> None:
    """Print a line for each size, the share of the limit, and whether the targets are met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.free_checks", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, AT])
    parser.add_argument("--record", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    with kept(options.record, "Free checks: speed and memory", "python -m benchmarks.free_checks"):
        _report(options.rows)


def _report(sizes: list[int]) -> None:
    alone = asyncio.run(_alone())
    print(f"limit: the checks alone, one process, no reading or writing: {alone * 1e6:.0f} µs of processor time a row")
    print(f"{'rows':>8} {'seconds':>8} {'rows/s':>8} {'cpu µs/row':>11} {'share of limit':>15} {'peak MiB':>9}")
    runs = [_run(rows) for rows in sizes]
    for one in runs:
        cpu = one.cpu_seconds / one.rows
        print(
            f"{one.rows:>8} {one.seconds:>8.1f} {one.rows / one.seconds:>8.0f} {cpu * 1e6:>11.0f} {alone / cpu:>15.2f}"
            f" {one.peak_mib:>9.0f}"
        )
    growth = runs[-1].peak_mib / runs[0].peak_mib
    last = runs[-1]
    if last.rows >= AT:
        seconds = last.seconds * AT / last.rows
        print(f"{AT} rows in {seconds:.1f} s, target at most {MOST_SECONDS:g} s: {_met(seconds <= MOST_SECONDS)}")
    print(f"memory {growth:.2f} × from {runs[0].rows} to {last.rows} rows, target flat: {_met(growth <= MOST_GROWTH)}")


def _met(good: bool) -> str:  # noqa: FBT001 (a word for a truth)
    return "ok" if good else "NOT MET"


async def _alone() -> float:
    """Return seconds of processor time a row for the judge and nothing else."""
    judge, items = build_judge("faithfulness", "checks"), [_item(row) for row in _rows(LIMIT_ROWS)]
    for item in items[:100]:
        await judge.judge(item, repeat=0)
    before = time.process_time()
    for item in items:
        await judge.judge(item, repeat=0)
    return (time.process_time() - before) / len(items)


def _run(rows: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as name:
        folder = Path(name)
        with (folder / "answers.jsonl").open("w", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row) + "\n" for row in _rows(rows))
        _assay(folder, "init")
        started = time.perf_counter()
        usage = _assay(folder, "run", "--answers", "answers.jsonl", "--judge", "checks", "--metrics", "faithfulness")
        return Measured(
            rows=rows,
            seconds=time.perf_counter() - started,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_mib=usage.ru_maxrss / 1024,
        )


def _assay(folder: Path, *arguments: str) -> "resource.struct_rusage":
    command, environment = own_python("assay", *arguments)
    environment["ASSAY_MLFLOW_SYNC"] = "by_hand"  # the mirror is another process with a time of its own
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=quiet, stderr=quiet)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"assay {' '.join(arguments)} ended with {process.returncode}")
    return usage


def _rows(count: int) -> Iterator[dict[str, object]]:
    draw = random.Random(7)  # noqa: S311 (rows of a benchmark)
    for number in range(count):
        said = [_sentence(draw) for _ in range(15)]
        answer = (draw.choice(said), draw.choice(said).replace("The", "A"), _sentence(draw))
        yield {
            "id": f"r{number}",
            "question": f"What did {draw.choice(_NAMES)} do with the {draw.choice(_THINGS)}?",
            "answer": " ".join(answer),
            "contexts": [" ".join(said[start : start + 5]) for start in (0, 5, 10)],
        }


def _sentence(draw: random.Random) -> str:
    first, second, third, fourth = draw.choices(_THINGS, k=4)
    return (
        f"The {first} of {draw.choice(_NAMES)} {draw.choice(_DEEDS)} the {second} and the {third} in "
        f"{draw.randint(1950, 2024)} after {draw.randint(2, 900)} {fourth}s."
    )


def _item(row: dict[str, object]) -> Item:
    contexts = row["contexts"]
    assert isinstance(contexts, list)  # noqa: S101 (made above)
    answer = Answer(outcome=AnswerOutcome.ANSWERED, text=str(row["answer"]), contexts=tuple(contexts))
    return Item(id=str(row["id"]), question=str(row["question"]), answer=answer)


if __name__ == "__main__":
    main()
