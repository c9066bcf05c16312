"""A process that imports labels and dies by SIGKILL when it writes the third one: `killed_import.py FOLDER`."""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import Engine, event

from tests.governance.labels import labels_of
from tests.governance.samples import ME, Place

place = Place(Path(sys.argv[1]))
record = place.open()
seen: list[str] = []


@event.listens_for(Engine, "before_cursor_execute")
def _count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
    if statement.startswith("INSERT INTO label ("):
        seen.append(statement)
        if len(seen) == 3:
            os.kill(os.getpid(), signal.SIGKILL)


record.import_labels(labels_of(place.log(), 60), place.path / "runs" / "run-1", ME)
