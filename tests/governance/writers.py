"""Writers of one store, each a process with three threads, of which some are killed: `writers FOLDER WRITERS KILLS`.

Imports once and forks, so that a kill costs milliseconds. Prints one JSON document: the numbers of the reports whose
recording was acknowledged, and how many processes were killed. Without kills each writer records 30 and ends.
"""

import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

from governance import BuiltReport
from governance.record import Record
from tests.governance.samples import ME, Place

_THREADS = 3
_SPAN = 100_000  # numbers of one process


def write(record: Record, first: int, count: int, out: int) -> None:
    """Record reports and acknowledge each of them."""
    for number in range(first, first + count):
        report = BuiltReport(
            kind="evaluation", format="html", system="default", subject="run-1", digest=f"sha256:{number:064x}", as_of=1
        )
        record.record_report(report, ME)
        os.write(out, f"{number}\n".encode())


def be_a_writer(place: Place, first: int, count: int, out: int) -> None:
    """Write from several threads; never return."""
    record = place.open()
    starts = [first + thread * _SPAN // _THREADS for thread in range(_THREADS)]
    threads = [threading.Thread(target=write, args=(record, start, count, out)) for start in starts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os._exit(0)


class Writer:
    """A forked process and what it said."""

    def __init__(self, place: Place, first: int, count: int) -> None:
        """Start it."""
        self._ear, mouth = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._ear)
            be_a_writer(place, first, count, mouth)
        os.close(mouth)

    def first_word(self) -> bytes:
        """Wait until something is acknowledged."""
        return os.read(self._ear, 64)

    def rest(self) -> bytes:
        """Wait until it is gone."""
        with os.fdopen(self._ear, "rb") as stream:
            found = stream.read()
        os.waitpid(self.pid, 0)
        return found


def main(place: Place, writers: int, kills: int) -> None:
    """Keep so many writers going, killing the oldest after random times."""
    place.open().close()
    rounds = random.Random(5)  # noqa: S311  moments, no secrets
    count = 10_000 if kills else 10
    alive = [Writer(place, number * _SPAN, count) for number in range(writers)]
    begun, said = writers, b""
    for _ in range(kills):
        said += alive[0].first_word()
        time.sleep(rounds.uniform(0, 0.05))
        os.kill(alive[0].pid, signal.SIGKILL)
        said += alive.pop(0).rest()
        alive.append(Writer(place, begun * _SPAN, count))
        begun += 1
    for writer in alive if kills else ():
        os.kill(writer.pid, signal.SIGKILL)
    for writer in alive:
        said += writer.rest()
    numbers = [int(line) for line in said.splitlines(keepends=True) if line.endswith(b"\n")]
    sys.stdout.write(json.dumps({"said": numbers, "killed": kills + (len(alive) if kills else 0)}) + "\n")


if __name__ == "__main__":
    main(Place(Path(sys.argv[1]), server_url="".join(sys.argv[4:])), int(sys.argv[2]), int(sys.argv[3]))
