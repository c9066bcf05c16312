"""Bringing a store to the schema of this version.

Rules of this place: a store of a newer version is refused, never guessed at; SQLite migrates when it is opened, a
server's database when `assay store migrate` says so, both in one transaction; a store that is current costs one query
and no import of Alembic.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from assay.kernel import ConfigurationError

__all__ = ["HEAD", "is_current", "migrate", "schema_of"]

HEAD: Final = "0011"
_FOLDER = Path(__file__).parent / "migrations"


def is_current(connection: Connection) -> bool:
    """Whether the schema is the one that this version writes."""
    return schema_of(connection) == HEAD


def migrate(connection: Connection) -> None:
    """Apply what is missing inside the caller's transaction; raise `ConfigurationError` for a newer store."""
    # Lazy: Alembic is needed once per store and version.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    found = schema_of(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise ConfigurationError(
            f"the store has schema {found!r}, this version knows up to {HEAD!r}", hint="install a newer assay"
        )
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def schema_of(connection: Connection) -> str | None:
    """Return the schema that the store has; `None` for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)
