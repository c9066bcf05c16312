"""The clerk: a small process that judges rows by computation alone, while the run's process reads and writes.

Rules of this place: started by `Clerks`, never by hand; frames are a big-endian 32-bit length and a pickle, and both
ends are ours; it says first which judges it has, by digest; it prints nothing, opens nothing, and ends when its stdin
does, so that it never outlives the run.
"""

import argparse
import asyncio
import gc
import os
import pickle
import signal
import struct
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

from evaluation.answers import Item
from evaluation.judges import CHECKS_JUDGE, Judge, build_judge
from evaluation.runs._judging import judge_item
from evaluation.verdicts import Verdict

__all__ = ["LENGTH", "main", "serve"]

LENGTH: Final = struct.Struct(">I")


def main() -> int:
    """Judge what comes in until nothing more comes; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.runs.clerk", description=__doc__)
    parser.add_argument("--row-timeout-s", type=float, required=True)
    parser.add_argument("metrics", nargs="+")
    options = parser.parse_args()
    return serve([build_judge(metric, CHECKS_JUDGE) for metric in options.metrics], options.row_timeout_s)


def serve(judges: Sequence[Judge], row_timeout_s: float) -> int:
    """Judge rows from stdin with these judges; return the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as outbox, asyncio.Runner() as runner:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints must not garble the frames
        _send(outbox, [judge.spec.digest for judge in judges])
        gc.freeze()  # what was imported stays: no use in looking at it again
        while (rows := _receive(sys.stdin.buffer)) is not None:
            _send(outbox, runner.run(_judged(judges, rows, row_timeout_s)))
    return 0


async def _judged(
    judges: Sequence[Judge], rows: Sequence[tuple[Item, int]], row_timeout_s: float
) -> list[tuple[Verdict, ...]]:
    loop = asyncio.get_running_loop()
    return [
        await judge_item(judges, item, repeat=repeat, deadline=loop.time() + row_timeout_s) for item, repeat in rows
    ]


def _send(outbox: BinaryIO, value: object) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    outbox.write(LENGTH.pack(len(data)) + data)
    outbox.flush()


def _receive(inbox: BinaryIO) -> Any:  # noqa: ANN401 (what the run sent, whose types are ours)
    head = inbox.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    data = inbox.read(length)
    return pickle.loads(data) if len(data) == length else None  # noqa: S301 (from the run that started us)


if __name__ == "__main__":
    sys.exit(main())
