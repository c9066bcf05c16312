"""Runs one Python function of the user's: JSON lines in, JSON lines out. Started by path, with the user's own Python.

Rules of this place: nothing but the standard library, and nothing newer than Python 3.8; our own packages are not on
the path, so a user's package of whatever name is theirs; what the user's code prints goes to stderr; the end of stdin
ends this process, even while the user's code hangs.
"""

import asyncio
import importlib
import inspect
import json
import os
import queue
import sys
import threading
import traceback
from typing import Any, Callable, Dict, NoReturn  # noqa: UP035 - old Pythons


def _main() -> NoReturn:
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib costs start-up time
    others = [entry for entry in sys.path if entry and os.path.abspath(entry) != here]  # noqa: PTH100 - as above
    sys.path[:] = [os.getcwd(), *others]  # noqa: PTH109 - as above
    replies = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    function, loop = _find(sys.argv[1]), asyncio.new_event_loop()
    while True:
        replies.write(json.dumps(_answer(function, json.loads(lines.get()), loop)) + "\n")
        replies.flush()


def _read(lines: "queue.Queue[str]") -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


def _find(name: str) -> Callable[..., Any]:
    module, _, path = name.partition(":")
    found: Any = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    function: Callable[..., Any] = found
    return function


def _answer(
    function: Callable[..., Any],
    asked: Dict[str, Any],  # noqa: UP006 - old Pythons
    loop: asyncio.AbstractEventLoop,
) -> Dict[str, Any]:  # noqa: UP006 - old Pythons
    try:
        answer = function(asked["question"], *([asked["history"]] if "history" in asked else []))
        if inspect.isawaitable(answer):
            answer = loop.run_until_complete(answer)
        reply = dict(answer) if isinstance(answer, dict) else {"answer": answer}
        reply["id"] = asked["id"]
        json.dumps(reply)
    except Exception as error:  # noqa: BLE001 - the user's failure is a reply
        traceback.print_exc()
        reply = {"id": asked["id"], "error": f"{type(error).__name__}: {error}"}
    return reply


if __name__ == "__main__":
    _main()
