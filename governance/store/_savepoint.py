"""A part of a transaction that can be undone alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, NestedTransaction
from sqlalchemy.exc import DBAPIError

from governance.store._engine import translated

__all__ = ["TransactionLostError", "savepoint"]


class TransactionLostError(Exception):
    """A part could not be undone: the database gave up the whole transaction, or went away."""


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Do a part that is undone where it raises; raise `TransactionLostError` from its error where that cannot be."""
    part = connection.begin_nested()
    try:
        with translated(connection.engine):
            yield
            part.commit()
    except BaseException as error:
        if not _is_undone(part) or connection.invalidated:
            raise TransactionLostError from error
        raise


def _is_undone(part: NestedTransaction) -> bool:
    """Undo a part; say no where it was kept already, and where a second Ctrl-C came: half of it may be there."""
    if not part.is_active:
        return False
    try:
        part.rollback()
    except (DBAPIError, KeyboardInterrupt):
        return False
    return True
