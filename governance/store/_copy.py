"""Copying every table of a store, in one state, between SQLite and PostgreSQL.

Rules of this place: rows go over in portions, so that memory stays flat; the target's triggers are in force while rows
come in, so approvals go before the rows that would now bar them: they were checked when they were given; what was
released goes last, since its trigger looks for the approval.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, Table, func, insert, select
from sqlmodel import SQLModel

from assay.kernel import InputError

__all__ = ["copy_tables", "stored_tables"]

_ROWS: Final = 2_000
_FILES: Final = 2  # rows of files, up to 32 MiB each
_BARRING: Final = ("approval_bar", "person")  # the triggers on `approval` look here
_LOOKING: Final = ("release_event",)  # its trigger looks at `approval`


def stored_tables() -> Sequence[Table]:
    """Return all tables in an order in which they can be filled."""
    tables = SQLModel.metadata.sorted_tables
    return sorted(tables, key=lambda table: (table.name in _LOOKING, table.name in _BARRING))


def copy_tables(source: Connection, target: Connection) -> None:
    """Copy all rows into tables that are empty; raise `InputError` where they are not."""
    for table in stored_tables():
        if target.execute(select(func.count()).select_from(table)).scalar():
            raise InputError(f"the target's table {table.name} is not empty", hint="name an empty database")
        columns = list(table.primary_key.columns)
        portion_size = _FILES if table.name == "evidence_original" else _ROWS
        rows = source.execution_options(yield_per=portion_size).execute(select(table).order_by(*columns))
        for portion in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in portion])
