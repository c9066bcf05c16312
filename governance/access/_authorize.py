"""Who may do what: one function stands before every change, inside the transaction of the change.

Rules of this place: a store in which nobody was added has one user, its owner, who is at the machine; from the first
person on it has a team, and what counts is the grants in the store at that moment, not what the caller says; a token
narrows what its person may do, and never approves; a refusal says which roles may, not who has them.
"""

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from assay.kernel import ForbiddenError, InputError
from governance.access._emergency import has_broken_glass
from governance.access._standing import Standing, admins_of, covers, has_team, standing_of
from governance.access._types import (
    NEVER_BY_TOKEN,
    ONLY_SIGNED_IN,
    ROLE_PERMISSIONS,
    Permission,
    Role,
)
from governance.ledger import Actor

__all__ = ["authorize", "roles_that_give"]

_LOCAL: Final = "local"
_TOKEN: Final = "token"  # noqa: S105  a method, not a secret
_SIGNED_IN: Final = "oidc"
_EMERGENCY: Final = "break_glass"  # the role in the entries of whoever took a right in an emergency
_METHODS: Final = frozenset({_LOCAL, _TOKEN, _SIGNED_IN})


def authorize(connection: Connection, actor: Actor, permission: Permission, system: str | None, *, at: str) -> Actor:
    """Return the actor in the role that gives the permission on a system (None: on the whole store) at a time.

    Raise `ForbiddenError` where no role gives it, `InputError` where nobody is named.
    """
    if not actor.id:
        raise InputError(f"nobody is named who wants {permission.value}; every change has an actor")
    standing = standing_of(connection, actor.id, at=at)
    if standing is None and not has_team(connection):
        return _owner(actor)
    _refuse_by_method(actor, permission, system)
    role = None if standing is None else _role(connection, standing, permission, system, at)
    if role is None and _took(connection, actor, standing, permission, system, at):
        return replace(actor, role=_EMERGENCY)
    if role is None:
        raise ForbiddenError(
            f"{permission.value} on {_place(system)} needs one of these roles: {_named(permission)}",
            hint="an admin grants roles: assay users grant PERSON --role ROLE --system SYSTEM",
        )
    return replace(actor, role=role.value)


def roles_that_give(permission: Permission) -> tuple[Role, ...]:
    """Return the roles of a team that give a permission."""
    return tuple(role for role, given in ROLE_PERMISSIONS.items() if permission in given and role is not Role.OWNER)


def _owner(actor: Actor) -> Actor:
    if actor.method != _LOCAL:
        raise ForbiddenError(
            f"this store has no team, and {actor.method} is no way into it", hint="work at the machine, or add people"
        )
    return replace(actor, role=Role.OWNER.value)


def _role(
    connection: Connection, standing: Standing, permission: Permission, system: str | None, at: str
) -> Role | None:
    for role in standing.roles(system):
        if permission in ROLE_PERMISSIONS[role]:
            return role
    # Without this a team whose last admin's role has ended could never have one again.
    if permission is Permission.MANAGE_PEOPLE and standing.was_admin and not admins_of(connection, at=at):
        return Role.ADMIN
    return None


def _took(
    connection: Connection, actor: Actor, standing: Standing | None, permission: Permission, system: str | None, at: str
) -> bool:
    is_there = standing is not None and standing.is_active and actor.method != _TOKEN
    return is_there and has_broken_glass(connection, actor.id, permission, system, at)


def _refuse_by_method(actor: Actor, permission: Permission, system: str | None) -> None:
    """Refuse what the way in does not allow, whatever the roles are."""
    if actor.method not in _METHODS:
        raise ForbiddenError(f"{actor.method!r} is no way into this store, expected one of {sorted(_METHODS)}")
    if actor.method == _TOKEN:
        _refuse_by_token(actor, permission, system)
    elif permission in ONLY_SIGNED_IN and actor.method != _SIGNED_IN:
        raise ForbiddenError(
            f"{permission.value} happens only in a signed-in session", hint="sign in to the dashboard: assay dashboard"
        )


def _refuse_by_token(actor: Actor, permission: Permission, system: str | None) -> None:
    if permission in NEVER_BY_TOKEN:
        raise ForbiddenError(
            f"no token may do {permission.value}: it takes a person", hint="sign in, or work at the CLI"
        )
    if permission.value not in (actor.scopes or frozenset()) or not covers(actor.system, system):
        raise ForbiddenError(
            f"this token does not allow {permission.value} on {_place(system)}",
            hint="an admin issues another: assay tokens issue PERSON --scope SCOPE --system SYSTEM",
        )


def _place(system: str | None) -> str:
    return "the whole store" if system is None else f"the system {system!r}"


def _named(permission: Permission) -> str:
    return ", ".join(roles_that_give(permission))
