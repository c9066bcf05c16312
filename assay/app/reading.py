"""What somebody may read: lists hold what a role of theirs lets them read, asked for system by system."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance import Actor, Record

__all__ = ["readable_by"]


def readable_by(record: "Record", actor: "Actor") -> Callable[[str | None], bool]:
    """Return the question whether the actor may read a system (None: the whole store); each is asked about once."""
    # Lazy: rights come with SQLAlchemy.
    from assay.app.server_access import Access  # noqa: PLC0415
    from governance.access import Permission  # noqa: PLC0415

    access = Access(record)
    return cache(lambda system: access.may(actor, Permission.READ_RECORD, system))
