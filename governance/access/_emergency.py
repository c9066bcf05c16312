"""Broken glass: rights that somebody took in an emergency, for hours, to be reviewed by another person.

Rules of this place: it never gives the right to approve, to manage people, tokens or keys, to copy them with a backup,
or to break or review glass; it ends by itself; a token cannot use it.
"""

import json
from typing import Final

from sqlalchemy import Connection, func, select

from governance.access._types import ANY_SYSTEM, Permission
from governance.store import BreakGlassRow, table_of

__all__ = ["BREAKABLE", "has_broken_glass"]

_GLASS = table_of(BreakGlassRow)
BREAKABLE: Final = frozenset(Permission) - {
    Permission.GIVE_APPROVAL,
    Permission.DELEGATE_ROLE,
    Permission.MANAGE_PEOPLE,
    Permission.MANAGE_TOKENS,
    Permission.MANAGE_KEYS,
    Permission.BACK_UP_STORE,  # a backup holds the key
    Permission.BREAK_GLASS,
    Permission.REVIEW_GLASS,
}


def has_broken_glass(connection: Connection, person: str, permission: Permission, system: str | None, at: str) -> bool:
    """Whether a person took this permission on a system (None: on the whole store) in an emergency that still lasts."""
    if permission not in BREAKABLE:
        return False
    newest = select(func.max(_GLASS.c.seq)).where(_GLASS.c.person == person).group_by(_GLASS.c.break_glass)
    rows = connection.execute(select(_GLASS).where(_GLASS.c.seq.in_(newest))).mappings()
    return any(
        row["begins_at"] <= at < row["ends_at"]
        and row["system"] in {ANY_SYSTEM, system}
        and permission.value in json.loads(row["permissions"])
        for row in rows
    )
