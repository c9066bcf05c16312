"""Do our intervals cover what they say, and does our gate err as rarely as it says? By simulation.

Prints a table per kind of number and of gate; each line ends with ok or NOT MET, and the program exits with 1 where a
line is not met. The scenarios stand in `benchmarks.coverage` and `benchmarks.gating`.

Run: python -m benchmarks.statistics [--draws 20000] [--part NAME] [--into docs/quality.md]
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)  # as a script, this file would stand in for Python's own `statistics`

import numpy as np  # noqa: E402

from benchmarks.coverage import PARTS, Covered  # noqa: E402
from benchmarks.gating import GATES, Judged  # noqa: E402
from benchmarks.page import kept  # noqa: E402

SEED = 20_261_121
SECTION = "Intervals and gates"
COLUMNS = ("asked, held, mean width, held by Clopper–Pearson", "pass, fail, inconclusive, asked")
Part = Callable[[int, np.random.Generator], Iterator[Covered | Judged]]
ALL: dict[str, Part] = {**PARTS, **GATES}
NAMED: dict[str, tuple[str, Part]] = {part.__name__: (words, part) for words, part in ALL.items()}


def shown(found: Covered | Judged, draws: int) -> tuple[str, bool]:
    """Return the line of a table, and whether it is met."""
    if isinstance(found, Judged):
        shares = f"{found.passed:8.2%}{found.failed:8.2%}{found.undecided:8.2%}"
        return f"{found.scenario:<66}{shares}  {found.asked:<24}", found.is_met
    low, high = found.asked
    asked = f"{low:.0%}–{high:.1%}" if high < 1 else f"≥ {low:.0%}"
    width = f"{found.width:8.3f}" if found.width == found.width else " " * 8
    exact = f"{found.exact:8.1%}" if found.exact is not None else " " * 8
    return f"{found.scenario:<50}{asked:>12}{found.held:8.2%}{width}{exact}  ", found.is_met(draws)


def main() -> int:
    """Print the tables; return 1 when a line is not met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--draws", type=int, default=20_000, help="draws per scenario")
    parser.add_argument("--part", action="append", choices=sorted(NAMED), help="only this part; may come again")
    parser.add_argument("--into", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    command = f"python -m benchmarks.statistics --draws {options.draws}"
    with kept(options.into, SECTION, command):
        return tables(options.draws, options.part or list(NAMED))


def tables(draws: int, wanted: list[str]) -> int:
    """Print the tables of the wanted parts; return 1 when a line is not met."""
    start, lines, missed = time.monotonic(), 0, 0
    for number, (name, (heading, part)) in enumerate(NAMED.items()):
        if name not in wanted:
            continue
        print(f"\n{heading}\n  ({COLUMNS[heading in GATES]})")
        for found in part(draws, np.random.default_rng(SEED + number)):
            text, is_met = shown(found, draws)
            print(text + ("ok" if is_met else "NOT MET"), flush=True)
            lines, missed = lines + 1, missed + (not is_met)
    spent = time.monotonic() - start
    print(f"\n{lines - missed} of {lines} lines are met; {draws} draws each, seed {SEED}, {spent:.0f} s")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
