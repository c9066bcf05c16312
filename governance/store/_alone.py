"""Whether somebody else has a store open: what is about to be replaced must not be written to meanwhile.

Rules of this place: SQLite is asked for the lock that it gives to the only user of a file, which also empties its
write-ahead log into it; a server is asked who else is connected under our name.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from sqlalchemy import Engine, text

from assay.kernel import UnavailableError
from governance.store._engine import read

__all__ = ["refuse_other_users"]

_HINT: Final = (
    "stop `assay serve`, the dashboard and running commands (after a run, results are mirrored for some seconds), then"
    " type the same command again"
)
_OTHERS: Final = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'assay'"
    " AND pid <> pg_backend_pid()"
)


def refuse_other_users(engine: Engine) -> None:
    """Raise `UnavailableError` while another connection to the store is open; close our own before."""
    engine.dispose()
    if engine.dialect.name == "postgresql":
        with read(engine) as connection:
            others = connection.execute(_OTHERS).scalar_one()
        engine.dispose()
    else:
        others = _is_shared(_file_of(engine))
    if others:
        raise UnavailableError("somebody else has the store open", hint=_HINT)


def _file_of(engine: Engine) -> Path:
    name = str(engine.url.database)
    return Path(unquote(name.removeprefix("file:")) if name.startswith("file:") else name)


def _is_shared(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=1)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        return "locked" in str(error)  # a file that cannot be read at all is nobody's
    except sqlite3.DatabaseError:
        return False
    return False
