"""The courier: a small process that makes a run's HTTP calls and outlives it just long enough to keep what was paid.

Rules of this place: started by `Courier`, never by hand; argv holds a socket's number and a path, nothing secret; it
prints nothing; it ends when the run has gone and the calls in flight are kept. The run's lock file, if there is one,
is an inherited descriptor: it stays locked until both have ended.
"""

import argparse
import asyncio
import signal
import socket
import sys
from pathlib import Path

from assay.kernel import AssayError
from evaluation.llm._switchboard import Switchboard
from evaluation.llm._transport import open_session
from evaluation.llm._wire import Wire, frame

__all__ = ["main"]


def main() -> int:
    """Serve the socket until the run has gone; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.llm.courier", description=__doc__)
    parser.add_argument("--socket", type=int, required=True, help="number of the inherited socket")
    parser.add_argument("--cache", type=Path, required=True, help="the response cache")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run; we finish what it has paid for
    with socket.socket(fileno=options.socket) as end:
        try:
            asyncio.run(_serve(end, options.cache))
        except AssayError as error:
            end.setblocking(True)
            end.sendall(frame({"fatal": error.message, "hint": error.hint}))
            return error.exit_code
    return 0


async def _serve(end: socket.socket, cache_file: Path) -> None:
    end.setblocking(False)
    loop = asyncio.get_running_loop()
    async with open_session() as session:
        board = Switchboard(session, cache_file)
        loop.add_signal_handler(signal.SIGTERM, board.on_end)
        _, wire = await loop.create_connection(lambda: Wire(board.on_frame, board.on_end), sock=end)
        board.attach(wire)
        wire.send(frame({"ready": True}))
        await board.serve()
        wire.close()


if __name__ == "__main__":
    sys.exit(main())
