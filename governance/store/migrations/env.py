"""What Alembic runs: the migrations on the connection and in the transaction that the caller opened."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

import sqlmodel
from alembic import context

from governance.store import _tables

assert _tables.STATE_TABLES  # the import registers the tables  # noqa: S101

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=sqlmodel.SQLModel.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
