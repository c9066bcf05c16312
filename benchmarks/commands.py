"""What short commands cost, without a store, on an empty one and on one with the facts of 1,000 runs.

    python -m benchmarks.commands [--against REVISION] [--runs 1000] [--repeats 5] [--into docs/quality.md]

Rules of this place: each figure is a process of its own, the best processor time of N, in alternation over commands and
revisions, so that all see the same machine; the store is written by the older revision and copied for the newer one.
Beside them stands what nothing of ours can go below: an interpreter that imports the libraries that a command on the
record is made with, and does nothing. Aims: 1 s for a command on the record, 0.6 s for one on the catalogue.
"""

import argparse
import io
import os
import resource
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assay.app.actor import local_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from benchmarks.gate import write_run
from benchmarks.page import kept

SECTION: Final = "Processor time of short commands"
ROOT: Final = Path(__file__).parents[1]
HERE: Final = "this checkout"
ROOMS: Final = ("assay", "evaluation", "governance", "reports", "risks")
LIBRARIES: Final = (
    "import typer, rich.console, pydantic, yaml, sqlmodel, cryptography.hazmat.primitives.asymmetric.ed25519"
)
LIMIT: Final = "the libraries alone"
CATALOGUE: Final = ("risks list", "act timeline", "controls show 'DASF 1'")
ON_RECORD: Final = ("systems list", "risks list", "evidence list", "releases list", "runs list", "act duties")
AIMS: Final = {"no store": 0.6, "empty store": 1.0}


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A revision of the code, with a workspace of each size that its commands run in."""

    name: str
    code: Path
    places: Mapping[str, Path]  # by what is told of the store


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", metavar="REVISION", help="also measure an older revision of the code")
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    if options.fill:
        _fill(options.fill, options.runs)
        return
    against = f" --against {options.against}" if options.against else ""
    command = f"python -m benchmarks.commands{against} --runs {options.runs} --repeats {options.repeats}"
    with tempfile.TemporaryDirectory() as scratch, kept(options.into, SECTION, command):
        trees = list(_trees(Path(scratch), options.against, options.runs))
        _measure(trees, options.runs, options.repeats)


def _trees(scratch: Path, against: str | None, runs: int) -> Iterator[Tree]:
    """Yield the revisions, the older one first; it writes the store."""
    codes = {HERE: ROOT} if against is None else {against: _checked_out(scratch / "older", against), HERE: ROOT}
    first = next(iter(codes.values()))
    for name, count in (("empty", 0), (str(runs), runs)):
        command = [sys.executable, "-m", "benchmarks.commands", "--fill", str(scratch / name), "--runs", str(count)]
        subprocess.run(command, check=True, cwd=first, env=_environment(first, scratch / name))
    for number, (name, code) in enumerate(codes.items()):
        places = {"no store": scratch / "nowhere", "empty store": scratch / f"empty-{number}"}
        places[f"{runs} runs"] = scratch / f"{runs}-{number}"
        places["no store"].mkdir(exist_ok=True)
        shutil.copytree(scratch / "empty", places["empty store"])
        shutil.copytree(scratch / str(runs), places[f"{runs} runs"])
        yield Tree(name=name, code=code, places=places)


def _checked_out(folder: Path, revision: str) -> Path:
    """Write the code of a revision into a folder, with this checkout's benchmarks beside it."""
    folder.mkdir()
    packed = ["git", "archive", revision, *ROOMS]
    archive = subprocess.run(packed, cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    (folder / "benchmarks").symlink_to(ROOT / "benchmarks")
    return folder


def _fill(folder: Path, runs: int) -> None:
    """Make a workspace whose record holds so many runs."""
    workspace = Workspace(folder)
    folder.mkdir(exist_ok=True)
    (folder / "assay.yaml").write_text("systems: [{id: default}]\n", encoding="utf-8")
    with closing(open_record(workspace)) as record:
        for number in range(runs):
            log = write_run(workspace.runs / f"run-{number:04}", number)
            record.ingest_run(log.directory, local_actor(), mirror=False)


def _environment(code: Path, place: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(code), "ASSAY_KEYS": str(place / "keys")}


def _measure(trees: Sequence[Tree], runs: int, repeats: int) -> None:
    asked = [("no store", one) for one in CATALOGUE]
    asked += [(store, one) for store in ("empty store", f"{runs} runs") for one in ON_RECORD]
    found: dict[tuple[str, str, str], float] = {}
    for _ in range(repeats + 1):  # the first compiles and migrates
        for store, command in [("", LIMIT), *asked]:
            for tree in trees:
                place = tree.places.get(store, tree.places["no store"])
                seconds = _cpu_s(command, tree.code, place)
                key = (tree.name, store, command)
                found[key] = min(seconds, found.get(key, seconds))
    limit = min(found[tree.name, "", LIMIT] for tree in trees)
    print(f"best processor time of {repeats} processes, s; {LIMIT}: {limit:.2f}\n")
    print(f"{'':<14}{'command':<24}" + "".join(f"{tree.name:>16}" for tree in trees) + "   × the libraries")
    for store, command in asked:
        times = [found[tree.name, store, command] for tree in trees]
        aim = AIMS.get(store)
        said = "" if aim is None else f"   {'ok' if times[-1] <= aim else 'OVER'} (aim {aim:g})"
        columns = "".join(f"{one:16.2f}" for one in times)
        print(f"{store:<14}{command:<24}{columns}{times[-1] / limit:18.2f}{said}")


def _cpu_s(command: str, code: Path, place: Path) -> float:
    arguments = [sys.executable, "-c", LIBRARIES]
    if command != LIMIT:
        arguments = ["sh", "-c", f"exec {sys.executable} -m assay {command}"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(arguments, check=False, cwd=place, env=_environment(code, place), capture_output=True)
    if done.returncode not in (0, 2):  # 2: nothing was classified yet
        raise SystemExit(f"assay {command}: {done.stderr.decode()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


if __name__ == "__main__":
    main()
