"""A clerk for tests: dies over a row with the id `deadly`, and hangs over one with the id `endless`.

`python -m tests.evaluation.runs.fragile_clerk --row-timeout-s S METRIC…`; each row that it sees is a line of the file
that FRAGILE_CLERK_SEEN names.
"""

import os
import sys
import time
from pathlib import Path

from evaluation.answers import Item
from evaluation.judges import CHECKS_JUDGE, build_judge
from evaluation.judges._protocol import Judge
from evaluation.runs.clerk import serve
from evaluation.verdicts import JudgeSpec, Verdict


class Fragile:
    """Judges as the checks do, but for two ids."""

    def __init__(self, judge: Judge) -> None:
        """Pass for `judge`."""
        self._judge = judge

    @property
    def spec(self) -> JudgeSpec:
        """The spec of the judge that it passes for."""
        return self._judge.spec

    async def judge(self, item: Item, *, repeat: int) -> Verdict:
        """Note the row, then die, hang or judge."""
        _note(item.id)
        if item.id == "deadly":
            os._exit(9)
        if item.id == "endless":
            _hang()
        return await self._judge.judge(item, repeat=repeat)


def _note(name: str) -> None:
    with Path(os.environ["FRAGILE_CLERK_SEEN"]).open("a", encoding="utf-8") as seen:
        seen.write(name + "\n")


def _hang() -> None:
    """Compute without end: no event loop can stop that."""
    time.sleep(60)


if __name__ == "__main__":
    sys.exit(serve([Fragile(build_judge(metric, CHECKS_JUDGE)) for metric in sys.argv[3:]], float(sys.argv[2])))
