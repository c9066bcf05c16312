"""A process that rotates the key and dies by SIGKILL before one step: `killed_rotation FOLDER STEP`.

A step is the name of the file that is written next, `COMMIT`, `hardlink` or `destroy`.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from tests.governance.samples import ME, Place

folder, step = Path(sys.argv[1]), sys.argv[2]
record = Place(folder).open()


def _die_before(event_name: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: Python says here what it is about to do with files."""
    target = {"os.rename": 1, "os.link": 1, "open": 0}.get(event_name)
    if target is None:
        return
    name = Path(str(arguments[target])).name
    is_step = {
        "hardlink": event_name == "os.link",
        "destroy": event_name == "open" and name == "retired.key",
        "witness.jsonl": event_name == "open" and name == step and not isinstance(arguments[1], str),
    }.get(step, event_name == "os.rename" and name == step)
    if is_step:
        os.kill(os.getpid(), signal.SIGKILL)


def _die_at_commit(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


add_hook: Callable[[Any], None] = sys.addaudithook
if step == "COMMIT":
    event.listen(Engine, "commit", _die_at_commit)
else:
    add_hook(_die_before)
record.keys.rotate(ME)
