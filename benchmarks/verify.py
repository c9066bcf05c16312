"""How long verification of a long ledger takes, in how much memory, beside the limit: hashing the same bytes once.

    python -m benchmarks.verify [--entries 1000000] [--store DIR] [--into docs/quality.md]

The store is written in bulk by the writer's own tree and signer, with a report and its state row for each entry and a
signed checkpoint over every hundred. Each figure is a process of its own that runs the one-file verifier. What is held
against the target is processor time (the verifier is one thread, so on a free core it is the wall time, which is
printed beside it because the machine may be shared); memory is the highest resident size over that of an interpreter
that does nothing.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ledger_store import write_store
from benchmarks.page import kept
from governance.ledger import Tree, leaf_hash
from governance.verifier import verify_consistency, verify_inclusion
from governance.verifier.single_file import single_file

SECTION = "Verification of a long ledger"
PER_CHECKPOINT = 100
AT = 1_000_000  # entries for which the targets hold; shorter ledgers get their share
MOST_SECONDS = {"hashes, tree, checkpoints (--fast)": 15.0, "the same and every body, row, payload": 90.0}
MOST_MIB = 100.0
MOST_PROOF_US = 50.0
PROOFS = 2_000
IDLE = "pass"
LIMIT = """
import hashlib, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("SELECT body FROM ledger_entry ORDER BY seq")
print(sum(len(hashlib.sha256(body).digest()) for (body,) in rows) // 32)
"""
# What wait4 says of memory begins with that of the process that forked; the kernel's own mark begins anew.
WATCHED = """
import atexit, runpy, sys
@atexit.register
def tell():
    mark = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    sys.stderr.write("\\npeak " + mark.split()[1])
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a process took."""

    seconds: float  # of processor time
    wall: float
    mib: float
    output: str


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=AT)
    parser.add_argument("--store", type=Path, help="folder of a store that an earlier run wrote, or for this one's")
    parser.add_argument("--into", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    command = f"python -m benchmarks.verify --entries {options.entries}"
    with tempfile.TemporaryDirectory() as scratch, kept(options.into, SECTION, command):
        folder: Path = options.store or Path(scratch) / "store"
        if not (folder / "store.sqlite").exists():
            folder.mkdir(parents=True, exist_ok=True)
            write_store(folder, options.entries, per_checkpoint=PER_CHECKPOINT)
        _measure(folder, options.entries, Path(scratch))


def _measure(folder: Path, entries: int, scratch: Path) -> None:
    programs = {"verify_ledger": single_file(), "idle": IDLE, "limit": LIMIT}
    for name, text in programs.items():
        (scratch / f"{name}.py").write_text(text, encoding="utf-8")
    program = scratch / "verify_ledger.py"
    store, key, witness = folder / "store.sqlite", folder / "keys" / "log.vkey", folder / "keys" / "witness.jsonl"
    mib = store.stat().st_size / 2**20
    print(f"{entries:,} entries, one checkpoint in {PER_CHECKPOINT}, {mib:,.0f} MiB of SQLite\n")
    idle = _run(scratch / "idle.py")
    limit = _run(scratch / "limit.py", store)
    _line("the limit: SHA-256 of the bodies as SQLite yields them", limit, idle, limit, None)
    for (name, most), more in zip(MOST_SECONDS.items(), (("--fast",), ()), strict=True):
        cost = _run(program, store, "--key", key, "--trusted", witness, *more)
        if "continues what was witnessed" not in cost.output:
            raise SystemExit(f"the verifier says: {cost.output}")
        _line(name, cost, idle, limit, most * entries / AT)
    _measure_proofs(entries)


def _line(name: str, cost: Cost, idle: Cost, limit: Cost, most: float | None) -> None:
    memory = cost.mib - idle.mib
    print(f"{name}\n  {cost.seconds:.1f} s of processor time ({cost.wall:.1f} s wall), {memory:.0f} MiB over Python,"
          f" {cost.seconds / limit.seconds:.1f} × the limit")  # fmt: skip
    if most is not None:
        print(
            f"  target ≤ {most:.1f} s: {_word(cost.seconds <= most)}; ≤ {MOST_MIB:.0f} MiB: {_word(memory <= MOST_MIB)}"
        )


def _measure_proofs(entries: int) -> None:
    """Time the check of proofs out of a tree of this size."""
    tiles: dict[tuple[int, int], bytes] = {}
    tree = Tree(0, lambda level, position: tiles.get((level, position), b""))
    leaves = [leaf_hash(number.to_bytes(4, "big")) for number in range(entries)]
    tiles.update(tree.grow(leaves))
    root = tree.root()
    inclusion, consistency = [], []
    for number in range(PROOFS):
        seq = number * entries // PROOFS
        path = tree.inclusion(seq)
        begin = time.perf_counter()
        holds = verify_inclusion(leaves[seq], seq, entries, path, root)
        inclusion.append(time.perf_counter() - begin)
        steps, older = tree.consistency(seq + 1), tree.root(seq + 1)
        begin = time.perf_counter()
        holds &= verify_consistency(seq + 1, older, entries, root, steps)
        consistency.append(time.perf_counter() - begin)
        if not holds:
            raise SystemExit(f"the proof of entry {seq} does not hold")
    for name, times in (("inclusion", inclusion), ("consistency", consistency)):
        low, middle, high = (value * 1e6 for value in _quantiles(times))
        print(f"check of a proof of {name}, n = {PROOFS:,}: median {middle:.1f} µs (5 % {low:.1f}, 95 % {high:.1f})")
        print(f"  target ≤ {MOST_PROOF_US:.0f} µs: {_word(middle <= MOST_PROOF_US)}")


def _quantiles(times: list[float]) -> tuple[float, float, float]:
    cuts = statistics.quantiles(times, n=20)
    return cuts[0], statistics.median(times), cuts[-1]


def _word(is_met: bool) -> str:  # noqa: FBT001  one value
    return "ok" if is_met else "NOT MET"


def _run(*arguments: object) -> Cost:
    begin, before = time.perf_counter(), os.times()
    command = [sys.executable, "-c", WATCHED, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = os.times()
    return Cost(
        seconds=after.children_user + after.children_system - before.children_user - before.children_system,
        wall=time.perf_counter() - begin,
        mib=int(done.stderr.rsplit("peak ", 1)[1]) / 1024,
        output=done.stdout,
    )


if __name__ == "__main__":
    main()
