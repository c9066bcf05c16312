"""A process that imports labels and dies by SIGKILL before they are committed: `killed_import.py FOLDER`."""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import Engine, event

from tests.governance.labels import labels_of
from tests.governance.samples import ME, Place

place = Place(Path(sys.argv[1]))
record = place.open()


@event.listens_for(Engine, "after_cursor_execute")
def _die(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
    if statement.startswith("INSERT INTO label ("):
        os.kill(os.getpid(), signal.SIGKILL)


record.import_labels(labels_of(place.log(), 60), place.path / "runs" / "run-1", ME)
