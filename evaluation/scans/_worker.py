"""One process with one set of filters: `python -m evaluation.scans._worker FD`.

Rules of this place: it speaks frames on one socket and nothing else; what libraries print is thrown away, because it
may hold a text; it ends when the socket ends, and dies with the process that started it. The first frame is the set-up;
the answer is the filters' specs or why they cannot be built. Then `W` + batch is answered with counts and lines, and
`U` + first unit + batch with counts and one cell per unit: row by row, filter by filter, so that a death has a name.
"""

import base64
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from assay.kernel import AssayError
from evaluation.filters import Filter, FilterSetting, build_filter
from evaluation.scans._batch import scan_batch, scan_cells
from evaluation.scans._tally import tally_json

__all__ = ["main"]

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve the socket whose number is the first argument."""
    connection: Connection[bytes, bytes] = Connection(int(sys.argv[1]))
    _die_with_parent()
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        setup = orjson.loads(connection.recv_bytes())
        try:
            filters = _build(setup)
            specs = {
                name: {"filter": name, **one.spec.as_json(), "digest": one.spec.digest} for name, one in filters.items()
            }
        except Exception as error:  # noqa: BLE001  told to whoever started this process
            connection.send_bytes(orjson.dumps({"error": _told(error)}))
            return
        connection.send_bytes(orjson.dumps({"specs": specs}))
        key = base64.b64decode(setup["key"])
        while True:
            _answer(connection, connection.recv_bytes(), filters, key)


def _answer(connection: "Connection[bytes, bytes]", frame: bytes, filters: Mapping[str, Filter], key: bytes) -> None:
    if frame[:1] == b"W":
        done = scan_batch(filters, _read(frame[1:]), key)
        connection.send_bytes(orjson.dumps(tally_json(done.tally)))
        connection.send_bytes(done.lines)
        return
    first, batch = int.from_bytes(frame[1:9], "big"), _read(frame[9:])
    names = list(filters)
    for unit in range(first, batch.num_rows * len(names)):
        row, name = unit // len(names), names[unit % len(names)]
        (cell,), tally = scan_cells(filters[name], batch.slice(row, 1), key)
        connection.send_bytes(orjson.dumps(tally_json({name: tally})))
        connection.send_bytes(cell)


def _read(data: bytes) -> pa.RecordBatch:
    return pa.ipc.open_stream(data).read_next_batch()


def _build(setup: Mapping[str, Any]) -> dict[str, Filter]:
    folder = Path(setup["folder"])
    made: dict[str, Filter] = {}
    for name, options in setup["filters"].items():
        try:
            made[name] = build_filter(name, FilterSetting(options=options, folder=folder, threads=1))
        except AssayError as error:
            error.message = f"the filter {name!r}: {error.message}"
            raise
    return made


def _told(error: Exception) -> dict[str, str]:
    """Say what went wrong before any text was seen."""
    if isinstance(error, AssayError):
        return {"kind": type(error).__name__, "message": error.message, "hint": error.hint}
    return {"kind": "", "message": f"{type(error).__name__}: {error}", "hint": ""}


def _die_with_parent() -> None:
    """Ask Linux to kill this process with its parent, which may be killed while a filter hangs."""
    parent = os.getppid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit()


if __name__ == "__main__":
    main()
