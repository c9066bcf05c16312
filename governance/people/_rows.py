"""Rows of people, roles and tokens, read back as values; the newest version of each."""

import json
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, Table, and_, func, select

from governance.access import Permission, Role
from governance.people._types import Grant, Identity, Person, PersonKind, PersonStatus, SignIn, Token
from governance.store import LedgerPayload, PersonRow, RoleGrantRow, TokenRow, TokenUseRow, table_of

__all__ = ["read_grants", "read_people", "read_tokens", "versions"]

_PERSONS, _GRANTS, _TOKENS = table_of(PersonRow), table_of(RoleGrantRow), table_of(TokenRow)
_USES, _PAYLOADS = table_of(TokenUseRow), table_of(LedgerPayload)


def read_people(connection: Connection, person: str | None = None) -> tuple[Person, ...]:
    """Return everybody, or one person, in the order in which they were added."""
    wanted = _newest(_PERSONS, "person", _PAYLOADS.c.data).outerjoin_from(
        _PERSONS, _PAYLOADS, _PAYLOADS.c.seq == _PERSONS.c.seq
    )
    if person is not None:
        wanted = wanted.where(_PERSONS.c.person == person)
    return tuple(_person(row) for row in connection.execute(wanted.order_by(_PERSONS.c.seq)).mappings())


def read_grants(connection: Connection, person: str | None = None) -> tuple[Grant, ...]:
    """Return all grants, or those of one person, ended and revoked ones included."""
    wanted = _newest(_GRANTS, "role_grant")
    if person is not None:
        wanted = wanted.where(_GRANTS.c.person == person)
    return tuple(_grant(row) for row in connection.execute(wanted.order_by(_GRANTS.c.seq)).mappings())


def read_tokens(
    connection: Connection, *, person: str | None = None, token: str | None = None, digest: str | None = None
) -> tuple[Token, ...]:
    """Return all tokens, or those of one person, of an id or of a secret's digest; ended and revoked ones included."""
    wanted = _newest(_TOKENS, "token", _USES.c.used_at).outerjoin_from(_TOKENS, _USES, _USES.c.token == _TOKENS.c.token)
    named = ((_TOKENS.c.person, person), (_TOKENS.c.token, token), (_TOKENS.c.secret_digest, digest))
    for column, value in named:
        wanted = wanted if value is None else wanted.where(column == value)
    return tuple(_token(row) for row in connection.execute(wanted.order_by(_TOKENS.c.seq)).mappings())


def versions(connection: Connection, table: Table, key: str, value: str) -> int:
    """Return how many versions of a thing are there."""
    counted = select(func.count()).select_from(table).where(table.c[key] == value)
    return int(connection.execute(counted).scalar_one())


def _newest(table: Table, key: str, *more: Any) -> Select[Any]:  # noqa: ANN401  columns of any table
    later = table.alias()
    newest = select(func.max(later.c.seq)).where(later.c[key] == table.c[key]).scalar_subquery()
    return select(table, *more).where(and_(table.c.seq == newest))


def _person(row: RowMapping) -> Person:
    return Person(
        id=row["person"],
        seq=row["seq"],
        kind=PersonKind(row["kind"]),
        status=PersonStatus(row["status"]),
        identity=None if row["data"] is None else _identity(row["data"]),
        recorded_at=row["recorded_at"],
    )


def _identity(data: bytes) -> Identity:
    document: Any = json.loads(data)
    sign_ins = tuple(SignIn(issuer=one["issuer"], subject=one["subject"]) for one in document["sign_ins"])
    return Identity(name=document["name"], email=document["email"], sign_ins=sign_ins)


def _grant(row: RowMapping) -> Grant:
    return Grant(
        id=row["role_grant"],
        seq=row["seq"],
        person=row["person"],
        role=Role(row["role"]),
        system=row["system"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        delegated_by=row["delegated_by"],
        revoked_at=row["revoked_at"],
    )


def _token(row: RowMapping) -> Token:
    return Token(
        id=row["token"],
        seq=row["seq"],
        person=row["person"],
        scopes=frozenset(Permission(one) for one in json.loads(row["scopes"])),
        system=row["system"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        recorded_at=row["recorded_at"],
        used_at=row["used_at"],
    )
